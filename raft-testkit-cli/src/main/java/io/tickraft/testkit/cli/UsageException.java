package io.tickraft.testkit.cli;

/**
 * A file, a class or a combination of options cannot be used. The command prints the message as one
 * line and ends with {@link ExitCode#USAGE}.
 */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Reports what cannot be used.
   *
   * @param problem one line; names the file and, if there is one, the line
   */
  public UsageException(String problem) {
    super(problem);
  }

  /**
   * Reports what cannot be used.
   *
   * @param problem one line; names the file and, if there is one, the line
   * @param cause why
   */
  public UsageException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
