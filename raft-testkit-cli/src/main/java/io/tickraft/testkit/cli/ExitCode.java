package io.tickraft.testkit.cli;

/** How a subcommand ends. */
public final class ExitCode {

  /** Every promise was kept. */
  public static final int CLEAN = 0;

  /** A run breaks a promise, or a transcript differs from the expected one. */
  public static final int VIOLATION = 1;

  /** An option is wrong, or a file cannot be used: nothing was found out. */
  public static final int USAGE = 2;

  /** A bug in the command itself. */
  public static final int INTERNAL = 70;

  private ExitCode() {}
}
