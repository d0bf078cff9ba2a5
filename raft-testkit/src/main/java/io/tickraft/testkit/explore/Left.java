package io.tickraft.testkit.explore;

import io.tickraft.core.Storage;
import org.jspecify.annotations.Nullable;

/** What one of the possible crashes leaves of a node. */
final class Left {

  private final int argument;
  private final @Nullable Storage log;
  private final long[] hashes;

  /**
   * @param argument the argument of the crash as an event
   * @param log the log that is left; null if it is not known
   * @param hashes for each naming, a hash of what is left; empty if the hash of the host includes
   *     it
   */
  Left(int argument, @Nullable Storage log, long[] hashes) {
    this.argument = argument;
    this.log = log;
    this.hashes = hashes;
  }

  int argument() {
    return argument;
  }

  @Nullable Storage log() {
    return log;
  }

  long[] hashes() {
    return hashes;
  }
}
