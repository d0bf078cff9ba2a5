package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
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
 * The pending reads of this node's host, and the results of ended reads until a Ready reports them.
 *
 * <p>A read is identified by a token of the node, which is never used twice, and not by the host's
 * context. Otherwise a late answer to an earlier read with the same context, perhaps from before a
 * restart, would end this read with an index that is out of date.
 */
final class HostReads {

  private record Read(ByteString context, long askedNode, long deadline) {}

  private final RaftConfig config;
  private final Clock clock;

  /** By token, which is the order in which the reads were requested and will time out. */
  private final TreeMap<Long, Read> pending = new TreeMap<>();

  private final List<ReadState> ended = new ArrayList<>(0);

  /** No read times out before this tick. */
  private long nextDeadline = Long.MAX_VALUE;

  HostReads(RaftConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  HostReads copy(Clock itsClock) {
    HostReads copy = new HostReads(config, itsClock);
    copy.pending.putAll(pending);
    copy.ended.addAll(ended);
    copy.nextDeadline = nextDeadline;
    return copy;
  }

  void digest(Digest digest) {
    digest.ordered(
        pending.entrySet(),
        (entry, d) -> {
          Read read = entry.getValue();
          d.number(entry.getKey()).bytes(read.context).id(read.askedNode);
          d.remaining(read.deadline - clock.now());
        });
    digest.ordered(ended, HostReads::digest);
  }

  private static void digest(ReadState ended, Digest digest) {
    digest.bytes(ended.context());
    if (ended instanceof ReadState.Confirmed confirmed) {
      digest.number(confirmed.index());
    } else if (ended instanceof ReadState.Aborted aborted) {
      digest.number(-1).constant(aborted.reason()).id(aborted.leader());
    }
  }

  /**
   * Returns whether there is no room for another read. Ended reads count until they are reported.
   */
  boolean isFull() {
    return pending.size() + ended.size() >= config.maxPendingReads();
  }

  /**
   * A read begins.
   *
   * @param askedNode the node that is asked to confirm it, perhaps this node
   */
  void add(RequestId request, ByteString context, long askedNode) {
    long deadline = clock.now() + config.readTimeoutTicks();
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

  /**
   * Aborts all pending reads: the node that was asked will hardly answer, or must not be waited
   * for.
   */
  void abortAll(ReadState.Reason reason, long leader) {
    for (Read read : pending.values()) {
      ended.add(new ReadState.Aborted(read.context, reason, leader));
    }
    pending.clear();
  }

  /**
   * The node that was asked answers.
   *
   * @return whether a read was waiting for this answer
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

  /** Returns a tick before which no read times out. */
  long nextDeadline() {
    return nextDeadline;
  }

  /**
   * Aborts the reads that have timed out.
   *
   * @param leader the leader that is known; 0: none
   */
  void expire(long leader) {
    long now = clock.now();
    if (now < nextDeadline) {
      return;
    }
    while (!pending.isEmpty() && pending.firstEntry().getValue().deadline <= now) {
      Read oldest = pending.pollFirstEntry().getValue();
      ended.add(new ReadState.Aborted(oldest.context, ReadState.Reason.TIMED_OUT, leader));
    }
    nextDeadline = pending.isEmpty() ? Long.MAX_VALUE : pending.firstEntry().getValue().deadline;
  }

  /** Returns whether there are ended reads to report. */
  boolean hasEnded() {
    return !ended.isEmpty();
  }

  /** Takes the ended reads. */
  List<ReadState> takeEnded() {
    return Lists.take(ended);
  }
}
