package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.tickraft.core.AppliedState;
import io.tickraft.core.Bootstrap;
import io.tickraft.examples.kv.command.KvMap;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * The state machine: the replicated map on the disk.
 *
 * <p>One write holds the effects of entries and, with them, the applied index, the configuration,
 * the members' addresses and the number of keys. So a restart applies no entry twice and misses
 * none.
 *
 * <p>Used only on the event loop of the node, except {@link #stage()} and its result.
 */
public final class KvMachine implements KvMap {

  /** Called for each entry that is applied, in order. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Called when an entry is applied. The entries of one {@link KvMachine#apply} are written to
     * the disk before the listener is called from the next one.
     *
     * @param entry the entry, of any type
     * @param reply the reply of the command
     */
    void applied(Entry entry, Reply reply);
  }

  /** The bytes of values that one write reads or writes, apart from its last entry. */
  private static final long MAX_WORK_BYTES = 8 << 20;

  private final NodeDatabase database;
  private final Set<MapView> views = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastGeneration;
  private AppliedRecord applied;
  private Group group;
  private ColumnFamilyHandle map;

  /**
   * The members as of the applied index.
   *
   * @param configuration the configuration, for Raft
   * @param members the addresses and the removed members
   */
  private record Group(ConfState configuration, Members members) {}

  private KvMachine(NodeDatabase database, AppliedRecord applied, Group group) {
    this.database = database;
    this.applied = applied;
    this.group = group;
    this.map = database.map(applied.generation());
    // Staged snapshots that did not become the map before the node stopped are useless.
    database.keepOnlyMap(applied.generation());
    this.lastGeneration = new AtomicLong(applied.generation());
  }

  /**
   * Writes the first state of a node: an empty map, and {@link Bootstrap} if it is one of the
   * group's first voters. A node that joins later starts without a configuration, and gets a
   * snapshot.
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

  /** {@return the applied state, for a node that has applied an entry or a snapshot} */
  public AppliedState applied() {
    return new AppliedState(applied.index(), applied.term(), group.configuration());
  }

  /** {@return the index of the last entry that was applied; 0 if the node has not joined yet} */
  public long appliedIndex() {
    return applied.index();
  }

  /** {@return the members as of the applied index} */
  public Members members() {
    return group.members();
  }

  @Override
  public Optional<ByteString> get(ByteString key) {
    return Optional.ofNullable(database.get(map, key.toByteArray()))
        .map(UnsafeByteOperations::unsafeWrap);
  }

  @Override
  public OptionalInt length(ByteString key) {
    return database.length(map, key.toByteArray());
  }

  @Override
  public void visitKeys(Optional<ByteString> after, Predicate<ByteString> visitor) {
    try (RocksIterator it = database.iterator(map)) {
      if (after.isPresent()) {
        byte[] key = after.get().toByteArray();
        // The smallest greater key.
        it.seek(Arrays.copyOf(key, key.length + 1));
      } else {
        it.seekToFirst();
      }
      while (it.isValid() && visitor.test(UnsafeByteOperations.unsafeWrap(it.key()))) {
        it.next();
      }
      it.status();
    } catch (RocksDBException e) {
      throw new StoreException("cannot read the map", e);
    }
  }

  @Override
  public long size() {
    return applied.size();
  }

  /** {@return about the size of the map, in bytes} */
  public long bytes() {
    return database.bytes(map);
  }

  // Entries.

  /**
   * Applies committed entries until they have read or written many bytes, in one write that is not
   * synced: if a crash loses the write, the entries are applied again from the log.
   *
   * <p>Entries of a few bytes may change values of a megabyte each. The limit bounds how many such
   * values are held in memory, and for how long the caller has to wait.
   *
   * @param entries the entries, in order, at least one; only the last may be a membership change
   * @param configuration the configuration after them, if the last is a membership change
   * @param listener called for each entry that is applied
   * @return how many entries were applied, at least one
   */
  public int apply(List<Entry> entries, Optional<ConfState> configuration, Listener listener) {
    EntryBatch changes = new EntryBatch(this);
    int count = 0;
    while (count < entries.size() && changes.work() < MAX_WORK_BYTES) {
      Entry entry = entries.get(count);
      listener.applied(entry, changes.apply(entry));
      count++;
    }
    Entry last = entries.get(count - 1);
    Optional<Group> newGroup =
        configuration
            .filter(c -> last.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE)
            .map(c -> new Group(c, group.members().after(last, c)));
    AppliedRecord after =
        new AppliedRecord(last.getIndex(), last.getTerm(), changes.size(), applied.generation());
    database.write(
        false,
        batch -> {
          changes.writeTo(database, batch, map);
          put(database, batch, after);
          if (newGroup.isPresent()) {
            put(database, batch, newGroup.get());
          }
        });
    applied = after;
    group = newGroup.orElse(group);
    return count;
  }

  /**
   * Applies entries as {@link #apply} does, but ignores membership changes among them.
   *
   * @param entries the entries after the applied index, in order
   */
  void applyCommands(List<Entry> entries) {
    for (int done = 0; done < entries.size(); ) {
      done += apply(entries.subList(done, entries.size()), Optional.empty(), (entry, reply) -> {});
    }
  }

  /**
   * Adds to a write that the group has other members. The machine must be opened anew after the
   * write.
   */
  void putMembers(WriteBatch batch, ConfState configuration, Members members)
      throws RocksDBException {
    put(database, batch, new Group(configuration, members));
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
   * Returns a snapshot at the applied index; the default instance if the node has not joined yet.
   * Its data holds the members only; {@link #view} gives the map.
   */
  Snapshot snapshot() {
    if (applied.index() == 0) {
      return Snapshot.getDefaultInstance();
    }
    return Snapshot.newBuilder()
        .setMetadata(
            SnapshotMetadata.newBuilder()
                .setIndex(applied.index())
                .setTerm(applied.term())
                .setConfState(group.configuration()))
        .setData(group.members().encode())
        .build();
  }

  /** {@return a view of the current map for any one thread; the caller must close it} */
  public MapView view() {
    MapView view = new MapView(database.iterator(map), applied.index(), applied.size(), views);
    views.add(view);
    return view;
  }

  /** Starts to stage the map of another node. May be called on any thread. */
  public SnapshotStaging stage() {
    return new SnapshotStaging(database, lastGeneration.incrementAndGet());
  }

  /** Adds to a write that the staged data of a snapshot becomes the map. */
  void putRestored(WriteBatch batch, Snapshot snapshot) throws RocksDBException {
    put(database, batch, SnapshotStaging.record(snapshot));
    put(database, batch, group(snapshot));
  }

  private static Group group(Snapshot snapshot) {
    return new Group(snapshot.getMetadata().getConfState(), SnapshotStaging.members(snapshot));
  }

  /**
   * Replaces the map by that of a snapshot that is already {@linkplain LogStore#persist persisted}.
   */
  public void restore(Snapshot snapshot) {
    ColumnFamilyHandle before = map;
    applied = SnapshotStaging.record(snapshot);
    group = group(snapshot);
    map = database.map(applied.generation());
    database.dropMap(before);
  }

  /** Drops staged data unless it has become the map: the Raft node did not use the snapshot. */
  public void discardUnlessRestored(SnapshotStaging staging) {
    if (staging.generation() != applied.generation()) {
      staging.abandon();
    }
  }

  /** Closes all views; called before the database is closed. */
  void close() {
    views.forEach(MapView::close);
  }
}
