package io.tickraft.examples.kv.store;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.AppliedState;
import io.tickraft.core.Bootstrap;
import io.tickraft.examples.kv.command.KvView;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The replicated map on the disk: the state machine.
 *
 * <p>The applied index, the configuration and the number of keys are written along with the data of
 * the entries that brought them about, so that a restart applies nothing twice and misses nothing.
 *
 * <p>Belongs to the event loop of the node, but for {@link #stage()} and what it returns.
 */
public final class KvMachine {

  /** Is told of each entry that is applied, in order. */
  @FunctionalInterface
  public interface Listener {

    /**
     * An entry is applied. It will be on the disk before the listener is called again from another
     * {@link KvMachine#apply}.
     *
     * @param entry the entry, whatever its type
     * @param reply what the command answers
     * @param map the map right after it, to be read during this call only
     */
    void applied(Entry entry, Reply reply, KvView map);
  }

  private final NodeDatabase database;
  private final Set<MapView> views = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastGeneration;
  private AppliedRecord applied;
  private ConfState configuration;
  private ColumnFamilyHandle map;

  private KvMachine(NodeDatabase database, AppliedRecord applied, ConfState configuration) {
    this.database = database;
    this.applied = applied;
    this.configuration = configuration;
    this.map = database.map(applied.generation());
    // What was staged and did not become the map before the node stopped is of no use.
    database.keepOnlyMap(applied.generation());
    this.lastGeneration = new AtomicLong(applied.generation());
  }

  /** Writes the first state of a group's first voter: an empty map, and {@link Bootstrap}. */
  static void bootstrap(NodeDatabase database, WriteBatch batch, long... voters)
      throws RocksDBException {
    Snapshot snapshot = Bootstrap.snapshot(voters);
    HardState hardState = Bootstrap.hardState();
    SnapshotMetadata metadata = snapshot.getMetadata();
    put(
        database,
        batch,
        new AppliedRecord(metadata.getIndex(), metadata.getTerm(), 0, 0),
        Optional.of(metadata.getConfState()));
    LogStore.bootstrap(database, batch, snapshot, hardState);
  }

  /** Opens the map of a node that was {@linkplain NodeDatabase#claim claimed}. */
  static KvMachine open(NodeDatabase database) {
    byte[] applied =
        database
            .value(NodeDatabase.APPLIED)
            .orElseThrow(() -> new StoreException("the map has no applied index"));
    try {
      return new KvMachine(
          database,
          AppliedRecord.decode(applied),
          ConfState.parseFrom(database.value(NodeDatabase.CONFIGURATION).orElse(new byte[0])));
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException("cannot read the configuration", e);
    }
  }

  /** Returns how far the map has come, for the node to go on from there. */
  public AppliedState applied() {
    return new AppliedState(applied.index(), applied.term(), configuration);
  }

  /** Returns how many keys have a value. */
  public long size() {
    return applied.size();
  }

  // Entries.

  /**
   * Applies committed entries, in one write that is not synced: what a crash loses of it is applied
   * again from the log.
   *
   * @param entries the entries, in order
   * @param newConfiguration the configuration after them, if it has changed
   * @param listener is told of each of them
   */
  public void apply(List<Entry> entries, Optional<ConfState> newConfiguration, Listener listener) {
    if (entries.isEmpty()) {
      return;
    }
    Page page = new Page(key -> database.get(map, key), applied.size());
    for (Entry entry : entries) {
      listener.applied(entry, page.apply(entry), page);
    }
    Entry last = entries.get(entries.size() - 1);
    AppliedRecord after =
        new AppliedRecord(last.getIndex(), last.getTerm(), page.size(), applied.generation());
    database.write(
        false,
        batch -> {
          page.writeTo(batch, map);
          put(database, batch, after, newConfiguration);
        });
    applied = after;
    configuration = newConfiguration.orElse(configuration);
  }

  private static void put(
      NodeDatabase database,
      WriteBatch batch,
      AppliedRecord applied,
      Optional<ConfState> configuration)
      throws RocksDBException {
    database.putValue(batch, NodeDatabase.APPLIED, applied.encode());
    if (configuration.isPresent()) {
      database.putValue(batch, NodeDatabase.CONFIGURATION, configuration.get().toByteArray());
    }
  }

  // Snapshots.

  /** Returns what a snapshot taken now covers; the data is had with {@link #view}. */
  Snapshot snapshot() {
    return Snapshot.newBuilder()
        .setMetadata(
            SnapshotMetadata.newBuilder()
                .setIndex(applied.index())
                .setTerm(applied.term())
                .setConfState(configuration))
        .build();
  }

  /** Returns the map as it is now, which the caller may read on another thread, and closes. */
  public MapView view() {
    MapView view = new MapView(database.iterator(map), applied.index(), applied.size(), views);
    views.add(view);
    return view;
  }

  /** Begins to receive the map of another node. May be called on any thread. */
  public SnapshotStaging stage() {
    return new SnapshotStaging(database, lastGeneration.incrementAndGet());
  }

  /** Adds to a write that what was staged for a snapshot is the map now. */
  void putRestored(WriteBatch batch, Snapshot snapshot) throws RocksDBException {
    put(
        database,
        batch,
        SnapshotStaging.record(snapshot),
        Optional.of(snapshot.getMetadata().getConfState()));
  }

  /** Goes on with the map of a snapshot, which is {@linkplain LogStore#persist persisted}. */
  public void restore(Snapshot snapshot) {
    ColumnFamilyHandle before = map;
    applied = SnapshotStaging.record(snapshot);
    configuration = snapshot.getMetadata().getConfState();
    map = database.map(applied.generation());
    database.dropMap(before);
  }

  /** Drops what was staged unless it has become the map: the node had no use for the snapshot. */
  public void discardUnlessRestored(SnapshotStaging staging) {
    if (staging.generation() != applied.generation()) {
      staging.abandon();
    }
  }

  /** Ends what is being read, before the database is closed. */
  void close() {
    views.forEach(MapView::close);
  }
}
