package io.tickraft.testkit.cli.campaign;

import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.Goals;
import io.tickraft.testkit.fuzz.Trial;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import java.util.Optional;

/**
 * A run that is over.
 *
 * @param seed its seed
 * @param choices how many choices it has made, those of 0 included
 * @param events how many events its trace has; 0 if the run has failed or is not of a {@link Fuzz}
 * @param isTame whether hardly anything happened in it
 * @param goals what it got into; empty if the run has failed or is not of a {@link Fuzz}
 * @param violation how it has failed
 * @param isEndless whether it has failed as it did not end
 */
public record Run(
    long seed,
    long choices,
    long events,
    boolean isTame,
    Optional<Goals> goals,
    Optional<Violation> violation,
    boolean isEndless) {

  /**
   * A promise that a run has broken.
   *
   * @param failure how
   * @param schedule the choices of the run; empty if they cannot be replayed
   */
  public record Violation(Failure failure, Optional<Schedule> schedule) {}

  /** Of a {@link Fuzz}, what it says about a run that has not failed. */
  private static final class Observed {
    private Optional<Fuzz.Played> played = Optional.empty();

    Trial of(Trial trial) {
      return trial instanceof Fuzz fuzz ? c -> played = Optional.of(fuzz.play(c)) : trial;
    }
  }

  /**
   * Runs.
   *
   * @param trial the run
   * @param seed its seed
   * @return what has come of it
   */
  static Run of(Trial trial, long seed) {
    Choices choices = Choices.random(seed);
    Observed observed = new Observed();
    Optional<Failure> failure = failure(observed.of(trial), choices);
    return new Run(
        seed,
        choices.made(),
        observed.played.map(played -> played.group().trace().events()).orElse(0L),
        observed.played.map(Fuzz.Played::isTame).orElse(false),
        observed.played.map(Fuzz.Played::goals),
        failure.map(found -> new Violation(found, schedule(choices))),
        false);
  }

  /** Returns a run that does not end. */
  static Run endless(long seed, Failure failure) {
    return new Run(
        seed,
        0,
        0,
        false,
        Optional.empty(),
        Optional.of(new Violation(failure, Optional.empty())),
        true);
  }

  private static Optional<Failure> failure(Trial trial, Choices choices) {
    try {
      return Failure.of(trial, choices);
    } catch (LinkageError e) {
      throw e; // The user's classes do not fit: that says nothing about the run.
    } catch (Error e) {
      return Optional.of(new Failure(e.getClass().getSimpleName(), e));
    }
  }

  private static Optional<Schedule> schedule(Choices choices) {
    try {
      return Optional.of(choices.record());
    } catch (IllegalStateException e) {
      return Optional.empty(); // A trial that has used a name twice.
    }
  }

  /** {@return whether the run has broken a promise} */
  public boolean isViolation() {
    return violation.isPresent();
  }
}
