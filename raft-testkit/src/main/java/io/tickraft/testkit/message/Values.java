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
 * Factories for the values in messages and storages: entries, hard states, snapshots. For static
 * import.
 *
 * <p>Arguments that name an entry are in the order (term, index), as in {@link
 * io.tickraft.core.LogId}.
 */
public final class Values {

  private Values() {}

  /**
   * {@return a command without data}
   *
   * @param term the entry's term
   * @param index the entry's index
   */
  public static Entry entry(long term, long index) {
    return entry(term, index, "");
  }

  /**
   * {@return a command}
   *
   * @param term the entry's term
   * @param index the entry's index
   * @param data the command, which is encoded as UTF-8
   */
  public static Entry entry(long term, long index, String data) {
    return entry(EntryType.ENTRY_TYPE_COMMAND, term, index, bytes(data));
  }

  /**
   * {@return a no-op, which a leader appends when its term begins}
   *
   * @param term the entry's term
   * @param index the entry's index
   */
  public static Entry noOp(long term, long index) {
    return entry(EntryType.ENTRY_TYPE_NO_OP, term, index, ByteString.EMPTY);
  }

  /**
   * {@return a membership change}
   *
   * @param term the entry's term
   * @param index the entry's index
   * @param change the change, for example from {@link ConfChanges}
   */
  public static Entry confChange(long term, long index, ConfChange change) {
    return entry(EntryType.ENTRY_TYPE_CONF_CHANGE, term, index, change.toByteString());
  }

  /**
   * {@return commands without data, at consecutive indexes}
   *
   * @param firstIndex the index of the first command
   * @param terms the term of each command
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
   * {@return a hard state}
   *
   * @param term the term
   * @param vote the id of the candidate that has the vote in that term; 0: none
   * @param commit the commit index
   */
  public static HardState hardState(long term, long vote, long commit) {
    return HardState.newBuilder().setTerm(term).setVote(vote).setCommit(commit).build();
  }

  /**
   * {@return a configuration with voters only}
   *
   * @param ids the voters' ids, in any order
   */
  public static ConfState voters(long... ids) {
    return ConfState.newBuilder().addAllVoters(ascending(ids)).build();
  }

  static List<Long> ascending(long... ids) {
    return Arrays.stream(ids).sorted().boxed().toList();
  }

  /**
   * {@return a snapshot without data}
   *
   * @param term the term of the last entry that it covers
   * @param index the index of that entry
   * @param voters the voters' ids, in any order
   */
  public static Snapshot snapshot(long term, long index, long... voters) {
    return snapshot(term, index, voters(voters), "");
  }

  /**
   * {@return a snapshot}
   *
   * @param term the term of the last entry that it covers
   * @param index the index of that entry
   * @param confState the configuration at that index
   * @param data the state machine's data, which is encoded as UTF-8
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
   * {@return the id of a request}
   *
   * @param incarnation the incarnation of the requesting node
   * @param sequence the number of the request in that incarnation, from 1
   */
  public static RequestId request(long incarnation, long sequence) {
    return RequestId.newBuilder().setIncarnation(incarnation).setSequence(sequence).build();
  }

  /**
   * {@return a text as bytes}
   *
   * @param text the text, which is encoded as UTF-8
   */
  public static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** {@return the protobuf form of an entry's id; it need not be valid} */
  static EntryId id(long term, long index) {
    return EntryId.newBuilder().setTerm(term).setIndex(index).build();
  }
}
