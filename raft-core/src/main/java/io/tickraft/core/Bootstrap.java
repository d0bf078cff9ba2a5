package io.tickraft.core;

import com.google.protobuf.ByteString;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.Arrays;

/**
 * What the host writes to the empty storage of each first voter before it opens the node: the same
 * snapshot at index 1 and term 1, and a hard state.
 *
 * <p>A node that joins later writes nothing of the kind: it opens an empty storage, and the leader
 * sends it a snapshot. An id whose storage was lost must never be used again, with this or without:
 * the node would forget which votes it gave and which entries it acknowledged.
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
   * @throws IllegalArgumentException if there is no voter, an id is below 1, or one is named twice
   */
  public static Snapshot snapshot(long... voters) {
    return snapshot(ByteString.EMPTY, voters);
  }

  /**
   * Returns the first snapshot of a group whose state machine starts with some data.
   *
   * @param data the state machine's data, as in any other snapshot
   * @param voters the ids of all first voters, the same on each of them, in any order
   * @return the snapshot
   * @throws IllegalArgumentException if there is no voter, an id is below 1, or one is named twice
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
   * Returns the hard state that is written with the first snapshot: term 1, no vote, and the
   * snapshot's index committed.
   *
   * @return the hard state
   */
  public static HardState hardState() {
    return HardState.newBuilder().setTerm(FIRST).setCommit(FIRST).build();
  }
}
