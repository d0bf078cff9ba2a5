package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A network between nodes, with a {@link Proxy} on the way from each of them to each other one. So
 * each node has addresses of its own for the others. They are part of the replicated state: a
 * snapshot brings those of its sender, and from then on two nodes share a way.
 */
final class ProxiedNetwork implements AutoCloseable {

  private final List<HostAndPort> nodes;

  /** By the ids of both nodes. */
  private final Map<String, Proxy> proxies = new TreeMap<>();

  private final Map<String, HostAndPort> addresses = new TreeMap<>();

  /**
   * Makes a network.
   *
   * @param nodes where the nodes listen, in the order of their ids
   */
  ProxiedNetwork(List<HostAndPort> nodes) throws IOException {
    this.nodes = List.copyOf(nodes);
    for (int id = 1; id <= nodes.size(); id++) {
      for (int other = 1; other <= nodes.size(); other++) {
        if (other != id) {
          int port = Ports.free(1).get(0);
          proxies.put(id + "-" + other, new Proxy(port, nodes.get(other - 1).port()));
          addresses.put(id + "-" + other, new HostAndPort("127.0.0.1", port));
        }
      }
    }
  }

  /** Starts the first nodes of a cluster on such a network. */
  static ProxiedNetwork start(TestCluster cluster, int nodes)
      throws IOException, InterruptedException {
    ProxiedNetwork network =
        new ProxiedNetwork(IntStream.rangeClosed(1, nodes).mapToObj(cluster::peerAddress).toList());
    for (int id = 1; id <= nodes; id++) {
      NodeSettings direct = cluster.settings(id);
      cluster.start(
          new NodeSettings(
              direct.identity(),
              direct.dir(),
              network.addresses(id),
              direct.peers(),
              direct.clients(),
              direct.security(),
              direct.limits()));
    }
    return network;
  }

  /** The addresses that a node has: its own, and those of the others as it sees them. */
  Map<Long, HostAndPort> addresses(int id) {
    Map<Long, HostAndPort> all = new TreeMap<>();
    for (int other = 1; other <= nodes.size(); other++) {
      all.put(
          (long) other,
          other == id
              ? nodes.get(id - 1)
              : Objects.requireNonNull(addresses.get(id + "-" + other)));
    }
    return all;
  }

  Collection<Proxy> all() {
    return proxies.values();
  }

  /** All from a node to others. */
  List<Proxy> from(int id) {
    return matching(pair -> pair.startsWith(id + "-"));
  }

  /** All from others to a node. */
  List<Proxy> to(int id) {
    return matching(pair -> pair.endsWith("-" + id));
  }

  /** All from a node to others, and from others to the node. */
  List<Proxy> around(int id) {
    return Stream.concat(from(id).stream(), to(id).stream()).toList();
  }

  private List<Proxy> matching(Predicate<String> pair) {
    return proxies.entrySet().stream()
        .filter(proxy -> pair.test(proxy.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  @Override
  public void close() throws IOException {
    for (Proxy proxy : proxies.values()) {
      proxy.close();
    }
  }
}
