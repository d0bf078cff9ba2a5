package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.picture.Picture;
import io.tickraft.testkit.picture.PictureRecorder;
import io.tickraft.testkit.scenario.ScenarioRecorder;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import io.tickraft.testkit.text.TestSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Describes a run that fails: in one sentence, with the choices of the shrunk run, a transcript, a
 * scenario file, a picture, and a JUnit test that replays the run.
 */
public final class FailureReport {

  /** How many lines of the transcript {@link #text()} shows: those before the failure. */
  private static final int LAST_LINES = 60;

  /** A longer scenario is not shown in {@link #text()}. */
  private static final int MAX_SCENARIO = 200;

  /** A longer schedule is shown only once. */
  private static final int MAX_SCHEDULE = 100;

  private static final long NO_TIME = -1;

  private final String name;
  private final int choices;
  private final Shrunk shrunk;
  private final TrialSource trial;
  private final List<String> transcript;
  private final long millis;
  private final Optional<ScenarioFile> scenario;
  private final Optional<PictureRecorder> recorded;

  /**
   * Makes a report without a transcript.
   *
   * @param name the name of the run, such as its seed
   * @param choices how many choices other than 0 the whole run has made
   * @param shrunk the shrunk run
   */
  public FailureReport(String name, int choices, Shrunk shrunk) {
    this(
        name,
        choices,
        shrunk,
        TrialSource.UNKNOWN,
        List.of(),
        NO_TIME,
        Optional.empty(),
        Optional.empty());
  }

  private FailureReport(
      String name,
      int choices,
      Shrunk shrunk,
      TrialSource trial,
      List<String> transcript,
      long millis,
      Optional<ScenarioFile> scenario,
      Optional<PictureRecorder> recorded) {
    this.name = name;
    this.choices = choices;
    this.shrunk = shrunk;
    this.trial = trial;
    this.transcript = transcript;
    this.millis = millis;
    this.scenario = scenario;
    this.recorded = recorded;
  }

  /**
   * Runs the shrunk run once more, and makes a report with its transcript and its scenario.
   *
   * @param name the name of the run, such as its seed
   * @param choices how many choices other than 0 the whole run has made
   * @param shrunk the shrunk run
   * @param trial the run
   * @return the report
   */
  public static FailureReport of(String name, int choices, Shrunk shrunk, Trial trial) {
    Choices replayed = Choices.replay(shrunk.schedule());
    RunTranscript transcript = new RunTranscript(replayed);
    ScenarioRecorder recorder = new ScenarioRecorder();
    PictureRecorder picture = new PictureRecorder(replayed);
    Failure.of(trial, replayed, new Oracles(List.of(transcript, recorder, picture)));
    boolean isObserved = transcript.hasBegun();
    return new FailureReport(
        name,
        choices,
        shrunk,
        TrialSource.of(trial),
        isObserved ? transcript.lines() : List.of(),
        isObserved ? transcript.millis() : NO_TIME,
        ScenarioFile.of(name, shrunk.failure(), recorder),
        isObserved ? Optional.of(picture) : Optional.empty());
  }

  /**
   * Names the run, for {@link #test()}.
   *
   * @param expression a Java expression of type {@link Trial} that needs no import, such as {@code
   *     com.example.OrderingsTest.FUZZ}
   * @return a copy of this report
   */
  public FailureReport source(String expression) {
    return new FailureReport(
        name,
        choices,
        shrunk,
        TrialSource.named(expression),
        transcript,
        millis,
        scenario,
        recorded);
  }

  /** {@return which promise is broken, when, and how} */
  public String sentence() {
    String time =
        millis == NO_TIME ? "" : String.format(Locale.ROOT, " at %.3f s", millis / 1000.0);
    String failure = details().isEmpty() ? shrunk.failure().toString() : firstLine();
    if (shrunk.failure().cause() instanceof OracleViolation violation) {
      String promise = violation.promise() + " is violated";
      if (failure.startsWith(promise)) {
        return name + ": " + promise + time + failure.substring(promise.length());
      }
    }
    return name
        + ": fails"
        + time
        + ": "
        + failure
        + shrunk.failure().place().map(place -> " (at " + place + ")").orElse("");
  }

  private String firstLine() {
    return shrunk.failure().withClass(message().get(0).strip().replaceFirst(":$", ""));
  }

  private List<String> message() {
    return String.valueOf(shrunk.failure().cause().getMessage()).lines().toList();
  }

  /** What the message has below its first line; none if this line is not a sentence. */
  private List<String> details() {
    List<String> lines = message();
    return lines.isEmpty() || lines.get(0).isBlank() ? List.of() : lines.subList(1, lines.size());
  }

  /** {@return the report} */
  public String text() {
    return sentence()
        + "\n"
        + details().stream().map(line -> "  " + line + "\n").collect(Collectors.joining())
        + "\n"
        + summary()
        + "\n\n"
        + schedule()
        + happened()
        + asScenario()
        + "\nAs a test:\n\n"
        + test().indent(2);
  }

  private String summary() {
    String shrinking =
        shrunk.attempts() == 0
            ? "The run has " + choices + " choices, and is not shrunk"
            : "Shrunk from "
                + choices
                + " choices to "
                + shrunk.schedule().size()
                + (shrunk.complete() ? "" : ", until the limit of shrinking was reached");
    return shrinking
        + (shrunk.repeatable()
            ? ":"
            : ". It does not fail with the same sentence each time, so it depends on something"
                + " other than its choices: a clock, a thread, Random, or the order of a hash set."
                + " The choices:");
  }

  private String schedule() {
    if (shrunk.schedule().size() == 0) {
      return "  (none is left)\n";
    }
    return shrunk.schedule().size() > MAX_SCHEDULE
        ? "  (the " + shrunk.schedule().size() + " choices are in the test below)\n"
        : shrunk.schedule().text().indent(2);
  }

  private String happened() {
    if (transcript.isEmpty()) {
      return "";
    }
    int left = Math.max(0, transcript.size() - LAST_LINES);
    return "\nWhat happens (without ticks and heartbeats that change nothing):\n\n"
        + (left == 0 ? "" : "  (" + left + " earlier lines are left out)\n")
        + transcript.subList(left, transcript.size()).stream()
            .map(line -> "  " + line + "\n")
            .collect(Collectors.joining());
  }

  private String asScenario() {
    if (!scenario.map(ScenarioFile::failsAlike).orElse(false)) {
      return ""; // It shows nothing that the transcript does not.
    }
    String text = scenario.get().text();
    long lines = text.lines().count();
    return lines > MAX_SCENARIO
        ? "\nThe scenario file of this run has " + lines + " lines, and is not shown.\n"
        : "\nAs a scenario file:\n\n" + text.indent(2);
  }

  /**
   * {@return the shrunk run as a scenario file: its commands with their transcripts up to the
   * failure; empty if the trial does not support observers, or the run is too long} A comment in
   * the file says whether the scenario breaks the same promise; {@link #text()} shows the scenario
   * only if it does.
   */
  public Optional<String> scenario() {
    return scenario.map(ScenarioFile::text);
  }

  /**
   * {@return the picture of the shrunk run up to the failure; empty if the trial does not support
   * observers}
   */
  public Optional<Picture> picture() {
    return recorded.map(
        run ->
            new Picture(name, run)
                .failure(sentence(), shrunk.failure().cause())
                .settings((summary() + "\n" + schedule()).lines().toList()));
  }

  /**
   * {@return what happens in the shrunk run up to the failure, as {@link RunTranscript#lines()};
   * empty if the trial does not support observers}
   */
  public List<String> transcript() {
    return transcript;
  }

  /**
   * Returns the source of a JUnit test that fails as the run does.
   *
   * @return a class without a package, which compiles against the testkit. If the trial is neither
   *     {@linkplain #source named} nor a {@link Fuzz} without functions of its user, the test
   *     throws until the run is added to it; a comment says what is known of the run
   */
  public String test() {
    Optional<String> promise =
        shrunk.failure().cause() instanceof OracleViolation violation
            ? Optional.of(violation.promise())
            : Optional.empty();
    TrialSource known = trial.isComplete() ? trial : TrialSource.UNKNOWN;
    Set<String> imports = new TreeSet<>(trial.imports());
    imports.addAll(
        List.of(Trial.class.getName(), Choices.class.getName(), Schedule.class.getName()));
    return TestSource.of(
        sentence(),
        promise,
        name,
        imports,
        (trial.isComplete() ? "" : whatIsKnown())
            + "  private static final Trial RUN =\n      "
            + known.expression()
            + ";\n",
        "    RUN.run(\n"
            + "        Choices.replay(\n"
            + "            Schedule.parse(\n"
            + "                \"\"\"\n"
            + TestSource.inTextBlock(shrunk.schedule().text(), "                ")
            + "                \"\"\")));\n");
  }

  /** Only a part of the run would test something else, and perhaps pass. */
  private String whatIsKnown() {
    return trial.equals(TrialSource.UNKNOWN)
        ? "  // Put the run that has failed here.\n"
        : "  // Put the run that has failed here. This much of it is known:\n"
            + trial
                .expression()
                .lines()
                .map(line -> "  // " + line.strip() + "\n")
                .collect(Collectors.joining());
  }
}
