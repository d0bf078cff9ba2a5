package io.tickraft.examples.kv;

import io.tickraft.examples.kv.client.ClientLimits;
import io.tickraft.examples.kv.client.Users;
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
 * @param users who may do what
 */
record NodeSettings(
    Identity identity,
    Path dir,
    Map<Long, HostAndPort> founders,
    HostAndPort peers,
    HostAndPort clients,
    Limits limits,
    Users users) {

  /** Settings without users. */
  NodeSettings(
      Identity identity,
      Path dir,
      Map<Long, HostAndPort> founders,
      HostAndPort peers,
      HostAndPort clients,
      Limits limits) {
    this(identity, dir, founders, peers, clients, limits, Users.NONE);
  }

  NodeSettings {
    founders = Map.copyOf(founders);
  }

  /**
   * Sizes and times.
   *
   * @param tickMillis milliseconds from one tick of Raft's logical time to the next
   * @param timeoutMillis milliseconds until a request that has no outcome is answered with an error
   * @param clients what clients may take of the node
   * @param logBytes the size of the log, in bytes, at which its older half is dropped
   */
  record Limits(int tickMillis, int timeoutMillis, ClientLimits clients, long logBytes) {}
}
