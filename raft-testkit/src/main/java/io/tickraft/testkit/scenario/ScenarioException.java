package io.tickraft.testkit.scenario;

/** Thrown for a mistake in a scenario: its text cannot be parsed, or a command cannot be run. */
public final class ScenarioException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The number of the line, from 1. */
  private final int line;

  /** What is wrong, without file and line. */
  private final String reason;

  /**
   * Reports a mistake in a scenario.
   *
   * @param file the name of the file
   * @param line the number of the line, from 1
   * @param reason what is wrong
   */
  public ScenarioException(String file, int line, String reason) {
    super(file + ":" + line + ": " + reason);
    this.line = line;
    this.reason = reason;
  }

  /** {@return the number of the line with the mistake, from 1} */
  public int line() {
    return line;
  }

  /** {@return what is wrong, without file and line} */
  public String reason() {
    return reason;
  }
}
