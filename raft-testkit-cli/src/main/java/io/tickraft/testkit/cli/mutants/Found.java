package io.tickraft.testkit.cli.mutants;

import io.tickraft.testkit.cli.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is recorded of the mutants of a directory: a table with a line for each, in a file beside
 * them, and the shrunk run of each that was found, in a file of its own.
 */
final class Found {

  private static final String HEADER = "mutant\truns\tseconds\tchoices\tshrunk\tshrinking\tkind";
  private static final int COLUMNS = 7;

  private final Path directory;
  private final Method method;
  private final TreeMap<String, Row> rows = new TreeMap<>();

  /**
   * What is recorded of a mutant.
   *
   * @param runs how many runs there were until it was found, or in all
   * @param seconds how long they took on one core
   * @param choices how many choices the run has that shows it; 0 if none does
   * @param shrunk how many of them are left after shrinking; 0 if none does
   * @param shrinking how many seconds the shrinking took on one core; 0 if none does
   * @param kind what the run breaks; empty if the mutant was not found
   */
  record Row(long runs, double seconds, int choices, int shrunk, double shrinking, String kind) {

    boolean isFound() {
      return !kind.isEmpty();
    }

    private static Row of(Campaign.Hunt hunt) {
      Optional<Campaign.Find> find = hunt.find();
      return new Row(
          hunt.runs(),
          seconds(hunt.time()),
          find.map(Campaign.Find::choices).orElse(0),
          find.map(Campaign.Find::shrunk).orElse(0),
          find.map(one -> seconds(one.shrinkTime())).orElse(0.0),
          find.map(Campaign.Find::kind).orElse(""));
    }

    private static double seconds(Duration time) {
      return time.toMillis() / 1_000.0;
    }

    private String text(String name) {
      return String.format(
          Locale.ROOT,
          "%s\t%d\t%.2f\t%d\t%d\t%.2f\t%s",
          name,
          runs,
          seconds,
          choices,
          shrunk,
          shrinking,
          kind);
    }
  }

  private Found(Path directory, Method method) {
    this.directory = directory;
    this.method = method;
  }

  /**
   * Reads what is recorded.
   *
   * @param directory the directory of the mutants
   * @param method how the mutants were hunted
   * @return what is recorded; nothing if there is no table
   * @throws UsageException if the table is malformed; names the file and the line
   */
  static Found read(Path directory, Method method) {
    Found found = new Found(directory, method);
    Path table = directory.resolve(method.table());
    if (Files.exists(table)) {
      int number = 0;
      for (String line : text(table).lines().toList()) {
        number++;
        if (!line.equals(HEADER)) {
          found.add(line, table + ":" + number + ": ");
        }
      }
    }
    return found;
  }

  private void add(String line, String place) {
    String[] fields = line.split("\t", -1);
    if (fields.length != COLUMNS) {
      throw new UsageException(place + "expected " + COLUMNS + " fields, with tabs between them");
    }
    try {
      rows.put(
          fields[0],
          new Row(
              Long.parseLong(fields[1]),
              Double.parseDouble(fields[2]),
              Integer.parseInt(fields[3]),
              Integer.parseInt(fields[4]),
              Double.parseDouble(fields[5]),
              fields[6]));
    } catch (NumberFormatException e) {
      throw new UsageException(place + "not a number: " + e.getMessage());
    }
  }

  /** Returns how the mutants were hunted. */
  Method method() {
    return method;
  }

  /** Returns whether nothing is recorded of any mutant. */
  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Returns what is recorded of a mutant. */
  Optional<Row> row(Mutant mutant) {
    return Optional.ofNullable(rows.get(mutant.name()));
  }

  /** Returns whether a campaign against a mutant is recorded that has not found it. */
  boolean isMissed(Mutant mutant) {
    return row(mutant).filter(row -> !row.isFound()).isPresent();
  }

  /** Returns whether a run is recorded that shows a mutant. */
  boolean isFound(Mutant mutant) {
    return row(mutant).filter(Row::isFound).isPresent();
  }

  /** Returns the shrunk run that shows a mutant, as text; empty if none is recorded. */
  Optional<String> schedule(Mutant mutant) {
    Path file = scheduleFile(mutant);
    return Files.exists(file) ? Optional.of(text(file)) : Optional.empty();
  }

  private Path scheduleFile(Mutant mutant) {
    return directory.resolve(mutant.name() + method.ending());
  }

  /** Records a verdict, in place of what was recorded of its mutant before. */
  void record(Verdict verdict) {
    verdict
        .hunt()
        .ifPresent(
            hunt -> {
              rows.put(verdict.mutant().name(), Row.of(hunt));
              write(verdict.mutant(), hunt.find());
            });
  }

  private void write(Mutant mutant, Optional<Campaign.Find> find) {
    StringBuilder table = new StringBuilder(HEADER).append('\n');
    rows.forEach((name, row) -> table.append(row.text(name)).append('\n'));
    Path schedule = scheduleFile(mutant);
    try {
      Files.writeString(directory.resolve(method.table()), table, StandardCharsets.UTF_8);
      if (find.isPresent()) {
        Files.writeString(schedule, find.get().schedule(), StandardCharsets.UTF_8);
      } else {
        Files.deleteIfExists(schedule);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
