package io.tickraft.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayList;
import java.util.List;

/** Short forms of the values that tests of the core are written in. */
public final class Wire {

  private Wire() {}

  public static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** A payload of a size. */
  public static ByteString bytes(int size) {
    return ByteString.copyFrom(new byte[size]);
  }

  /** A payload of any size that takes no memory: the same MiB again and again. */
  public static ByteString rope(long size) {
    ByteString rope = bytes((int) (size % (1 << 20)));
    ByteString part = bytes(1 << 20);
    for (long parts = size >> 20; parts > 0; parts >>= 1) {
      if (parts % 2 == 1) {
        rope = rope.concat(part);
      }
      part = parts > 1 ? part.concat(part) : part;
    }
    return rope;
  }

  /** A field that this version does not know. */
  public static UnknownFieldSet unknownField(int number) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addVarint(9).build())
        .build();
  }

  public static Entry entry(long term, long index) {
    return entry(term, index, "e" + term + "." + index);
  }

  public static Entry entry(long term, long index, String data) {
    return entry(term, index, bytes(data));
  }

  public static Entry entry(long term, long index, ByteString data) {
    return Entry.newBuilder()
        .setTerm(term)
        .setIndex(index)
        .setType(EntryType.ENTRY_TYPE_COMMAND)
        .setData(data)
        .build();
  }

  /** A membership change, whatever it changes. */
  public static Entry change(long term, long index) {
    return entry(term, index).toBuilder().setType(EntryType.ENTRY_TYPE_CONF_CHANGE).build();
  }

  /** A membership change. */
  public static Entry change(long term, long index, ConfChange change) {
    return change(term, index).toBuilder().setData(change.toByteString()).build();
  }

  /** Entries of some terms, at {@code firstIndex} and up. */
  public static List<Entry> entries(long firstIndex, long... terms) {
    List<Entry> entries = new ArrayList<>();
    for (long term : terms) {
      entries.add(entry(term, firstIndex + entries.size()));
    }
    return entries;
  }

  public static EntryId id(long term, long index) {
    return EntryId.newBuilder().setTerm(term).setIndex(index).build();
  }

  public static ConfState voters(long... voters) {
    ConfState.Builder builder = ConfState.newBuilder();
    for (long voter : voters) {
      builder.addVoters(voter);
    }
    return builder.build();
  }

  public static Snapshot snapshot(long term, long index, ConfState confState) {
    return Snapshot.newBuilder()
        .setMetadata(
            SnapshotMetadata.newBuilder().setIndex(index).setTerm(term).setConfState(confState))
        .setData(bytes("state at " + index))
        .build();
  }

  public static HardState hardState(long term, long vote, long commit) {
    return HardState.newBuilder().setTerm(term).setVote(vote).setCommit(commit).build();
  }

  /** A storage with a log that begins after a snapshot at index 1, term 1. */
  public static MemoryStorage storage(HardState hardState, ConfState confState, long... terms) {
    MemoryStorage storage = new MemoryStorage();
    storage.installSnapshot(snapshot(1, 1, confState));
    storage.append(entries(2, terms));
    storage.setHardState(hardState);
    return storage;
  }

  public static List<Long> indexes(List<Entry> entries) {
    return entries.stream().map(Entry::getIndex).toList();
  }

  public static List<Long> terms(List<Entry> entries) {
    return entries.stream().map(Entry::getTerm).toList();
  }
}
