package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import java.nio.file.Path;
import java.util.Map;

/**
 * The settings of one node.
 *
 * @param identity the cluster, group and id of the node
 * @param dir the directory of its data
 * @param founders the address at which each of the group's first voters, this node included,
 *     listens for its peers, by id; empty if this node is to join an existing group. Used only if
 *     the directory is new
 * @param peers the address at which this node listens for its peers
 * @param clients the address at which this node serves clients
 * @param limits sizes and times
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
   * Sizes and times.
   *
   * @param tickMillis milliseconds from one tick of Raft's logical time to the next
   * @param timeoutMillis milliseconds until a request that has no outcome is answered with an error
   * @param maxValueBytes the limit of a key and of a value, in bytes
   * @param logBytes the size of the log, in bytes, at which its older half is dropped
   */
  record Limits(int tickMillis, int timeoutMillis, int maxValueBytes, long logBytes) {}

  /**
   * The limit of all arguments of one request together: well below that of a frame between nodes.
   */
  static final int MAX_REQUEST_BYTES = 32 << 20;
}
