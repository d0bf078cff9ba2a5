package io.tickraft.examples.kv.store;

import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.examples.kv.net.HostAndPort;
import java.nio.file.Path;
import java.util.Optional;

/**
 * All that a node keeps in its directory, opened in the order that makes it safe to start from.
 *
 * <p>A new directory gets the first state of the node in the same write as its owner's name, so a
 * crash leaves either nothing or all of it.
 */
public final class NodeStore implements AutoCloseable {

  private final NodeDatabase database;
  private final KvMachine machine;
  private final LogStore log;
  private final long incarnation;
  private final boolean isNew;

  private NodeStore(NodeDatabase database, Identity identity, Members first) {
    this.database = database;
    this.isNew = database.claim(identity, batch -> KvMachine.begin(database, batch, first));
    // Counted, on the disk, before anything is said in the name of it.
    this.incarnation = database.countBoot();
    this.machine = KvMachine.open(database);
    this.log = LogStore.open(database, machine);
  }

  /**
   * Opens a directory.
   *
   * @param dir the directory, created if it is not there
   * @param identity whose it is
   * @param first the first voters of the group, of which this node is one, if the directory is new;
   *     {@link Members#NONE} if the node is to join a group that is there
   * @throws StoreException if it is another node's, or in use, or cannot be read
   */
  public static NodeStore open(Path dir, Identity identity, Members first) {
    NodeDatabase database = NodeDatabase.open(dir);
    try {
      return new NodeStore(database, identity, first);
    } catch (StoreException e) {
      database.close();
      throw new StoreException(dir.toString(), e);
    }
  }

  /**
   * Looks up where a node listens for the others, as the group knows it, without starting it.
   *
   * @param dir the directory
   * @param identity whose it is
   * @return empty if there is no such directory yet, or the node was no member when it stopped
   * @throws StoreException if it is another node's, or in use, or cannot be read
   */
  public static Optional<HostAndPort> address(Path dir, Identity identity) {
    if (!NodeDatabase.isIn(dir)) {
      return Optional.empty();
    }
    try (NodeDatabase database = NodeDatabase.open(dir)) {
      return database.isOf(identity)
          ? Optional.ofNullable(KvMachine.open(database).members().addresses().get(identity.id()))
          : Optional.empty();
    } catch (StoreException e) {
      throw new StoreException(dir.toString(), e);
    }
  }

  /** Opens the Raft node that goes on from what is here. */
  public RawNode openNode(RaftConfig config) {
    return machine.appliedIndex() == 0
        ? RawNode.open(config, log)
        : RawNode.open(config, log, machine.applied());
  }

  /** Returns the Raft log. */
  public LogStore log() {
    return log;
  }

  /** Returns the state machine. */
  public KvMachine machine() {
    return machine;
  }

  /** Returns how often the directory was opened, this time included. */
  public long incarnation() {
    return incarnation;
  }

  /** Returns whether there was nothing in the directory. */
  public boolean isNew() {
    return isNew;
  }

  /** Writes what is not on the disk yet, and lets go of the directory. */
  @Override
  public void close() {
    machine.close();
    database.close();
  }
}
