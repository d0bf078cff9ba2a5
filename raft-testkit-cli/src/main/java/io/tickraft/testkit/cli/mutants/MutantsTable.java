package io.tickraft.testkit.cli.mutants;

import io.tickraft.testkit.cli.UsageException;
import io.tickraft.testkit.cli.WrittenPart;
import java.util.List;
import java.util.Locale;

/** The table of all mutants, as it is in the documentation. */
final class MutantsTable {

  private static final String NEWLINE = "\n";

  private MutantsTable() {}

  /**
   * Returns a document with the table of now.
   *
   * @param document the text of the document
   * @param name its name
   * @param mutants all mutants
   * @param found what is recorded of them
   * @return the text with the new table
   * @throws UsageException if the document has no place for the table
   */
  static String in(String document, String name, List<Mutant> mutants, Found found) {
    return new WrittenPart("mutants --document").in(document, name, text(mutants, found));
  }

  private static String text(List<Mutant> mutants, Found found) {
    if (found.isEmpty()) {
      return "";
    }
    List<Mutant> shown = mutants.stream().filter(found::isFound).toList();
    List<Mutant> missed = mutants.stream().filter(mutant -> !found.isFound(mutant)).toList();
    StringBuilder text = new StringBuilder(NEWLINE);
    text.append(shown.size()).append(" of ").append(mutants.size()).append(" are found.");
    text.append(summary(shown.stream().flatMap(mutant -> found.row(mutant).stream()).toList()));
    text.append("\n\n");
    text.append(
        "| mutant | bug | source | what is broken | runs | s | choices | shrunk | in s |\n");
    text.append("| --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (Mutant mutant : shown) {
      found.row(mutant).ifPresent(row -> text.append(shown(mutant, row)));
    }
    if (!missed.isEmpty()) {
      text.append("\nNot found:\n\n");
      text.append("| mutant | bug | source | runs | s | why |\n");
      text.append("| --- | --- | --- | ---: | ---: | --- |\n");
      missed.forEach(mutant -> text.append(missed(mutant, found)));
    }
    return text.append(NEWLINE).toString();
  }

  /** Returns how well the runs were shrunk; nothing if there are none. */
  private static String summary(List<Found.Row> rows) {
    if (rows.isEmpty()) {
      return "";
    }
    int[] shrunk = rows.stream().mapToInt(Found.Row::shrunk).sorted().toArray();
    double[] times = rows.stream().mapToDouble(Found.Row::shrinking).sorted().toArray();
    return String.format(
        Locale.ROOT,
        " After shrinking, a run has a median of %,d choices and at most %,d. Shrinking took a"
            + " median of %.1f s and at most %.1f s.",
        shrunk[(shrunk.length - 1) / 2],
        shrunk[shrunk.length - 1],
        times[(times.length - 1) / 2],
        times[times.length - 1]);
  }

  private static String shown(Mutant mutant, Found.Row row) {
    return row(
        mutant.name(),
        mutant.bug(),
        mutant.source(),
        shortened(row.kind()),
        String.format(Locale.ROOT, "%,d", row.runs()),
        seconds(row.seconds()),
        String.format(Locale.ROOT, "%,d", row.choices()),
        String.valueOf(row.shrunk()),
        seconds(row.shrinking()));
  }

  private static String missed(Mutant mutant, Found found) {
    return row(
        mutant.name(),
        mutant.bug(),
        mutant.source(),
        found.row(mutant).map(row -> String.format(Locale.ROOT, "%,d", row.runs())).orElse(""),
        found.row(mutant).map(row -> seconds(row.seconds())).orElse(""),
        mutant.missed().orElse(""));
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f", seconds);
  }

  /** Returns the kind of a failure without the names of the exceptions around its message. */
  static String shortened(String kind) {
    int last = Math.max(kind.lastIndexOf("Exception: "), kind.lastIndexOf("Error: "));
    return last < 0 ? kind : kind.substring(kind.indexOf(' ', last) + 1);
  }

  private static String row(String... cells) {
    StringBuilder row = new StringBuilder("|");
    for (String cell : cells) {
      row.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    return row.append(NEWLINE).toString();
  }
}
