package io.tickraft.testkit.cli.mutants;

import io.tickraft.testkit.cli.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The source files of the core, and what a mutant makes of them. */
final class Sources {

  private final Path directory;

  /**
   * Finds the sources.
   *
   * @param directory the directory that holds {@code io/tickraft/core}
   * @throws UsageException if it does not
   */
  Sources(Path directory) {
    this.directory = directory;
    if (!Files.isRegularFile(directory.resolve("io/tickraft/core/RawNode.java"))) {
      throw new UsageException(
          directory + ": holds no sources of the core (io/tickraft/core/RawNode.java)");
    }
  }

  /** Returns the text of all classes by the names of their files. */
  Map<String, String> all() {
    Map<String, String> sources = new TreeMap<>();
    for (String file : files()) {
      sources.put(file, text(file));
    }
    return sources;
  }

  private List<String> files() {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.map(file -> directory.relativize(file).toString().replace('\\', '/'))
          .filter(file -> file.endsWith(".java") && !file.endsWith("-info.java"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the text of the files that a mutant changes, as they are with it, by the names of the
   * files.
   *
   * @throws UsageException if a piece of code of the mutant is not once in its file
   */
  Map<String, String> changedBy(Mutant mutant) {
    Map<String, List<Mutant.Replacement>> byFile = new TreeMap<>();
    for (Mutant.Replacement replacement : mutant.replacements()) {
      byFile.computeIfAbsent(replacement.sourceFile(), file -> new ArrayList<>()).add(replacement);
    }
    Map<String, String> changed = new TreeMap<>();
    byFile.forEach((file, replacements) -> changed.put(file, changed(mutant, file, replacements)));
    return changed;
  }

  private record Change(CodeText.Place place, String becomes) {}

  private String changed(Mutant mutant, String file, List<Mutant.Replacement> replacements) {
    if (!Files.isRegularFile(directory.resolve(file))) {
      throw new UsageException(mutant.file() + ": there is no file " + directory.resolve(file));
    }
    StringBuilder text = new StringBuilder(text(file));
    CodeText code = new CodeText(text.toString());
    List<Change> changes = new ArrayList<>();
    for (Mutant.Replacement replacement : replacements) {
      changes.add(new Change(place(mutant, code, replacement), replacement.becomes()));
    }
    // From the end of the file, so that the places that are left stay where they are.
    changes.sort(Comparator.comparingInt((Change change) -> change.place.start()).reversed());
    int end = text.length();
    for (Change change : changes) {
      if (change.place.end() > end) {
        throw new UsageException(mutant.file() + ": two blocks change the same code of " + file);
      }
      end = change.place.start();
      text.replace(end, change.place.end(), change.becomes.strip());
    }
    return text.toString();
  }

  private static CodeText.Place place(
      Mutant mutant, CodeText code, Mutant.Replacement replacement) {
    List<CodeText.Place> places = code.find(replacement.code());
    if (places.size() != 1) {
      throw new UsageException(
          mutant.file()
              + ":"
              + replacement.line()
              + ": this code is "
              + (places.isEmpty() ? "not" : places.size() + " times")
              + " in "
              + replacement.sourceFile()
              + ", and has to be there once");
    }
    return places.get(0);
  }

  private String text(String file) {
    try {
      return Files.readString(directory.resolve(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
