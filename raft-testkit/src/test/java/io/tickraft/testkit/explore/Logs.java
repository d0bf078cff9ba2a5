package io.tickraft.testkit.explore;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayList;
import java.util.List;

/** Logs from a text: the term of each entry, and its data. */
final class Logs {

  private static final ConfState ONE = ConfState.newBuilder().addVoters(1).build();

  private Logs() {}

  /** Returns a log, such as {@code "1a 1b 2c"}. */
  static Log log(String text) {
    return Log.of(storage(text), List.of());
  }

  /** Returns a storage with a log from index 1 on. */
  static MemoryStorage storage(String text) {
    MemoryStorage storage = new MemoryStorage();
    storage.append(entries(1, text));
    return storage;
  }

  /** Returns a storage that has dropped its log up to an index. */
  static MemoryStorage compacted(String text, int index) {
    MemoryStorage storage = storage(text);
    storage.createSnapshot(index, ONE, ByteString.EMPTY);
    storage.compact(index);
    return storage;
  }

  /** Returns a storage that has a snapshot, and the entries after it. */
  static MemoryStorage afterSnapshot(long index, long term, String text) {
    MemoryStorage storage = new MemoryStorage();
    storage.installSnapshot(
        Snapshot.newBuilder()
            .setMetadata(
                SnapshotMetadata.newBuilder().setIndex(index).setTerm(term).setConfState(ONE))
            .build());
    storage.append(entries(index + 1, text));
    return storage;
  }

  static List<Entry> entries(long first, String text) {
    List<Entry> entries = new ArrayList<>();
    for (String word : text.isEmpty() ? List.<String>of() : List.of(text.split(" "))) {
      String term = word.replaceAll("[^0-9]", "");
      entries.add(
          Entry.newBuilder()
              .setIndex(first + entries.size())
              .setTerm(Long.parseLong(term))
              .setType(EntryType.ENTRY_TYPE_COMMAND)
              .setData(ByteString.copyFromUtf8(word.substring(term.length())))
              .build());
    }
    return entries;
  }
}
