package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.command.KvView;
import io.tickraft.examples.kv.command.PendingChanges;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The map while one batch of committed entries is applied: the changes in memory, on top of the map
 * on the disk.
 *
 * <p>Counts the bytes of the values that are read from the disk, and of what is to be written.
 */
final class EntryBatch extends PendingChanges {

  private long work;

  /**
   * Begins a batch.
   *
   * @param stored the map on the disk
   */
  EntryBatch(KvView stored) {
    super(stored);
  }

  /** {@return how much it was, in bytes, whatever is left of it} */
  long work() {
    return work;
  }

  /**
   * {@return the reply to the client}
   *
   * @throws UnreadableEntryException if this version cannot read the entry
   */
  Reply apply(Entry entry) {
    return command(entry).map(command -> command.applyTo(this)).orElse(Reply.OK);
  }

  /**
   * {@return the command of an entry; empty if the entry is no command}
   *
   * @throws UnreadableEntryException if this version cannot read the entry
   */
  static Optional<Command> command(Entry entry) {
    if (entry.getType() != EntryType.ENTRY_TYPE_COMMAND) {
      return Optional.empty();
    }
    try {
      return Optional.of(CommandCodec.decode(entry.getData()));
    } catch (IllegalArgumentException e) {
      throw new UnreadableEntryException(entry, e);
    }
  }

  @Override
  protected Optional<ByteString> unchanged(ByteString key) {
    Optional<ByteString> value = super.unchanged(key);
    work += value.isPresent() ? value.get().size() : 0;
    return value;
  }

  /** Counts the whole value: the database reads it. */
  @Override
  protected OptionalInt unchangedLength(ByteString key) {
    OptionalInt length = super.unchangedLength(key);
    work += length.orElse(0);
    return length;
  }

  @Override
  public void put(ByteString key, ByteString value) {
    super.put(key, value);
    work += key.size() + value.size();
  }

  void writeTo(NodeDatabase database, WriteBatch batch, ColumnFamilyHandle map)
      throws RocksDBException {
    if (isCleared()) {
      database.deleteAll(batch, map);
    }
    for (Map.Entry<ByteString, Optional<ByteString>> change : changed().entrySet()) {
      byte[] key = change.getKey().toByteArray();
      if (change.getValue().isPresent()) {
        batch.put(map, key, change.getValue().get().toByteArray());
      } else {
        batch.delete(map, key);
      }
    }
  }
}
