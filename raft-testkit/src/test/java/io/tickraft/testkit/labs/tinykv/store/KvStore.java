package io.tickraft.testkit.labs.tinykv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An ordered map of keys to values, as the commands of the log make it.
 *
 * <p>Each write is done exactly once, however often it stands in the log. A client whose request
 * got no answer sends it again, and both may be committed; the second, if it came late, would undo
 * what was written in between. So the store remembers each client's last write (Raft paper, section
 * 8, and thesis, section 6.3). As a client has one request at a time, and its numbers only grow,
 * that one number is enough, and a write with that number or a lower one is done already. It
 * belongs to the state as the data does: it is in the snapshots. Reads change nothing and may be
 * done again.
 */
class KvStore {

  private final TreeMap<String, String> data = new TreeMap<>();
  private final TreeMap<Long, Long> lastWrites = new TreeMap<>();

  /** Does a write, unless it was done before; a read does nothing here. */
  void apply(Command command) {
    if (command.operation() instanceof Command.Scan || isDone(command)) {
      return;
    }
    lastWrites.put(command.client(), command.sequence());
    if (command.operation() instanceof Command.Put put) {
      data.put(put.key(), put.value());
    } else if (command.operation() instanceof Command.Delete delete) {
      data.remove(delete.key());
    }
  }

  /** Whether a write was done. */
  boolean isDone(Command write) {
    return write.sequence() <= lastWrites.getOrDefault(write.client(), 0L);
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(data.get(key));
  }

  /** The keys of a range with their values, in order. */
  List<KeyValue> scan(Command.Scan range) {
    return data.subMap(range.from(), range.to()).entrySet().stream()
        .map(e -> new KeyValue(e.getKey(), e.getValue()))
        .toList();
  }

  ByteString save() {
    ByteString.Output bytes = ByteString.newOutput();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeUInt32NoTag(lastWrites.size());
      for (Map.Entry<Long, Long> last : lastWrites.entrySet()) {
        out.writeUInt64NoTag(last.getKey());
        out.writeUInt64NoTag(last.getValue());
      }
      for (Map.Entry<String, String> entry : data.entrySet()) {
        out.writeStringNoTag(entry.getKey());
        out.writeStringNoTag(entry.getValue());
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteString();
  }

  /** Takes over a state; no bytes at all are the state of a new group. */
  void restore(ByteString saved) {
    data.clear();
    lastWrites.clear();
    CodedInputStream in = saved.newCodedInput();
    try {
      int clients = in.isAtEnd() ? 0 : in.readUInt32();
      for (int i = 0; i < clients; i++) {
        lastWrites.put(in.readUInt64(), in.readUInt64());
      }
      while (!in.isAtEnd()) {
        data.put(in.readString(), in.readString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a state that this did not write", e);
    }
  }
}
