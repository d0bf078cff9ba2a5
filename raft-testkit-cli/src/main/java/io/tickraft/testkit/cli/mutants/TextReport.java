package io.tickraft.testkit.cli.mutants;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Prints a line for each mutant, and a table at the end. */
final class TextReport implements Report {

  /** The title of the column with the names. */
  private static final String MUTANT = "mutant";

  private final PrintWriter out;
  private final int mutants;
  private int verdicts;

  /** Reports on a number of mutants. */
  TextReport(PrintWriter out, int mutants) {
    this.out = out;
    this.mutants = mutants;
  }

  @Override
  public void verdict(Verdict verdict) {
    verdicts++;
    out.println(
        verdicts + "/" + mutants + " " + verdict.mutant().name() + ": " + sentence(verdict));
    out.flush();
  }

  private static String sentence(Verdict verdict) {
    return verdict
        .problem()
        .or(() -> verdict.find().map(find -> "found: " + MutantsTable.shortened(find.kind())))
        .orElseGet(
            () ->
                verdict
                    .mutant()
                    .missed()
                    .map(why -> "not found, as expected: " + why)
                    .orElse("not found"));
  }

  @Override
  public void end(List<Verdict> all) {
    int width =
        all.stream()
            .mapToInt(verdict -> verdict.mutant().name().length())
            .reduce(MUTANT.length(), Math::max);
    out.println();
    out.println(row(width, MUTANT, "runs", "s", "choices", "shrunk", "what is broken"));
    for (Verdict verdict : all) {
      out.println(row(width, verdict));
    }
    long found = all.stream().filter(verdict -> verdict.find().isPresent()).count();
    long unexpected = all.stream().filter(verdict -> !verdict.isExpected()).count();
    out.println();
    out.println(found + " of " + all.size() + " mutants found, " + unexpected + " not as expected");
    out.flush();
  }

  private static String row(int width, Verdict verdict) {
    return row(
        width,
        verdict.mutant().name(),
        verdict.hunt().map(hunt -> String.valueOf(hunt.runs())).orElse(""),
        verdict.hunt().map(hunt -> seconds(hunt.time())).orElse(""),
        verdict.find().map(find -> String.valueOf(find.choices())).orElse(""),
        verdict.find().map(find -> String.valueOf(find.shrunk())).orElse(""),
        verdict.find().map(find -> MutantsTable.shortened(find.kind())).orElse("-"));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1_000.0);
  }

  private static String row(
      int width, String name, String runs, String s, String choices, String shrunk, String kind) {
    return String.format(
        Locale.ROOT, "%-" + width + "s %7s %6s %8s %7s  %s", name, runs, s, choices, shrunk, kind);
  }
}
