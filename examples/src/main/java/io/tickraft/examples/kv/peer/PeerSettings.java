package io.tickraft.examples.kv.peer;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;

/**
 * The identity and the addresses of a node, for its peers.
 *
 * @param me the node
 * @param here the address at which the node listens for its peers
 * @param clientPort the port at which the node serves clients; sent to the peers
 */
public record PeerSettings(Identity me, HostAndPort here, int clientPort) {}
