package io.tickraft.testkit.message;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChanges;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What messages carry and storages hold: entries, hard states, snapshots. For static import.
 *
 * <p>An entry is always named in the order (term, index), as in {@link io.tickraft.core.LogId}.
 */
public final class Values {

  private Values() {}

  /**
   * Returns a command without data.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return the entry
   */
  public static Entry entry(long term, long index) {
    return entry(term, index, "");
  }

  /**
   * Returns a command.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @param data the command, which is encoded as UTF-8
   * @return the entry
   */
  public static Entry entry(long term, long index, String data) {
    return entry(EntryType.ENTRY_TYPE_COMMAND, term, index, bytes(data));
  }

  /**
   * Returns what a leader appends on winning.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return the entry
   */
  public static Entry noOp(long term, long index) {
    return entry(EntryType.ENTRY_TYPE_NO_OP, term, index, ByteString.EMPTY);
  }

  /**
   * Returns a membership change.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @param change the change, such as {@link ConfChanges} makes
   * @return the entry
   */
  public static Entry confChange(long term, long index, ConfChange change) {
    return entry(EntryType.ENTRY_TYPE_CONF_CHANGE, term, index, change.toByteString());
  }

  /**
   * Returns commands without data, one after the other.
   *
   * @param firstIndex the index of the first one
   * @param terms the term of each
   * @return the entries
   */
  public static List<Entry> entries(long firstIndex, long... terms) {
    List<Entry> entries = new ArrayList<>(terms.length);
    for (int i = 0; i < terms.length; i++) {
      entries.add(entry(terms[i], firstIndex + i));
    }
    return entries;
  }

  private static Entry entry(EntryType type, long term, long index, ByteString data) {
    return Entry.newBuilder().setType(type).setTerm(term).setIndex(index).setData(data).build();
  }

  /**
   * Returns a hard state.
   *
   * @param term the term
   * @param vote who has the vote in that term; 0: nobody
   * @param commit the commit index
   * @return the hard state
   */
  public static HardState hardState(long term, long vote, long commit) {
    return HardState.newBuilder().setTerm(term).setVote(vote).setCommit(commit).build();
  }

  /**
   * Returns a configuration with voters only.
   *
   * @param ids the voters' ids, in any order
   * @return the configuration
   */
  public static ConfState voters(long... ids) {
    return ConfState.newBuilder().addAllVoters(ascending(ids)).build();
  }

  static List<Long> ascending(long... ids) {
    return Arrays.stream(ids).sorted().boxed().toList();
  }

  /**
   * Returns a snapshot without data.
   *
   * @param term the term of the last entry that it covers
   * @param index the index of that entry
   * @param voters the voters' ids, in any order
   * @return the snapshot
   */
  public static Snapshot snapshot(long term, long index, long... voters) {
    return snapshot(term, index, voters(voters), "");
  }

  /**
   * Returns a snapshot.
   *
   * @param term the term of the last entry that it covers
   * @param index the index of that entry
   * @param confState the configuration at that index
   * @param data the state machine's data, which is encoded as UTF-8
   * @return the snapshot
   */
  public static Snapshot snapshot(long term, long index, ConfState confState, String data) {
    return Snapshot.newBuilder()
        .setMetadata(
            SnapshotMetadata.newBuilder()
                .setTerm(term)
                .setIndex(index)
                .setConfState(confState)
                .build())
        .setData(bytes(data))
        .build();
  }

  /**
   * Returns the name of a request.
   *
   * @param incarnation the incarnation of the node that asks
   * @param sequence counts the requests of that incarnation, from 1
   * @return the name
   */
  public static RequestId request(long incarnation, long sequence) {
    return RequestId.newBuilder().setIncarnation(incarnation).setSequence(sequence).build();
  }

  /**
   * Returns the bytes of a text.
   *
   * @param text the text, which is encoded as UTF-8
   * @return the bytes
   */
  public static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** Returns the form in which the name of an entry travels; it need not be a valid one. */
  static EntryId id(long term, long index) {
    return EntryId.newBuilder().setTerm(term).setIndex(index).build();
  }
}
