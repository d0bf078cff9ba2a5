package io.tickraft.testkit.cli;

import java.io.PrintWriter;

/**
 * Where a command writes: results to standard output; what only tells how far it is, to standard
 * error. There the last line may be a status that changes in place. Usable by several threads.
 */
final class Screen {

  /** To the beginning of the line, which is erased. */
  private static final String ERASE = "\r\u001b[K";

  private final PrintWriter out;
  private final PrintWriter err;
  private boolean hasStatus;

  Screen(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /** Writes a result. */
  synchronized void result(String text) {
    erase();
    out.println(text);
    out.flush();
  }

  /** Writes a line about the progress. */
  synchronized void note(String text) {
    erase();
    err.println(text);
    err.flush();
  }

  /** Replaces the status; for terminals only. */
  synchronized void status(String text) {
    err.print(ERASE + text);
    err.flush();
    hasStatus = true;
  }

  private void erase() {
    if (hasStatus) {
      err.print(ERASE);
      err.flush();
      hasStatus = false;
    }
  }
}
