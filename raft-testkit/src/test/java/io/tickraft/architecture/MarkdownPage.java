package io.tickraft.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A page of the documentation: its links, its headings and its tables. */
final class MarkdownPage {
  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");

  /** {@code [text](target)} or {@code [text][label]}; an image is a link, too. */
  private static final Pattern LINK =
      Pattern.compile("\\[([^\\[\\]]+)](?:\\(([^()]+)\\)|\\[(\\w+)])");

  private static final Pattern DEFINITION = Pattern.compile("(?m)^\\[(\\w+)]: (\\S+)$");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  /**
   * A link.
   *
   * @param line its line, from 1
   * @param text what the reader sees
   * @param target where it leads: a path from the page's folder, an anchor, or both; empty if its
   *     label is not defined
   */
  record Link(int line, String text, String target) {}

  private final Path file;
  private final String text;
  private final TreeMap<String, String> definitions = new TreeMap<>();

  MarkdownPage(Path file, String text) {
    this.file = file;
    // Code has no links. Its lines stay, so that the others keep their numbers.
    this.text = FENCED.matcher(text).replaceAll(code -> "\n".repeat(lines(code.group())));
    DEFINITION
        .matcher(this.text)
        .results()
        .forEach(found -> definitions.put(found.group(1), found.group(2)));
  }

  static MarkdownPage read(Path file) throws IOException {
    return new MarkdownPage(file, Files.readString(file));
  }

  private static int lines(String text) {
    return (int) text.chars().filter(character -> character == '\n').count();
  }

  Path file() {
    return file;
  }

  List<Link> links() {
    return LINK.matcher(text).results().map(this::link).toList();
  }

  private Link link(MatchResult found) {
    String target =
        found.group(2) == null ? definitions.getOrDefault(found.group(3), "") : found.group(2);
    return new Link(1 + lines(text.substring(0, found.start())), found.group(1), target);
  }

  /** The labels that are defined and that no link has. */
  Set<String> unusedLabels() {
    TreeSet<String> unused = new TreeSet<>(definitions.keySet());
    LINK.matcher(text).results().forEach(found -> unused.remove(String.valueOf(found.group(3))));
    return unused;
  }

  /** The anchors of the headings, as Git hosts make them. */
  Set<String> anchors() {
    return HEADING
        .matcher(text)
        .results()
        .map(
            found ->
                found
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The rows of the tables under a heading, without the heads, up to the next such heading. */
  List<List<String>> rows(String heading) {
    int level = heading.indexOf(' ');
    int begin = text.indexOf("\n" + heading + "\n");
    if (begin < 0) {
      throw new IllegalArgumentException(file + ": no heading: " + heading);
    }
    String section = text.substring(begin + heading.length() + 1);
    String[] parts = section.split("(?m)^#{1," + level + "} ", 2);
    List<String> lines = parts[0].lines().toList();
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      boolean isRow = lines.get(i).startsWith("|") && !lines.get(i).startsWith("| ---");
      boolean isHead = i + 1 < lines.size() && lines.get(i + 1).startsWith("| ---");
      if (isRow && !isHead) {
        rows.add(cells(lines.get(i)));
      }
    }
    return rows;
  }

  private static List<String> cells(String row) {
    List<String> cells = Arrays.stream(row.split("\\|", -1)).map(String::strip).toList();
    return cells.subList(1, cells.size() - 1);
  }
}
