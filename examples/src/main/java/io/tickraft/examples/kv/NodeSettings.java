package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import java.nio.file.Path;
import java.util.Map;

/**
 * How one node is set up.
 *
 * @param identity who it is
 * @param dir where it keeps its data
 * @param founders where each of the group's first voters, this node included, listens for the
 *     others, by id; empty if this node is to join a group that is there. If the directory is not
 *     new, it knows better
 * @param peers where this node listens for the others
 * @param clients where this node serves clients
 * @param limits what is tuned
 */
record NodeSettings(
    Identity identity,
    Path dir,
    Map<Long, HostAndPort> founders,
    HostAndPort peers,
    HostAndPort clients,
    Limits limits) {

  NodeSettings {
    founders = Map.copyOf(founders);
  }

  /**
   * What is tuned.
   *
   * @param tickMillis milliseconds from one tick of Raft's logical time to the next
   * @param timeoutMillis after how many milliseconds a client is told that the outcome is unknown
   * @param maxValueBytes the limit of a key and of a value
   * @param logBytes how much the log may take before its older half is dropped
   */
  record Limits(int tickMillis, int timeoutMillis, int maxValueBytes, long logBytes) {}

  /** All arguments of one request together; fits a frame between nodes with room to spare. */
  static final int MAX_REQUEST_BYTES = 32 << 20;
}
