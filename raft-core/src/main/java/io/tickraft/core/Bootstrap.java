package io.tickraft.core;

import com.google.protobuf.ByteString;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.Arrays;

/**
 * The initial state of a new group: a snapshot at index 1 and term 1, and a hard state. The host of
 * each first voter writes both to its empty storage before it opens the node; all of them write the
 * same.
 *
 * <p>For a node that joins later the host writes nothing: the node is opened on an empty storage,
 * and the leader sends it a snapshot. Never reuse an id whose storage was lost, with or without
 * this class: the node would have lost its votes and the entries that it acknowledged.
 */
public final class Bootstrap {

  /** The index and the term of the first snapshot. */
  static final long FIRST = 1;

  private Bootstrap() {}

  /**
   * Returns the first snapshot of a group whose state machine starts empty.
   *
   * @param voters the ids of all first voters, the same on each of them, in any order
   * @return the snapshot
   * @throws IllegalArgumentException if there is no voter, or an id is below 1 or a duplicate
   */
  public static Snapshot snapshot(long... voters) {
    return snapshot(ByteString.EMPTY, voters);
  }

  /**
   * Returns the first snapshot of a group whose state machine starts with data.
   *
   * @param data the state machine's data, as in any other snapshot
   * @param voters the ids of all first voters, the same on each of them, in any order
   * @return the snapshot
   * @throws IllegalArgumentException if there is no voter, or an id is below 1 or a duplicate
   */
  public static Snapshot snapshot(ByteString data, long... voters) {
    if (voters.length == 0) {
      throw new IllegalArgumentException("voters: a group needs at least one");
    }
    long[] sorted = voters.clone();
    Arrays.sort(sorted);
    ConfState.Builder confState = ConfState.newBuilder();
    long before = 0;
    for (long id : sorted) {
      if (id < 1) {
        throw new IllegalArgumentException("voters: an id is at least 1: " + id);
      }
      if (id == before) {
        throw new IllegalArgumentException("voters: named twice: " + id);
      }
      confState.addVoters(id);
      before = id;
    }
    return Snapshot.newBuilder()
        .setMetadata(
            SnapshotMetadata.newBuilder().setIndex(FIRST).setTerm(FIRST).setConfState(confState))
        .setData(data)
        .build();
  }

  /**
   * {@return the hard state to write with the first snapshot: term 1, no vote, and the snapshot's
   * index as commit index}
   */
  public static HardState hardState() {
    return HardState.newBuilder().setTerm(FIRST).setCommit(FIRST).build();
  }
}
