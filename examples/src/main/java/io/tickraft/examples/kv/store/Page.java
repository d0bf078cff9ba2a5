package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.command.KvState;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The map while some entries are applied: what they change, over what is on the disk. */
final class Page implements KvState {

  private static final Logger LOG = LoggerFactory.getLogger(Page.class);
  private static final Reply UNREADABLE =
      Reply.err("this version of the server cannot read the command, which was not applied");

  /** The map on the disk. */
  @FunctionalInterface
  interface Stored {
    byte @Nullable [] get(byte[] key);
  }

  private final Stored stored;
  private final Map<ByteString, Optional<ByteString>> changed = new HashMap<>();
  private long size;

  /** A line for the first of them will do: there may be as many as a client cares to write. */
  private int unreadable;

  Page(Stored stored, long size) {
    this.stored = stored;
    this.size = size;
  }

  /** Applies one entry, and says what its client is told. */
  Reply apply(Entry entry) {
    if (entry.getType() != EntryType.ENTRY_TYPE_COMMAND) {
      return Reply.OK;
    }
    Optional<Command> command = CommandCodec.decode(entry.getData());
    if (command.isEmpty()) {
      if (unreadable == 0) {
        LOG.warn("entry {} is no command that this version can read: skipped", entry.getIndex());
      }
      unreadable++;
      return UNREADABLE;
    }
    return command.get().applyTo(this);
  }

  @Override
  public Optional<ByteString> get(ByteString key) {
    Optional<ByteString> value = changed.get(key);
    if (value != null) {
      return value;
    }
    return Optional.ofNullable(stored.get(key.toByteArray())).map(ByteString::copyFrom);
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

  private boolean has(ByteString key) {
    Optional<ByteString> value = changed.get(key);
    return value != null ? value.isPresent() : stored.get(key.toByteArray()) != null;
  }

  void writeTo(WriteBatch batch, ColumnFamilyHandle map) throws RocksDBException {
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
