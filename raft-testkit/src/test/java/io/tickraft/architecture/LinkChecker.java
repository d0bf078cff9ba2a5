package io.tickraft.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks that the links of pages lead to files and headings that exist. If a link leads to a Java
 * source and its text is code, such as {@code RaftLog.append}, the source must declare that.
 */
final class LinkChecker {
  private static final Pattern CODE = Pattern.compile("`([\\w.]+)`");

  private final MarkdownPage page;
  private final Map<Path, Declarations> sources;

  private LinkChecker(MarkdownPage page) throws IOException {
    this.page = page;
    TreeSet<Path> linked = new TreeSet<>();
    for (MarkdownPage.Link link : page.links()) {
      Path file = file(page, link);
      if (isSource(file) && Files.exists(file)) {
        linked.add(file);
      }
    }
    this.sources = Declarations.of(linked);
  }

  /** What is wrong with the links of a page; each sentence names the line. */
  static List<String> problems(MarkdownPage page) throws IOException {
    LinkChecker checker = new LinkChecker(page);
    List<String> problems = new ArrayList<>();
    for (MarkdownPage.Link link : page.links()) {
      checker
          .problem(link)
          .ifPresent(problem -> problems.add(page.file() + ":" + link.line() + ": " + problem));
    }
    page.unusedLabels()
        .forEach(label -> problems.add(page.file() + ": no link has the label " + label));
    return problems;
  }

  /** The file that a link leads to, perhaps the page itself. */
  private static Path file(MarkdownPage page, MarkdownPage.Link link) {
    String path = link.target().replaceFirst("#.*", "");
    return path.isEmpty() ? page.file() : page.file().resolveSibling(path).normalize();
  }

  private static boolean isSource(Path file) {
    return file.toString().endsWith(".java");
  }

  private Optional<String> problem(MarkdownPage.Link link) throws IOException {
    String target = link.target();
    if (target.isEmpty()) {
      return Optional.of("the label of [" + link.text() + "] is not defined");
    }
    if (target.contains("://")) {
      return Optional.empty(); // The build asks the network for artifacts only.
    }
    Path file = file(page, link);
    if (!Files.exists(file)) {
      return Optional.of("there is no file " + target.replaceFirst("#.*", ""));
    }
    int hash = target.indexOf('#');
    if (hash >= 0 && !hasAnchor(file, target.substring(hash + 1))) {
      return Optional.of("there is no heading for " + target);
    }
    Matcher code = CODE.matcher(link.text());
    return isSource(file) && code.matches() && !declares(file, code.group(1))
        ? Optional.of(file.getFileName() + " does not declare " + code.group(1))
        : Optional.empty();
  }

  private boolean declares(Path file, String name) {
    return Objects.requireNonNull(sources.get(file), "parsed").declares(name);
  }

  private boolean hasAnchor(Path file, String anchor) throws IOException {
    MarkdownPage other = file.equals(page.file()) ? page : MarkdownPage.read(file);
    return other.anchors().contains(anchor);
  }
}
