package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.text.FrameText;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a run has failed.
 *
 * @param kind the kind of failure, without its details: two runs with the same kind most likely
 *     show the same bug
 * @param cause what was thrown
 */
public record Failure(String kind, Throwable cause) {

  private static final int MAX_KIND = 120;

  /** What is thrown there is the fault of a caller. */
  private static final List<String> LIBRARIES =
      List.of(
          "java.",
          "jdk.",
          "org.assertj.",
          "org.junit.",
          "org.opentest4j.",
          // Of a violation of a host's rule, the place is that of the host's call.
          "io.tickraft.testkit.contract.");

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
      return Optional.of(of(e));
    }
  }

  /**
   * Returns the failure of a run that has thrown this.
   *
   * @param cause what was thrown
   * @return the failure
   */
  public static Failure of(Throwable cause) {
    return new Failure(kind(cause), cause);
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

  /**
   * {@return where it was thrown, such as {@code bank.Bank.apply(Bank.java:13)}; empty for a broken
   * promise, which is checked elsewhere than where the bug is, and if the JVM has left out the
   * stack trace}
   */
  Optional<String> place() {
    return cause instanceof OracleViolation
        ? Optional.empty()
        : Arrays.stream(cause.getStackTrace())
            .filter(frame -> LIBRARIES.stream().noneMatch(frame.getClassName()::startsWith))
            .findFirst()
            .map(FrameText::of);
  }

  /**
   * {@return the message of what was thrown, in one line; that of an exception follows the name of
   * its class}
   */
  @Override
  public String toString() {
    String message = cause.getMessage();
    return withClass(message == null ? "" : message.strip().replaceAll("\\s+", " "));
  }

  /** Returns a message, or a part of it, with the class before it if it is that of an exception. */
  String withClass(String message) {
    String name = cause.getClass().getSimpleName();
    return message.isEmpty()
        ? name
        : cause instanceof AssertionError ? message : name + ": " + message;
  }
}
