package io.tickraft.testkit.cli.mutants.inside;

/**
 * Ends a loop of the core that would never end, or Readys that would never cease. It counts the
 * rounds of all loops in a run, not the time, so that a run is ended at the same point each time.
 */
public final class LoopGuard {

  /** A healthy run has less than a tenth of it. */
  private static final int MAX_ROUNDS = 4_000_000;

  /** A Ready costs the simulation more than a round of a loop costs the core. */
  private static final int ROUNDS_OF_READY = 50;

  private static int rounds;

  private LoopGuard() {}

  /** A run begins. */
  static void reset() {
    rounds = 0;
  }

  /** A loop begins another round. */
  public static void pass() {
    pass(1);
  }

  /** The host takes a Ready. */
  public static void ready() {
    pass(ROUNDS_OF_READY);
  }

  private static void pass(int more) {
    rounds += more;
    if (rounds > MAX_ROUNDS) {
      throw new AssertionError("a loop of the core does not end");
    }
  }
}
