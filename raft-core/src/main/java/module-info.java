/** Raft as a pure state machine: no thread, no clock, no I/O except through {@code Storage}. */
module io.tickraft.core {
  requires transitive io.tickraft.proto;
  requires static org.jspecify;

  exports io.tickraft.core;
}
