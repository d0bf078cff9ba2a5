package io.tickraft.core;

import com.google.protobuf.ByteString;
import java.util.Objects;

/** The result of a read that {@link RawNode#readIndex} accepted: exactly one for each call. */
public sealed interface ReadState {

  /** {@return the context that the host passed to {@link RawNode#readIndex}} */
  ByteString context();

  /**
   * The read has a read index. The host waits until it has applied that index, which may be above
   * the last index that this node has given to it, and then reads. The read then sees everything
   * that was committed when {@link RawNode#readIndex} was called.
   *
   * @param context the context that the host passed
   * @param index the read index
   */
  record Confirmed(ByteString context, long index) implements ReadState {
    /**
     * Creates the result of a read.
     *
     * @param context the context that the host passed
     * @param index the read index
     */
    public Confirmed {
      Objects.requireNonNull(context, "context");
    }
  }

  /**
   * The read gets no read index. The host may ask again.
   *
   * @param context the context that the host passed
   * @param reason why the read was aborted
   * @param leader the leader known to the node that aborted the read; 0 if none is known
   */
  record Aborted(ByteString context, Reason reason, long leader) implements ReadState {
    /**
     * Creates the result of a read.
     *
     * @param context the context that the host passed
     * @param reason why the read was aborted
     * @param leader the leader known to the node that aborted the read; 0 if none is known
     */
    public Aborted {
      Objects.requireNonNull(context, "context");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Why a read was aborted. */
  enum Reason {
    /** The node that had to confirm the read is not, or no longer, the leader. */
    NOT_LEADER,
    /** No quorum, or no leader, has answered within {@link RaftConfig#readTimeoutTicks()}. */
    TIMED_OUT,
    /** Too many reads are pending on the leader: {@link RaftConfig#maxPendingReads()}. */
    TOO_MANY,
    /** The leader was removed from the group or made a learner, and is about to step down. */
    LEAVING,
    /** The node has lost entries that it had acknowledged: {@link Status#lostUpTo()}. */
    LOST_STATE
  }
}
