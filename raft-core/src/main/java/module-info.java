/**
 * Raft as a pure state machine: no thread, no clock, no I/O except through {@code Storage}.
 *
 * <p>Only {@code io.tickraft.core} is for users, the testkit included.
 */
module io.tickraft.core {
  requires transitive io.tickraft.proto;
  requires static org.jspecify;

  exports io.tickraft.core;
}
