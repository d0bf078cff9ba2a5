package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.DropReason;
import io.tickraft.core.ReadResult;
import io.tickraft.proto.Message;
import io.tickraft.proto.ReadAbortReason;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import java.util.ArrayDeque;

/**
 * The reads that a leader is to confirm, its own and those of other nodes (thesis 6.4). A read
 * waits until a quorum has answered a round of heartbeats that began after the request: no other
 * leader can have committed anything before that round began.
 */
final class ReadRounds {

  /**
   * A read of a node, perhaps the leader itself.
   *
   * @param owner the owner of the share that it uses: see {@link ReadRoom}
   */
  private record Read(long from, RequestId request, long deadline, long owner) {}

  private static final class Round {
    private final long number;

    /** The commit index when the round began. */
    private final long index;

    /** How many reads the round confirms. */
    private int count;

    Round(long number, long index, int count) {
      this.number = number;
      this.index = index;
      this.count = count;
    }
  }

  /** In the order of the requests: first the reads in rounds, then those that wait for a round. */
  private final ArrayDeque<Read> reads = new ArrayDeque<>(1);

  private final ArrayDeque<Round> rounds = new ArrayDeque<>(1);

  /** The shares that the reads of other nodes use. */
  private final ReadRoom room;

  /** How many of {@link #reads} are in rounds. */
  private int inRounds;

  ReadRounds() {
    this(new ReadRoom());
  }

  private ReadRounds(ReadRoom room) {
    this.room = room;
  }

  ReadRounds copy() {
    ReadRounds copy = new ReadRounds(room.copy());
    copy.reads.addAll(reads);
    for (Round round : rounds) {
      copy.rounds.addLast(new Round(round.number, round.index, round.count));
    }
    copy.inRounds = inRounds;
    return copy;
  }

  /**
   * Adds the reads and the rounds that confirm them.
   *
   * @param now the leader's tick
   */
  void digest(Digest digest, long now) {
    digest.ordered(
        reads,
        (read, d) ->
            d.id(read.from).message(read.request).remaining(read.deadline - now).id(read.owner));
    digest.ordered(
        rounds, (round, d) -> d.number(round.number).number(round.index).number(round.count));
    room.digest(digest);
  }

  /** The leader's own host asks for a read index. */
  ReadResult ask(NodeState node, ByteString context) {
    if (node.reads.isFull()) {
      return new ReadResult.Rejected(ReadResult.Reason.TOO_MANY, node.id());
    }
    RequestId request = node.nextRequest();
    node.reads.add(request, context, node.id());
    add(node, node.id(), request, node.id());
    return new ReadResult.Accepted();
  }

  /** Another node asks for a read index. */
  void ask(NodeState node, Message message) {
    long from = message.getFrom();
    RequestId request = message.getReadIndex().getRequest();
    long owner = ReadRoom.owner(node.configuration(), from);
    if (room.isPending(owner, from, request)) {
      // A duplicate: the answer to the first copy answers both.
      node.drop(message, DropReason.STALE_ANSWER);
    } else if (room.isFull(node.config, node.configuration(), owner)) {
      refuse(node, message, ReadAbortReason.READ_ABORT_REASON_TOO_MANY, node.id());
    } else {
      room.add(owner, from, request);
      add(node, from, request, owner);
    }
  }

  private void add(NodeState node, long from, RequestId request, long owner) {
    long deadline = node.clock.now() + node.config.readTimeoutTicks();
    reads.addLast(new Read(from, request, deadline, owner));
  }

  private void free(NodeState node, Read read) {
    if (read.from != node.id()) {
      room.remove(read.owner, read.from, read.request);
    }
  }

  /** Returns whether there are reads that are not confirmed. */
  boolean isPending() {
    return !reads.isEmpty();
  }

  /** Returns whether there are reads that wait for a round to begin. */
  boolean isRoundWanted() {
    return reads.size() > inRounds;
  }

  /**
   * A round begins for all reads that wait for one.
   *
   * @param commit the commit index
   */
  void begin(long number, long commit) {
    if (isRoundWanted()) {
      rounds.addLast(new Round(number, commit, reads.size() - inRounds));
      inRounds = reads.size();
    }
  }

  /** A quorum has answered round {@code number}, or a later one. */
  void confirmedTo(NodeState node, long number) {
    while (!rounds.isEmpty() && rounds.getFirst().number <= number) {
      Round round = rounds.removeFirst();
      inRounds -= round.count;
      for (int i = 0; i < round.count; i++) {
        confirm(node, reads.removeFirst(), round.index);
      }
    }
  }

  private void confirm(NodeState node, Read read, long index) {
    free(node, read);
    if (read.from == node.id()) {
      node.reads.confirmed(read.request, index);
    } else {
      answer(
          node,
          read.from,
          ReadIndexResponse.newBuilder()
              .setRequest(read.request)
              .setReady(ReadIndexResponse.Ready.newBuilder().setIndex(index).build()));
    }
  }

  /** Aborts the reads that have timed out. */
  void expire(NodeState node) {
    while (!reads.isEmpty() && reads.getFirst().deadline <= node.clock.now()) {
      Read read = reads.removeFirst();
      if (inRounds > 0) {
        inRounds--;
        rounds.getFirst().count--;
        if (rounds.getFirst().count == 0) {
          rounds.removeFirst();
        }
      }
      free(node, read);
      abort(node, read, ReadAbortReason.READ_ABORT_REASON_TIMED_OUT, node.id());
    }
  }

  /**
   * Aborts all reads.
   *
   * @param leader the leader that is known; 0: none
   */
  void abortAll(NodeState node, ReadAbortReason reason, long leader) {
    for (Read read : reads) {
      abort(node, read, reason, leader);
    }
    room.clear();
    reads.clear();
    rounds.clear();
    inRounds = 0;
  }

  private static void abort(NodeState node, Read read, ReadAbortReason reason, long leader) {
    if (read.from == node.id()) {
      node.reads.aborted(read.request, HostReads.reason(reason), leader);
    } else {
      answer(node, read.from, aborted(read.request, reason, leader));
    }
  }

  /** Aborts the read of another node at once. */
  static void refuse(NodeState node, Message question, ReadAbortReason reason, long leader) {
    answer(node, question.getFrom(), aborted(question.getReadIndex().getRequest(), reason, leader));
  }

  private static ReadIndexResponse.Builder aborted(
      RequestId request, ReadAbortReason reason, long leader) {
    return ReadIndexResponse.newBuilder()
        .setRequest(request)
        .setAborted(
            ReadIndexResponse.Aborted.newBuilder().setReason(reason).setLeader(leader).build());
  }

  private static void answer(NodeState node, long to, ReadIndexResponse.Builder response) {
    Message message = node.message(to, m -> m.clearTerm().setReadIndexResponse(response.build()));
    node.outbox.send(message, Outbox.After.TERM);
  }
}
