package io.tickraft.examples.kv.peer;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import java.util.List;
import java.util.Map;

/**
 * Who a node is among its peers, and where they are.
 *
 * @param me the node
 * @param addresses where each node of the group, this one included, listens for the others, by id
 * @param clientPort where this node serves clients, which it tells the others
 */
public record PeerSettings(Identity me, Map<Long, HostAndPort> addresses, int clientPort) {

  /** Copies the addresses. */
  public PeerSettings {
    addresses = Map.copyOf(addresses);
  }

  /** Returns the ids of all nodes of the group, this one included, in order. */
  List<Long> members() {
    return addresses.keySet().stream().sorted().toList();
  }

  /** Returns what this node says first to another one. */
  Hello hello(Hello.Use use, long to) {
    return new Hello(use, me, to, members(), clientPort);
  }

  HostAndPort address(long id) {
    HostAndPort address = addresses.get(id);
    if (address == null) {
      throw new IllegalArgumentException("node " + id + " is no peer");
    }
    return address;
  }
}
