package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.command.KvState;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The map while one batch of committed entries is applied: the changes in memory, on top of the map
 * on the disk.
 */
final class EntryBatch implements KvState {

  /** The map on the disk. */
  interface Stored {
    byte @Nullable [] get(byte[] key);

    OptionalInt length(byte[] key);
  }

  private final Stored stored;
  private final Map<ByteString, Optional<ByteString>> changed = new HashMap<>();

  /** Whether the map on the disk no longer counts: all its keys were removed. */
  private boolean cleared;

  private long size;

  /** The bytes of all values that were read and written. */
  private long work;

  EntryBatch(Stored stored, long size) {
    this.stored = stored;
    this.size = size;
  }

  /** {@return how much it was, whatever is left of it: the bytes of the values read and written} */
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
  public Optional<ByteString> get(ByteString key) {
    Optional<ByteString> value = changed.get(key);
    if (value != null) {
      return value;
    }
    byte @Nullable [] bytes = cleared ? null : stored.get(key.toByteArray());
    if (bytes == null) {
      return Optional.empty();
    }
    work += bytes.length;
    return Optional.of(UnsafeByteOperations.unsafeWrap(bytes));
  }

  @Override
  public OptionalInt length(ByteString key) {
    Optional<ByteString> value = changed.get(key);
    if (value != null) {
      return value.isPresent() ? OptionalInt.of(value.get().size()) : OptionalInt.empty();
    }
    OptionalInt length = cleared ? OptionalInt.empty() : stored.length(key.toByteArray());
    work += length.orElse(0); // The database reads the value.
    return length;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void put(ByteString key, ByteString value) {
    if (!has(key)) {
      size++;
    }
    changed.put(key, Optional.of(value));
    work += key.size() + value.size();
  }

  @Override
  public boolean remove(ByteString key) {
    if (!has(key)) {
      return false;
    }
    size--;
    changed.put(key, Optional.empty());
    return true;
  }

  @Override
  public void clear() {
    cleared = true;
    changed.clear();
    size = 0;
  }

  void writeTo(NodeDatabase database, WriteBatch batch, ColumnFamilyHandle map)
      throws RocksDBException {
    if (cleared) {
      database.deleteAll(batch, map);
    }
    for (Map.Entry<ByteString, Optional<ByteString>> change : changed.entrySet()) {
      byte[] key = change.getKey().toByteArray();
      if (change.getValue().isPresent()) {
        batch.put(map, key, change.getValue().get().toByteArray());
      } else {
        batch.delete(map, key);
      }
    }
  }
}
