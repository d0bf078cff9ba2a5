package io.tickraft.testkit.explore;

import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.RunTranscript;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.picture.Picture;
import io.tickraft.testkit.picture.PictureRecorder;
import io.tickraft.testkit.scenario.Scenario;
import io.tickraft.testkit.scenario.ScenarioException;
import io.tickraft.testkit.scenario.ScenarioRecorder;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.text.TestSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** A run that breaks a promise, with as few events after the prelude as possible. */
public final class Counterexample {

  private static final String SCENARIO_FILE = "run.txt";

  private final Exploration exploration;
  private final Failure failure;
  private final Ordering ordering;
  private final List<String> comments;

  private Counterexample(
      Exploration exploration, Failure failure, Ordering ordering, List<String> comments) {
    this.exploration = exploration;
    this.failure = failure;
    this.ordering = ordering;
    this.comments = comments;
  }

  static Counterexample of(
      Exploration exploration, int[] path, IntFunction<Message> messages, Throwable cause) {
    // No oracle checks this group: it would end the run before all events have a line.
    List<Ordering.Line> lines = new ArrayList<>();
    List<String> comments = new ArrayList<>();
    try (Group group = exploration.group(new Oracle() {})) {
      group.start();
      for (int event : path) {
        Message message = messages.apply(event);
        lines.add(group.name(event, message));
        boolean isLast = lines.size() == path.length;
        if (!isLast || Event.kind(event) == EventKind.CRASH) {
          perform(group, new Group.Move(event, message), isLast);
        }
        comments.add(message.getTo() == 0 ? group.chosenIn(event) : RaftText.of(message));
      }
    }
    return new Counterexample(exploration, Failure.of(cause), new Ordering(lines), comments);
  }

  /** Performs an event. The last one may throw: it may be what breaks the promise. */
  private static void perform(Group group, Group.Move move, boolean isLast) {
    try {
      group.perform(move);
    } catch (RuntimeException | AssertionError e) {
      if (!isLast) {
        throw e;
      }
    }
  }

  /** {@return the failure: the broken promise and what was thrown} */
  public Failure failure() {
    return failure;
  }

  /** {@return which promise is broken, and how, in one line} */
  public String sentence() {
    return failure.toString();
  }

  /** {@return the events, those of the prelude included} */
  public Ordering ordering() {
    return ordering;
  }

  /**
   * {@return the events, those of the prelude included} Comments show the messages, and for a crash
   * the choices of a store of your own.
   */
  public String orderingWithMessages() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < comments.size(); i++) {
      text.append(ordering.lines().get(i));
      text.append(comments.get(i).isEmpty() ? "" : "  // " + comments.get(i)).append('\n');
    }
    return text.toString();
  }

  /** {@return the transcript of the run, as {@link RunTranscript#lines()}} */
  public List<String> transcript() {
    RunTranscript transcript = new RunTranscript(Choices.harmless());
    exploration.play(ordering, transcript);
    return transcript.lines();
  }

  /**
   * {@return the run as a scenario file, with the output of each command; empty if there is no
   * scenario that breaks the same promise} The checks of an exploration that compare several nodes
   * may find a failure earlier than the oracles of a scenario, or a failure that those oracles
   * cannot find.
   */
  public Optional<String> scenario() {
    ScenarioRecorder recorder = new ScenarioRecorder();
    exploration.play(ordering, recorder);
    for (ScenarioRecorder.Hosts hosts : ScenarioRecorder.Hosts.values()) {
      Optional<Scenario.Played> played = recorder.text(hosts).flatMap(Counterexample::played);
      if (played.flatMap(Scenario.Played::failure).map(Failure::of).map(Failure::kind).stream()
          .anyMatch(failure.kind()::equals)) {
        return played.map(Scenario.Played::text);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the picture of the run.
   *
   * @param name the name of the exploration, which becomes the title of the picture
   * @return the picture, with the failure at its end
   */
  public Picture picture(String name) {
    PictureRecorder recorder = new PictureRecorder(Choices.harmless());
    exploration.play(ordering, recorder);
    return new Picture(name, recorder).failure(sentence(), failure.cause());
  }

  private static Optional<Scenario.Played> played(String text) {
    try {
      return Optional.of(Scenario.parse(SCENARIO_FILE, text).play());
    } catch (ScenarioException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the source of a JUnit test that fails in the same way as the run.
   *
   * @param expression a Java expression of type {@link Exploration} that needs no import, such as
   *     {@code com.example.OrderingsTest.EXPLORATION}
   * @return a class without a package, which compiles against the testkit
   */
  public String test(String expression) {
    return TestSource.of(
        sentence(),
        failure.cause() instanceof OracleViolation violation
            ? Optional.of(violation.promise())
            : Optional.empty(),
        "exploration",
        new TreeSet<>(
            List.of(
                "static org.assertj.core.api.Assertions.assertThat",
                Exploration.class.getName(),
                Ordering.class.getName())),
        "  private static final Exploration EXPLORATION =\n      " + expression + ";\n",
        "    assertThat(\n"
            + "            EXPLORATION.play(\n"
            + "                Ordering.parse(\n"
            + "                    \"\"\"\n"
            + TestSource.inTextBlock(orderingWithMessages(), "                    ")
            + "                    \"\"\")))\n"
            + "        .isEmpty();\n");
  }

  /** {@return the {@link #sentence()}, the events with their messages, and the transcript} */
  @Override
  public String toString() {
    return sentence()
        + "\n\nThe events:\n\n"
        + orderingWithMessages().indent(2)
        + "\nWhat happens:\n\n"
        + transcript().stream().map(line -> "  " + line + "\n").collect(Collectors.joining());
  }
}
