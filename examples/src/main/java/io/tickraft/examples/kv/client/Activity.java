package io.tickraft.examples.kv.client;

/** When something last happened on a connection, and since when it waits for memory. */
final class Activity {

  private long lastNanos;
  private long waitsSinceNanos;
  private boolean waits;

  Activity(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** Bytes were received or sent. */
  void happened(long nowNanos) {
    lastNanos = nowNanos;
  }

  long idleNanos(long nowNanos) {
    return nowNanos - lastNanos;
  }

  /** The connection cannot go on without memory. */
  void waits(long nowNanos) {
    if (!waits) {
      waits = true;
      waitsSinceNanos = nowNanos;
    }
  }

  /** A request was taken or an answer sent. */
  void goesOn() {
    waits = false;
  }

  /** {@return for how long the connection has waited for memory; -1 if it does not wait} */
  long waitedNanos(long nowNanos) {
    return waits ? nowNanos - waitsSinceNanos : -1;
  }
}
