package io.tickraft.testkit.cli.mutants;

import io.tickraft.testkit.cli.Json;
import java.io.PrintWriter;
import java.util.List;

/** Prints a JSON object for each mutant, and one at the end. */
final class JsonReport implements Report {

  private final PrintWriter out;

  JsonReport(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void verdict(Verdict verdict) {
    Json line =
        new Json()
            .put("mutant", verdict.mutant().name())
            .put("area", verdict.mutant().area())
            .put("found", verdict.find().isPresent());
    verdict
        .hunt()
        .ifPresent(
            hunt -> line.put("runs", hunt.runs()).put("seconds", hunt.time().toMillis() / 1_000.0));
    verdict
        .find()
        .ifPresent(
            find ->
                line.put("kind", find.kind())
                    .put("choices", find.choices())
                    .put("shrunk", find.shrunk())
                    .put("shrinking", find.shrinkTime().toMillis() / 1_000.0));
    verdict.mutant().missed().ifPresent(why -> line.put("missed", why));
    verdict.problem().ifPresent(problem -> line.put("problem", problem));
    print(line);
  }

  @Override
  public void end(List<Verdict> verdicts) {
    print(
        new Json()
            .put("mutants", verdicts.size())
            .put("found", verdicts.stream().filter(v -> v.find().isPresent()).count())
            .put("unexpected", verdicts.stream().filter(v -> !v.isExpected()).count()));
  }

  private void print(Json line) {
    out.println(line);
    out.flush();
  }
}
