package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadState;
import io.tickraft.proto.Message;
import io.tickraft.proto.ReadAbortReason;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The reads of this node's host that have not ended, and how the others have.
 *
 * <p>They are known by tokens of the node's own, never used twice, and not by what the host calls
 * them. Otherwise the late answer to a read of the same name, from before a restart perhaps, would
 * end this one with an index that was right then.
 */
final class HostReads {

  private record Read(ByteString context, long askedNode, long deadline) {}

  private final RaftConfig config;

  /** By token, which is the order in which they were asked for and will time out. */
  private final TreeMap<Long, Read> pending = new TreeMap<>();

  private final List<ReadState> ended = new ArrayList<>(0);
  private long now;

  /** No read times out before this tick. */
  private long nextDeadline = Long.MAX_VALUE;

  HostReads(RaftConfig config) {
    this.config = config;
  }

  HostReads copy() {
    HostReads copy = new HostReads(config);
    copy.pending.putAll(pending);
    copy.ended.addAll(ended);
    copy.now = now;
    copy.nextDeadline = nextDeadline;
    return copy;
  }

  /** Returns whether there is no room for another one: reads that have ended count until told. */
  boolean isFull() {
    return pending.size() + ended.size() >= config.maxPendingReads();
  }

  /**
   * A read begins.
   *
   * @param askedNode who is asked to confirm it, perhaps this node
   */
  void add(RequestId request, ByteString context, long askedNode) {
    long deadline = now + config.readTimeoutTicks();
    if (pending.isEmpty()) {
      nextDeadline = deadline;
    }
    pending.put(request.getSequence(), new Read(context, askedNode, deadline));
  }

  /** A read is confirmed at an index, by this node. */
  void confirmed(RequestId request, long index) {
    Read read = pending.remove(request.getSequence());
    if (read != null) {
      ended.add(new ReadState.Confirmed(read.context, index));
    }
  }

  /** A read is aborted by this node. */
  void aborted(RequestId request, ReadState.Reason reason, long leader) {
    Read read = pending.remove(request.getSequence());
    if (read != null) {
      ended.add(new ReadState.Aborted(read.context, reason, leader));
    }
  }

  /** Another leader is known, or none: whoever was asked will hardly answer any more. */
  void abortAll(ReadState.Reason reason, long leader) {
    for (Read read : pending.values()) {
      ended.add(new ReadState.Aborted(read.context, reason, leader));
    }
    pending.clear();
  }

  /**
   * The node that was asked answers.
   *
   * @return whether a read was waiting for that
   */
  boolean answered(Message message) {
    ReadIndexResponse response = message.getReadIndexResponse();
    RequestId request = response.getRequest();
    Read read =
        request.getIncarnation() == config.incarnation()
            ? pending.get(request.getSequence())
            : null;
    if (read == null || read.askedNode != message.getFrom()) {
      return false;
    }
    if (response.hasReady()) {
      confirmed(request, response.getReady().getIndex());
    } else {
      ReadIndexResponse.Aborted aborted = response.getAborted();
      aborted(request, reason(aborted.getReason()), aborted.getLeader());
    }
    return true;
  }

  static ReadState.Reason reason(ReadAbortReason reason) {
    return switch (reason) {
      case READ_ABORT_REASON_TIMED_OUT -> ReadState.Reason.TIMED_OUT;
      case READ_ABORT_REASON_TOO_MANY -> ReadState.Reason.TOO_MANY;
      case READ_ABORT_REASON_LEAVING -> ReadState.Reason.LEAVING;
      case READ_ABORT_REASON_NOT_LEADER, READ_ABORT_REASON_UNSPECIFIED, UNRECOGNIZED ->
          ReadState.Reason.NOT_LEADER;
    };
  }

  /** A tick passes. */
  void tick() {
    now++;
  }

  /**
   * Aborts the reads that have timed out.
   *
   * @param leader the leader that is known; 0: none
   */
  void expire(long leader) {
    if (now < nextDeadline) {
      return;
    }
    while (!pending.isEmpty() && pending.firstEntry().getValue().deadline <= now) {
      Read oldest = pending.pollFirstEntry().getValue();
      ended.add(new ReadState.Aborted(oldest.context, ReadState.Reason.TIMED_OUT, leader));
    }
    nextDeadline = pending.isEmpty() ? Long.MAX_VALUE : pending.firstEntry().getValue().deadline;
  }

  /** Returns whether there is something to tell. */
  boolean hasEnded() {
    return !ended.isEmpty();
  }

  /** Tells how reads have ended. */
  void takeTo(List<ReadState> out) {
    if (!ended.isEmpty()) { // Nearly always it is, and addAll() would make an array even so.
      out.addAll(ended);
      ended.clear();
    }
  }
}
