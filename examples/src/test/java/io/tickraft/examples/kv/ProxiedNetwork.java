package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A network between nodes with a {@link Proxy} for each of them on its way to each other one. */
final class ProxiedNetwork implements AutoCloseable {

  private final Map<String, Proxy> proxies = new TreeMap<>();

  /** Starts the first nodes of a cluster on such a network. */
  static ProxiedNetwork start(TestCluster cluster, int nodes)
      throws IOException, InterruptedException {
    ProxiedNetwork network = new ProxiedNetwork();
    for (int id = 1; id <= nodes; id++) {
      NodeSettings direct = cluster.settings(id);
      // Each node has addresses of its own for the others.
      Map<Long, HostAndPort> addresses = new TreeMap<>(direct.founders());
      for (int other = 1; other <= nodes; other++) {
        if (other != id) {
          int port = Ports.free(1).get(0);
          int target = cluster.peerAddress(other).port();
          network.proxies.put(id + "-" + other, new Proxy(port, target));
          addresses.put((long) other, new HostAndPort("127.0.0.1", port));
        }
      }
      cluster.start(
          new NodeSettings(
              direct.identity(),
              direct.dir(),
              addresses,
              direct.peers(),
              direct.clients(),
              direct.security(),
              direct.limits()));
    }
    return network;
  }

  Collection<Proxy> all() {
    return proxies.values();
  }

  /** All from a node to others, and from others to the node. */
  List<Proxy> around(int id) {
    List<Proxy> around = new ArrayList<>();
    proxies.forEach(
        (pair, proxy) -> {
          if (pair.startsWith(id + "-") || pair.endsWith("-" + id)) {
            around.add(proxy);
          }
        });
    return around;
  }

  @Override
  public void close() throws IOException {
    for (Proxy proxy : proxies.values()) {
      proxy.close();
    }
  }
}
