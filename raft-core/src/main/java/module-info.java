/**
 * Raft as a pure state machine: no thread, no clock, no I/O except through {@code Storage}.
 *
 * <p>Only {@code io.tickraft.core} is for users. {@code io.tickraft.core.raft} is open to the
 * testkit alone, for the copy and the digest of a node that exploring message orderings needs.
 */
@SuppressWarnings("module") // the testkit is built after the core and not known here
module io.tickraft.core {
  requires transitive io.tickraft.proto;
  requires static org.jspecify;

  exports io.tickraft.core;
  exports io.tickraft.core.raft to
      io.tickraft.testkit;
}
