package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Choices;
import java.util.Optional;

/**
 * How a run has failed.
 *
 * @param kind what was broken, without the details: two runs with the same kind most likely show
 *     the same bug
 * @param cause what was thrown
 */
public record Failure(String kind, Throwable cause) {

  private static final int MAX_KIND = 120;

  /**
   * Runs, and returns the failure if there is one.
   *
   * @param trial the run
   * @param choices its choices
   * @return the failure; empty if the run keeps all promises
   */
  public static Optional<Failure> of(Trial trial, Choices choices) {
    return of(trial, choices, new Oracle() {});
  }

  /** Runs with an observer; a run that reaches a {@link TimeLimit} does not fail. */
  static Optional<Failure> of(Trial trial, Choices choices, Oracle observer) {
    try {
      trial.run(choices, observer);
      return Optional.empty();
    } catch (TimeLimit.Reached e) {
      return Optional.empty();
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      return Optional.of(new Failure(kind(e), e));
    }
  }

  /** Returns what a run has broken that has thrown this. */
  static String kind(Throwable thrown) {
    if (thrown instanceof OracleViolation violation) {
      return violation.promise();
    }
    // Node ids, indexes and times differ from run to run.
    String message =
        String.valueOf(thrown.getMessage())
            .lines()
            .filter(line -> !line.isBlank())
            .findFirst()
            .orElse("")
            .replaceAll("[0-9]+", "%");
    String kind = thrown.getClass().getSimpleName() + ": " + message;
    return kind.substring(0, Math.min(kind.length(), MAX_KIND));
  }

  /** {@return what was thrown, in one line} */
  @Override
  public String toString() {
    String message = cause.getMessage();
    return (message == null ? cause.getClass().getName() : message).strip().replaceAll("\\s+", " ");
  }
}
