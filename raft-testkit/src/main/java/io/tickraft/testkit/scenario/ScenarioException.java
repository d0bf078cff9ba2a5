package io.tickraft.testkit.scenario;

/** A scenario says something that cannot be done: the mistake is in the file. */
public final class ScenarioException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The number of the line. */
  private final int line;

  /** What is wrong with it. */
  private final String reason;

  /**
   * Reports a mistake in a scenario.
   *
   * @param file the name of the file
   * @param line the number of the line, from 1
   * @param reason what is wrong with it
   */
  public ScenarioException(String file, int line, String reason) {
    super(file + ":" + line + ": " + reason);
    this.line = line;
    this.reason = reason;
  }

  /**
   * Returns where the mistake is.
   *
   * @return the number of the line, from 1
   */
  public int line() {
    return line;
  }

  /**
   * Returns what is wrong.
   *
   * @return the reason, without file and line
   */
  public String reason() {
    return reason;
  }
}
