package io.tickraft.testkit.cli.mutants;

import io.tickraft.testkit.cli.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads the file of a mutant: a header, and blocks that say which code becomes what.
 *
 * <pre>{@code
 * bug: A candidate wins with half of the votes of an even group.
 * source: Raft paper, section 5.2
 * area: election
 * file: io/tickraft/core/quorum/Majority.java
 *
 * this:
 *   int quorum = voters.length / 2 + 1;
 * becomes:
 *   int quorum = (voters.length + 1) / 2;
 * end
 * }</pre>
 *
 * <p>A further {@code file:} begins the blocks of another file. The header {@code missed:} says why
 * the fuzzer does not find the mutant. Lines that start with {@code //} before the first block are
 * comments.
 */
final class MutantFile {

  /** The ending of the name of a mutant's file. */
  static final String ENDING = ".mutant";

  private static final List<String> KEYS = List.of("bug", "source", "area", "missed");

  private final Path path;
  private final List<String> lines;

  /** How many lines are read; the number of the line that was read last. */
  private int read;

  private final Map<String, String> header = new TreeMap<>();
  private final List<Mutant.Replacement> replacements = new ArrayList<>();
  private String sourceFile = "";

  private MutantFile(Path path, List<String> lines) {
    this.path = path;
    this.lines = lines;
  }

  /**
   * Reads all mutants of a directory, in the order of their names.
   *
   * @throws UsageException if the directory holds none, or a file is malformed
   */
  static List<Mutant> readAll(Path directory) {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    } catch (NoSuchFileException e) {
      throw new UsageException(
          directory
              + ": there is no such directory; run this in the root of the repository, or give"
              + " --dir");
    } catch (IOException e) {
      throw new UsageException(directory + ": the directory cannot be read: " + e.getMessage());
    }
    if (files.isEmpty()) {
      throw new UsageException(directory + ": holds no file *" + ENDING);
    }
    return files.stream().map(MutantFile::read).toList();
  }

  /**
   * Reads a mutant.
   *
   * @throws UsageException if the file is malformed; names the file and the line
   */
  static Mutant read(Path path) {
    try {
      return parse(path, Files.readString(path, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a mutant from the text of its file. */
  static Mutant parse(Path path, String text) {
    return new MutantFile(path, text.lines().toList()).parse();
  }

  private Mutant parse() {
    while (read < lines.size()) {
      String line = nextLine();
      if (line.equals("this:")) {
        readReplacement();
      } else if (!line.isBlank() && !line.startsWith("//")) {
        readHeader(line);
      }
    }
    if (replacements.isEmpty()) {
      throw malformed("no block 'this:'");
    }
    return new Mutant(
        name(),
        path,
        required("bug"),
        required("source"),
        required("area"),
        Optional.ofNullable(header.get("missed")),
        List.copyOf(replacements));
  }

  private String name() {
    String name = String.valueOf(path.getFileName());
    return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
  }

  private String required(String key) {
    String value = header.get(key);
    if (value == null) {
      throw malformed("no line '" + key + ": ...'");
    }
    return value;
  }

  private String nextLine() {
    return lines.get(read++);
  }

  private void readHeader(String line) {
    int colon = line.indexOf(": ");
    String key = colon < 0 ? line : line.substring(0, colon);
    String value = colon < 0 ? "" : line.substring(colon + 2).strip();
    if (value.isEmpty()) {
      throw malformed("expected 'key: value' or 'this:', not '" + line + "'");
    }
    if (key.equals("file")) {
      sourceFile = value;
    } else if (!KEYS.contains(key)) {
      throw malformed("the key '" + key + "' is none of file, " + String.join(", ", KEYS));
    } else if (header.put(key, value) != null) {
      throw malformed("a second '" + key + "'");
    }
  }

  private void readReplacement() {
    if (sourceFile.isEmpty()) {
      throw malformed("'this:' before a line 'file: ...'");
    }
    int line = read + 1;
    String code = readUntil("becomes:");
    String becomes = readUntil("end");
    if (CodeText.isEmpty(code)) {
      throw malformed("there is no code between 'this:' and 'becomes:'");
    }
    replacements.add(new Mutant.Replacement(sourceFile, line, code, becomes));
  }

  private String readUntil(String end) {
    int begun = read;
    StringBuilder text = new StringBuilder();
    while (read < lines.size()) {
      String line = nextLine();
      if (line.equals(end)) {
        return text.toString();
      }
      if (line.equals("this:") || line.equals("becomes:")) {
        throw malformed("'" + line + "' where '" + end + "' is due");
      }
      text.append(line).append('\n');
    }
    read = begun;
    throw malformed("this block has no '" + end + "'");
  }

  private UsageException malformed(String problem) {
    return new UsageException(path + ":" + read + ": " + problem);
  }
}
