package io.tickraft.examples.kv;

import io.tickraft.examples.kv.client.ClientLimits;
import io.tickraft.examples.kv.client.Users;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.TlsFiles;
import io.tickraft.examples.kv.store.Identity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * @param security who may connect
 * @param limits sizes and times
 * @param users who may do what
 * @param metrics the address at which this node serves its metrics; empty: nowhere
 */
record NodeSettings(
    Identity identity,
    Path dir,
    Map<Long, HostAndPort> founders,
    HostAndPort peers,
    HostAndPort clients,
    Security security,
    Limits limits,
    Users users,
    Optional<HostAndPort> metrics) {

  /** Settings without users and metrics. */
  NodeSettings(
      Identity identity,
      Path dir,
      Map<Long, HostAndPort> founders,
      HostAndPort peers,
      HostAndPort clients,
      Security security,
      Limits limits) {
    this(identity, dir, founders, peers, clients, security, limits, Users.NONE, Optional.empty());
  }

  NodeSettings {
    founders = Map.copyOf(founders);
  }

  /** {@return all addresses at which this node listens} */
  List<HostAndPort> listensAt() {
    List<HostAndPort> all = new ArrayList<>(List.of(peers, clients));
    metrics.ifPresent(all::add);
    return all;
  }

  /**
   * Who may connect.
   *
   * @param tls the files of the TLS between nodes; empty: without TLS
   * @param tlsForClients whether clients are served with TLS only
   * @param insecure whether nodes may connect without TLS from other machines
   */
  record Security(Optional<TlsFiles> tls, boolean tlsForClients, boolean insecure) {

    /** Without TLS, and for this machine only. */
    static final Security NONE = new Security(Optional.empty(), false, false);
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
