package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.LogId;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * A node that is left of a group whose majority is lost, as its directory shows it. It can become
 * the only member of a new group, with all that it has.
 *
 * @param dir the directory
 * @param identity the node
 * @param members the members of its group, as of the applied index
 * @param applied the index of the last entry that is applied to the map
 * @param commit the index up to which the node knows entries to be committed
 * @param last the last entry of its log
 * @param keys the number of keys in the map
 * @param interrupted whether it was being recovered when the process or the machine failed
 */
public record Survivor(
    Path dir,
    Identity identity,
    Members members,
    long applied,
    long commit,
    LogId last,
    long keys,
    boolean interrupted) {

  /** The bytes of entries that are read at a time. In memory they take several times as much. */
  private static final long READ_BYTES = 1 << 20;

  /**
   * Examines a directory, and changes nothing in it.
   *
   * @throws StoreException if it has no data of a group, is damaged or in use, or cannot be read
   */
  @SuppressWarnings("try") // The lock is held, not used.
  public static Survivor find(Path dir) {
    if (!DamageCheck.hasDatabase(dir)) {
      throw new StoreException(dir + ": there is no data of a node");
    }
    try (SyncedWrites lock = SyncedWrites.open(dir)) {
      DamageCheck.check(dir, lock);
      try (Rocks rocks = Rocks.openReadOnly(dir);
          RocksIterator log = rocks.iterator(rocks.log())) {
        return read(dir, rocks::value, log);
      }
    } catch (RocksDBException | StoreException e) {
      throw new StoreException("cannot open " + dir, e);
    }
  }

  private static Survivor read(
      Path dir, Function<String, Optional<byte[]>> values, RocksIterator log) {
    Optional<byte[]> identity = values.apply(NodeDatabase.IDENTITY);
    AppliedRecord applied =
        values
            .apply(NodeDatabase.APPLIED)
            .map(AppliedRecord::decode)
            .filter(record -> record.index() > 0)
            .orElseThrow(() -> new StoreException("the node has never been a member of a group"));
    try {
      log.seekToLast();
      EntryId last =
          log.isValid()
              ? id(Entry.parseFrom(log.value()))
              : EntryId.parseFrom(values.apply(NodeDatabase.COMPACTED).orElseThrow());
      Rocks.checkEnd(log);
      return new Survivor(
          dir,
          Identity.decode(identity.orElseThrow()),
          Members.decode(
              ByteString.copyFrom(values.apply(NodeDatabase.MEMBERS).orElse(new byte[0]))),
          applied.index(),
          HardState.parseFrom(values.apply(NodeDatabase.HARD_STATE).orElseThrow()).getCommit(),
          new LogId(last.getTerm(), last.getIndex()),
          applied.size(),
          values.apply(NodeDatabase.RECOVERING).isPresent());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new StoreException("cannot read the state of the node", e);
    }
  }

  private static EntryId id(Entry entry) {
    return EntryId.newBuilder().setIndex(entry.getIndex()).setTerm(entry.getTerm()).build();
  }

  /**
   * Makes the node the only member of a new group. All entries of its log take effect, but for
   * membership changes: these would bring back members of the old group.
   *
   * <p>The entries are applied in many writes, since all of their effects may be more than fits in
   * memory. The last write, which is durable, makes the group a new one. A crash before it leaves a
   * directory that can be recovered, but not be started: entries that need not be committed have
   * taken effect in its map.
   *
   * @param cluster the name of the new cluster, another than before: so no member of the old group
   *     can talk to the new one
   * @param address the address at which the node listens for its peers
   * @return the node in the new group
   * @throws StoreException if the directory has changed since it was examined, or cannot be written
   * @throws UnreadableEntryException if this version cannot read an entry; nothing is changed then
   * @throws IllegalArgumentException if the name is that of the old cluster, or none
   */
  public Identity recover(String cluster, HostAndPort address) {
    if (!Identity.isClusterName(cluster) || cluster.equals(identity.cluster())) {
      throw new IllegalArgumentException(
          "the new cluster needs another name than '" + identity.cluster() + "'");
    }
    Identity recovered = new Identity(cluster, identity.group(), identity.id());
    try (NodeDatabase database = NodeDatabase.open(dir)) {
      recover(database, recovered, address);
    }
    return recovered;
  }

  /** As the public method, in a database that is open. */
  void recover(NodeDatabase database, Identity recovered, HostAndPort address) {
    try (RocksIterator log = database.iterator(database.log())) {
      if (!read(dir, database::value, log).equals(this)) {
        throw new StoreException(dir + " has changed meanwhile: nothing was done, start again");
      }
    }
    KvMachine machine = KvMachine.open(database);
    LogStore log = LogStore.open(database, machine);
    if (applied < last.index()) {
      // An entry that this version cannot read is found before anything is changed.
      forTail(log, entries -> entries.forEach(EntryBatch::command));
      database.write(true, batch -> database.putValue(batch, NodeDatabase.RECOVERING, new byte[0]));
      forTail(log, machine::applyCommands);
    }
    beginGroup(
        database,
        machine,
        log,
        recovered,
        Members.founders(new TreeMap<>(Map.of(identity.id(), address))));
  }

  /** Reads the entries that are not applied, a part of them at a time. */
  private void forTail(LogStore log, Consumer<List<Entry>> reader) {
    for (long next = applied + 1; next <= last.index(); ) {
      List<Entry> entries = log.read(next, last.index() + 1, READ_BYTES);
      reader.accept(entries);
      next += entries.size();
    }
  }

  private void beginGroup(
      NodeDatabase database, KvMachine machine, LogStore log, Identity recovered, Members only) {
    ConfState voters = ConfState.newBuilder().addVoters(identity.id()).build();
    SnapshotMetadata boundary =
        SnapshotMetadata.newBuilder()
            .setIndex(last.index())
            .setTerm(last.term())
            .setConfState(voters)
            .build();
    HardState hardState =
        HardState.newBuilder()
            .setTerm(log.initialState().getTerm())
            .setCommit(last.index())
            .build();
    database.write(
        true,
        batch -> {
          database.putIdentity(batch, recovered);
          database.removeValue(batch, NodeDatabase.RECOVERING);
          machine.putMembers(batch, voters, only);
          log.putEmpty(batch, Snapshot.newBuilder().setMetadata(boundary).build(), hardState);
        });
  }
}
