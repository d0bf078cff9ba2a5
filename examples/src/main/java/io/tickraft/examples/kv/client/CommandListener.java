package io.tickraft.examples.kv.client;

/** Learns of each request that is answered. Called on the node's event loop. */
@FunctionalInterface
public interface CommandListener {

  /** Ignores all. */
  CommandListener NONE = (command, outcome, receivedNanos) -> {};

  /**
   * Called when the answer to a request is written to the connection.
   *
   * @param command the name of the command, in capitals; {@code UNKNOWN} for all that this server
   *     does not have
   * @param outcome how the command ended
   * @param receivedNanos when the request was received, on the clock of {@link System#nanoTime}
   */
  void answered(String command, Outcome outcome, long receivedNanos);
}
