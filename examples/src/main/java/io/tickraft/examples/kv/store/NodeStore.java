package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens the directory of a node: the identity, the incarnation, the state machine and the log.
 *
 * <p>In a new directory one write makes both the identity and the first state durable, so a crash
 * leaves both or neither.
 */
public final class NodeStore implements AutoCloseable {

  private final Path dir;
  private final NodeDatabase database;
  private final KvMachine machine;
  private final LogStore log;
  private final long incarnation;
  private final boolean isNew;

  private NodeStore(NodeDatabase database, Identity identity, Members first) {
    this.dir = database.dir();
    this.database = database;
    this.isNew = database.claim(identity, batch -> KvMachine.begin(database, batch, first));
    // Durable before the node sends any message under this incarnation.
    this.incarnation = database.countBoot();
    this.machine = KvMachine.open(database);
    this.log = LogStore.open(database, machine);
  }

  /**
   * Opens a directory.
   *
   * @param dir the directory, created if it does not exist
   * @param identity the node that it must belong to
   * @param first the first voters of the group, this node included; {@link Members#NONE} if the
   *     node is to join an existing group. Used only if the directory is new
   * @throws StoreException if the directory belongs to another node, is in use, or cannot be read
   */
  public static NodeStore open(Path dir, Identity identity, Members first) {
    RocksLibrary.load();
    NodeDatabase database = NodeDatabase.open(dir);
    try {
      return open(database, identity, first);
    } catch (StoreException e) {
      throw new StoreException(dir.toString(), e);
    }
  }

  /** As the public method, in a database that is open; it is closed if this fails. */
  static NodeStore open(NodeDatabase database, Identity identity, Members first) {
    try {
      return new NodeStore(database, identity, first);
    } catch (StoreException e) {
      database.close();
      throw e;
    }
  }

  /**
   * Looks up the members as a node last knew them, without starting the node.
   *
   * @param dir the directory
   * @param identity the node that it must belong to
   * @return the members in the replicated state; {@link Members#NONE} if the directory does not
   *     exist, or if the node has not joined
   * @throws StoreException if the directory belongs to another node, is in use or damaged, or
   *     cannot be read
   */
  public static Members members(Path dir, Identity identity) {
    RocksLibrary.load();
    return NodeDatabase.look(dir, identity, NodeDatabase.MEMBERS)
        .map(bytes -> Members.decode(ByteString.copyFrom(bytes)))
        .orElse(Members.NONE);
  }

  /**
   * Opens the Raft node on the stored state.
   *
   * @throws StoreException if the stored state contradicts itself
   */
  public RawNode openNode(RaftConfig config) {
    try {
      return machine.appliedIndex() == 0
          ? RawNode.open(config, log)
          : RawNode.open(config, log, machine.applied());
    } catch (IllegalArgumentException e) {
      throw StoreException.damaged(String.valueOf(e.getMessage()));
    }
  }

  /** Has a listener get the time, in nanoseconds, that each synced write takes. */
  public void observeSyncs(LongConsumer listener) {
    database.observeSyncs(listener);
  }

  /** {@return the Raft log} */
  public LogStore log() {
    return log;
  }

  /** {@return the state machine} */
  public KvMachine machine() {
    return machine;
  }

  /** {@return the number of times that the node was started on this directory, from 1} */
  public long incarnation() {
    return incarnation;
  }

  /** {@return whether the directory was new} */
  public boolean isNew() {
    return isNew;
  }

  /**
   * Explains a failure of the node. If the directory was deleted, or another one is in its place, a
   * start could find it empty: the node must not be started again, though the failure itself looks
   * like that of a disk.
   *
   * @return the failure, or one that {@linkplain StoreException#isDamaged says} that the data is
   *     lost
   */
  public Throwable explain(Throwable failure) {
    for (@Nullable Throwable why = failure; why != null; why = why.getCause()) {
      if (why instanceof StoreException store) {
        return store.isDamaged() ? failure : explain(store, failure);
      }
    }
    return failure;
  }

  private Throwable explain(StoreException store, Throwable failure) {
    return DamageCheck.missing(dir)
        .<Throwable>map(file -> StoreException.lost(store, file))
        .orElse(failure);
  }

  /** Syncs all writes, and closes the directory. */
  @Override
  public void close() {
    machine.close();
    database.close();
  }
}
