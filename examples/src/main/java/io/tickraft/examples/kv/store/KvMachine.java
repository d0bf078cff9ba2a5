package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.AppliedState;
import io.tickraft.core.Bootstrap;
import io.tickraft.examples.kv.command.KvView;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
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
 * <p>The applied index, the configuration, the members' addresses and the number of keys are
 * written along with the data of the entries that brought them about, so that a restart applies
 * nothing twice and misses nothing.
 *
 * <p>Belongs to the event loop of the node, but for {@link #stage()} and what it returns.
 */
public final class KvMachine implements KvView {

  /** Is told of each entry that is applied, in order. */
  @FunctionalInterface
  public interface Listener {

    /**
     * An entry is applied. It will be on the disk before the listener is called again from another
     * {@link KvMachine#apply}.
     *
     * @param entry the entry, whatever its type
     * @param reply what the command answers
     */
    void applied(Entry entry, Reply reply);
  }

  private final NodeDatabase database;
  private final Set<MapView> views = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastGeneration;
  private AppliedRecord applied;
  private Group group;
  private ColumnFamilyHandle map;

  /**
   * Who is in the group as of what is applied.
   *
   * @param configuration what Raft knows of it
   * @param members what else there is to know
   */
  private record Group(ConfState configuration, Members members) {}

  private KvMachine(NodeDatabase database, AppliedRecord applied, Group group) {
    this.database = database;
    this.applied = applied;
    this.group = group;
    this.map = database.map(applied.generation());
    // What was staged and did not become the map before the node stopped is of no use.
    database.keepOnlyMap(applied.generation());
    this.lastGeneration = new AtomicLong(applied.generation());
  }

  /**
   * Writes the first state of a node: an empty map, and {@link Bootstrap} if it is one of the
   * group's first voters. A node that joins later begins with nothing, and gets a snapshot.
   *
   * @param first the first members; {@link Members#NONE} if the node is to join
   */
  static void begin(NodeDatabase database, WriteBatch batch, Members first)
      throws RocksDBException {
    boolean joins = first.founders().isEmpty();
    Snapshot snapshot =
        joins
            ? Snapshot.getDefaultInstance()
            : Bootstrap.snapshot(first.founders().stream().mapToLong(Long::longValue).toArray());
    SnapshotMetadata metadata = snapshot.getMetadata();
    put(database, batch, new AppliedRecord(metadata.getIndex(), metadata.getTerm(), 0, 0));
    put(database, batch, new Group(metadata.getConfState(), first));
    LogStore.begin(
        database, batch, snapshot, joins ? HardState.getDefaultInstance() : Bootstrap.hardState());
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
          new Group(
              ConfState.parseFrom(database.value(NodeDatabase.CONFIGURATION).orElse(new byte[0])),
              Members.decode(
                  ByteString.copyFrom(database.value(NodeDatabase.MEMBERS).orElse(new byte[0])))));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new StoreException("cannot read the configuration", e);
    }
  }

  /**
   * Returns how far the map has come, for a node that has applied something to go on from there.
   */
  public AppliedState applied() {
    return new AppliedState(applied.index(), applied.term(), group.configuration());
  }

  /** Returns the index of the last entry that was applied; 0: none, the node has not joined yet. */
  public long appliedIndex() {
    return applied.index();
  }

  /** Returns who is in the group and where. */
  public Members members() {
    return group.members();
  }

  @Override
  public Optional<ByteString> get(ByteString key) {
    return Optional.ofNullable(database.get(map, key.toByteArray())).map(ByteString::copyFrom);
  }

  @Override
  public long size() {
    return applied.size();
  }

  // Entries.

  /**
   * Applies committed entries, in one write that is not synced: what a crash loses of it is applied
   * again from the log.
   *
   * @param entries the entries, in order; if one changes the membership, it is the last
   * @param configuration the configuration after them, if one changes the membership
   * @param listener is told of each of them
   */
  public void apply(List<Entry> entries, Optional<ConfState> configuration, Listener listener) {
    if (entries.isEmpty()) {
      return;
    }
    Page page = new Page(key -> database.get(map, key), applied.size());
    for (Entry entry : entries) {
      listener.applied(entry, page.apply(entry));
    }
    Entry last = entries.get(entries.size() - 1);
    Optional<Group> newGroup =
        configuration
            .filter(c -> last.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE)
            .map(c -> new Group(c, group.members().after(last, c)));
    AppliedRecord after =
        new AppliedRecord(last.getIndex(), last.getTerm(), page.size(), applied.generation());
    database.write(
        false,
        batch -> {
          page.writeTo(batch, map);
          put(database, batch, after);
          if (newGroup.isPresent()) {
            put(database, batch, newGroup.get());
          }
        });
    applied = after;
    group = newGroup.orElse(group);
  }

  private static void put(NodeDatabase database, WriteBatch batch, AppliedRecord applied)
      throws RocksDBException {
    database.putValue(batch, NodeDatabase.APPLIED, applied.encode());
  }

  private static void put(NodeDatabase database, WriteBatch batch, Group group)
      throws RocksDBException {
    database.putValue(batch, NodeDatabase.CONFIGURATION, group.configuration().toByteArray());
    database.putValue(batch, NodeDatabase.MEMBERS, group.members().encode().toByteArray());
  }

  // Snapshots.

  /**
   * Returns what a snapshot taken now covers. Its data are the members; the map is had with {@link
   * #view}.
   */
  Snapshot snapshot() {
    return Snapshot.newBuilder()
        .setMetadata(
            SnapshotMetadata.newBuilder()
                .setIndex(applied.index())
                .setTerm(applied.term())
                .setConfState(group.configuration()))
        .setData(group.members().encode())
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
    put(database, batch, SnapshotStaging.record(snapshot));
    put(database, batch, group(snapshot));
  }

  private static Group group(Snapshot snapshot) {
    return new Group(snapshot.getMetadata().getConfState(), SnapshotStaging.members(snapshot));
  }

  /** Goes on with the map of a snapshot, which is {@linkplain LogStore#persist persisted}. */
  public void restore(Snapshot snapshot) {
    ColumnFamilyHandle before = map;
    applied = SnapshotStaging.record(snapshot);
    group = group(snapshot);
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
