package io.tickraft.testkit.cli;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;

/** When the progress of a campaign is shown. */
final class Progress {

  /** How the progress is shown. */
  enum Mode {
    /** As a line on a terminal, otherwise plain. */
    AUTO,
    /** One line that changes. */
    LINE,
    /** Few lines, and the longer it takes, the fewer. */
    PLAIN,
    /** Not at all. */
    NONE;

    /** Returns the mode, which is not AUTO any more. */
    Mode resolved() {
      if (this != AUTO) {
        return this;
      }
      return isTerminal() ? LINE : PLAIN;
    }
  }

  private static final Duration LINE_INTERVAL = Duration.ofMillis(500);
  private static final Duration FIRST_PLAIN = Duration.ofSeconds(10);
  private static final Duration MAX_PLAIN_INTERVAL = Duration.ofMinutes(10);

  private final Mode mode;
  private Duration next;

  Progress(Mode mode) {
    this.mode = mode.resolved();
    this.next = this.mode == Mode.LINE ? LINE_INTERVAL : FIRST_PLAIN;
  }

  Mode mode() {
    return mode;
  }

  /** Returns whether the progress is to be shown now, this long after the begin. */
  boolean isDue(Duration elapsed) {
    if (mode == Mode.NONE || elapsed.compareTo(next) < 0) {
      return false;
    }
    while (elapsed.compareTo(next) >= 0) {
      next = next.plus(interval(next));
    }
    return true;
  }

  private Duration interval(Duration elapsed) {
    if (mode == Mode.LINE) {
      return LINE_INTERVAL;
    }
    return elapsed.compareTo(MAX_PLAIN_INTERVAL) < 0 ? elapsed : MAX_PLAIN_INTERVAL;
  }

  @SuppressWarnings(
      "SystemConsoleNull") // Up to Java 21 null is the answer, and then there is more.
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null || "dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      // From Java 22 on there is a console without a terminal, too.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }
}
