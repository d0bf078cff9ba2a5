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
 */
public record Survivor(
    Path dir,
    Identity identity,
    Members members,
    long applied,
    long commit,
    LogId last,
    long keys) {

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
          applied.size());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new StoreException("cannot read the state of the node", e);
    }
  }

  private static EntryId id(Entry entry) {
    return EntryId.newBuilder().setIndex(entry.getIndex()).setTerm(entry.getTerm()).build();
  }

  /**
   * Makes the node the only member of a new group, in one durable write: a crash leaves either the
   * old or the new group. All entries of its log take effect, but for membership changes: these
   * would bring back members of the old group.
   *
   * @param cluster the name of the new cluster, another than before: so no member of the old group
   *     can talk to the new one
   * @param address the address at which the node listens for its peers
   * @return the node in the new group
   * @throws StoreException if the directory has changed since it was examined, or cannot be written
   * @throws IllegalArgumentException if the name is that of the old cluster, or none
   */
  public Identity recover(String cluster, HostAndPort address) {
    if (!Identity.isClusterName(cluster) || cluster.equals(identity.cluster())) {
      throw new IllegalArgumentException(
          "the new cluster needs another name than '" + identity.cluster() + "'");
    }
    Identity recovered = new Identity(cluster, identity.group(), identity.id());
    try (NodeDatabase database = NodeDatabase.open(dir)) {
      try (RocksIterator log = database.iterator(database.log())) {
        if (!read(dir, database::value, log).equals(this)) {
          throw new StoreException(dir + " has changed meanwhile: nothing was done, start again");
        }
      }
      write(database, recovered, Members.founders(new TreeMap<>(Map.of(identity.id(), address))));
    }
    return recovered;
  }

  private void write(NodeDatabase database, Identity recovered, Members only) {
    KvMachine machine = KvMachine.open(database);
    LogStore log = LogStore.open(database, machine);
    List<Entry> tail =
        applied == last.index() ? List.of() : log.allEntries(applied + 1, last.index() + 1);
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
          machine.putTail(batch, tail, boundary, only);
          log.putEmpty(batch, Snapshot.newBuilder().setMetadata(boundary).build(), hardState);
        });
  }
}
