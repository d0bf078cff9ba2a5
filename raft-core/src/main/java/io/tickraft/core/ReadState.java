package io.tickraft.core;

import com.google.protobuf.ByteString;
import java.util.Objects;

/** How a read ended that {@link RawNode#readIndex} had accepted: one for each such call. */
public sealed interface ReadState {

  /**
   * Returns what the host had given to {@link RawNode#readIndex}.
   *
   * @return the context
   */
  ByteString context();

  /**
   * The read sees everything that was committed when it was asked for, once the state machine has
   * applied all up to an index. That may be more than this node has been handed so far: the host
   * waits until it has applied that much, and then reads.
   *
   * @param context what the host had given
   * @param index the index
   */
  record Confirmed(ByteString context, long index) implements ReadState {
    /**
     * Describes the end of a read.
     *
     * @param context what the host had given
     * @param index the index
     */
    public Confirmed {
      Objects.requireNonNull(context, "context");
    }
  }

  /**
   * There is no index and never will be: the host may ask again.
   *
   * @param context what the host had given
   * @param reason why
   * @param leader the leader as far as is known; 0 if none is
   */
  record Aborted(ByteString context, Reason reason, long leader) implements ReadState {
    /**
     * Describes the end of a read.
     *
     * @param context what the host had given
     * @param reason why
     * @param leader the leader as far as is known; 0 if none is
     */
    public Aborted {
      Objects.requireNonNull(context, "context");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Why a read was aborted. */
  enum Reason {
    /** Who was to confirm it does not lead, or leads no longer. */
    NOT_LEADER,
    /** No quorum, or no leader, has answered in time: {@link RaftConfig#readTimeoutTicks()}. */
    TIMED_OUT,
    /** As many reads as may be wait at the leader: {@link RaftConfig#maxPendingReads()}. */
    TOO_MANY,
    /** The leader is removed from the group, or made a learner, and about to step down. */
    LEAVING,
    /** The node has lost entries that it had acknowledged: {@link Status#lostUpTo()}. */
    LOST_STATE
  }
}
