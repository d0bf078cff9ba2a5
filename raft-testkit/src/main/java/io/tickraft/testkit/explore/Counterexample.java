package io.tickraft.testkit.explore;

import io.tickraft.proto.Message;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.scenario.ScenarioRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A run that breaks a promise, with as few events as possible. */
public final class Counterexample {

  private final Failure failure;
  private final Ordering ordering;
  private final ScenarioRecorder recorder;

  private Counterexample(Failure failure, Ordering ordering, ScenarioRecorder recorder) {
    this.failure = failure;
    this.ordering = ordering;
    this.recorder = recorder;
  }

  static Counterexample of(
      Exploration exploration, int[] path, IntFunction<Message> messages, Throwable cause) {
    ScenarioRecorder recorder = new ScenarioRecorder();
    Group group = exploration.group(new Oracles(List.of(recorder, exploration.newOracle())));
    List<Ordering.Line> lines = new ArrayList<>();
    try {
      group.start();
      for (int event : path) {
        lines.add(group.name(event, messages.apply(event)));
        group.play(lines.get(lines.size() - 1));
      }
    } catch (RuntimeException | AssertionError e) {
      // What it breaks, or an earlier sight of it.
    }
    return new Counterexample(Failure.of(cause), new Ordering(lines), recorder);
  }

  /** {@return what it breaks} */
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

  /** {@return the run as a scenario without transcripts} */
  public String scenario() {
    return recorder.text(ScenarioRecorder.Hosts.AT_ONCE).orElse("");
  }

  @Override
  public String toString() {
    return sentence() + "\n" + ordering;
  }
}
