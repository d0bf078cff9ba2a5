package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.scenario.Scenario;
import io.tickraft.testkit.scenario.ScenarioException;
import io.tickraft.testkit.scenario.ScenarioRecorder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A run that fails as a scenario file.
 *
 * @param text the text of the file
 * @param failsAlike whether the scenario fails as the run does
 */
record ScenarioFile(String text, boolean failsAlike) {

  private static final String FILE = "run.txt";
  private static final int MAX_SENTENCE = 200;

  /** Makes the file, and tries it; empty if nothing was recorded, or too much. */
  static Optional<ScenarioFile> of(String name, Failure failure, ScenarioRecorder recorder) {
    // The first one is the shortest, the last one the most exact.
    List<String> texts =
        Arrays.stream(ScenarioRecorder.Hosts.values())
            .map(recorder::text)
            .flatMap(Optional::stream)
            .toList();
    for (String text : texts) {
      Optional<Scenario.Played> played = play(text);
      if (played.isPresent()
          && played.get().failure().map(Failure::kind).filter(failure.kind()::equals).isPresent()) {
        return Optional.of(
            new ScenarioFile(
                head(name, failure)
                    + "# The last command ends in the same failure.\n\n"
                    + played.get().text(),
                true));
      }
    }
    return texts.stream()
        .findFirst()
        .map(
            text ->
                new ScenarioFile(
                    head(name, failure)
                        + "# These commands do not end in the same failure. It may be a promise that\n"
                        + "# only the run checks, such as liveness. Or the run has something that a\n"
                        + "# scenario lacks: its own state machine or oracles, or a storage that\n"
                        + "# answers later.\n\n"
                        + text,
                    false));
  }

  private static Optional<Scenario.Played> play(String text) {
    try {
      return Optional.of(Scenario.parse(FILE, text).play());
    } catch (ScenarioException e) {
      return Optional.empty();
    }
  }

  private static String head(String name, Failure failure) {
    String sentence = name + ": " + failure;
    return "# "
        + (sentence.length() <= MAX_SENTENCE ? sentence : sentence.substring(0, MAX_SENTENCE) + "…")
        + "\n";
  }
}
