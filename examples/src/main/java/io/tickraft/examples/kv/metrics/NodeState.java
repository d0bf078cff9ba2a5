package io.tickraft.examples.kv.metrics;

import io.tickraft.core.Status;
import java.util.List;
import java.util.Optional;

/**
 * The state of a node at one moment. The node's event loop makes and publishes it, so that other
 * threads never read what belongs to the loop.
 *
 * @param raft the status of the Raft node
 * @param isRemoved whether the node was removed from the group
 * @param sizes the sizes of the data
 * @param clients the clients
 * @param peers the nodes that this node sends messages to, in the order of their ids
 * @param publishedNanos when this was published, on the clock of {@link System#nanoTime}
 * @param readNanos when a linearizable read was last answered, on the same clock; before the first
 *     one, when the node started
 * @param hasRead whether a linearizable read was ever answered
 */
public record NodeState(
    Status raft,
    boolean isRemoved,
    Sizes sizes,
    Clients clients,
    List<Peer> peers,
    long publishedNanos,
    long readNanos,
    boolean hasRead) {

  /** Copies the list. */
  public NodeState {
    peers = List.copyOf(peers);
  }

  /**
   * The sizes of the data.
   *
   * @param logBytes about the size of the entries in the log, in bytes
   * @param keys the number of keys in the map
   * @param mapBytes about the size of the map, in bytes
   */
  public record Sizes(long logBytes, long keys, long mapBytes) {}

  /**
   * The clients.
   *
   * @param connections the number of connections
   * @param heldBytes the memory that requests and answers take, in bytes
   * @param owedBytes the answers that the clients have not read yet, in bytes
   */
  public record Clients(int connections, long heldBytes, long owedBytes) {}

  /**
   * A node that this node sends messages to.
   *
   * @param id its id
   * @param isConnected whether the connection for messages to it is open
   * @param owedBytes the messages that wait to be sent to it, in bytes
   * @param refusal why it has refused this node since it last let it in; empty if it has not
   */
  public record Peer(long id, boolean isConnected, long owedBytes, Optional<String> refusal) {}
}
