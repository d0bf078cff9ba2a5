package io.tickraft.examples.kv.peer;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;

/**
 * Who a node is among its peers.
 *
 * @param me the node
 * @param here where it listens for the others
 * @param clientPort where it serves clients, which it tells the others
 */
public record PeerSettings(Identity me, HostAndPort here, int clientPort) {}
