package io.tickraft.testkit.message;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.Propose;
import io.tickraft.proto.ProposeRejectReason;
import io.tickraft.proto.ProposeResponse;
import io.tickraft.proto.ReadAbortReason;
import io.tickraft.proto.ReadIndex;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.TimeoutNowResponse;
import io.tickraft.proto.TransferLeader;
import io.tickraft.proto.TransferLeaderResponse;
import io.tickraft.proto.TransferRejectReason;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteResponse;
import java.util.Arrays;

/**
 * A factory for each kind of message. For static import.
 *
 * <pre>{@code
 * Envelope fromLeader = fromNode(2).to(1).term(3);
 *
 * append(fromLeader).prev(2, 5).entries(entry(3, 6, "a"), entry(3, 7, "b")).commit(4)
 * heartbeat(fromLeader).commit(4).round(1)
 * vote(fromNode(2).to(1).term(4)).last(3, 7)
 * }</pre>
 *
 * <p>What is not set has the wire's default, which is 0 or none. Nothing is checked: a table may
 * hold what no node sends.
 */
public final class Messages {

  private Messages() {}

  /**
   * Starts an envelope.
   *
   * @param id the sender's id
   * @return an envelope without receiver and term
   */
  public static Envelope fromNode(long id) {
    return new Envelope(id, 0, 0, 0);
  }

  /**
   * Wraps a message as it travels.
   *
   * @param message any message
   * @return the same message
   */
  public static MessageBuilder message(Message message) {
    return new FinishedMessage(message);
  }

  // Replication.

  /**
   * Returns a leader's append, without entries.
   *
   * @param envelope from the leader, in its term
   * @return the message
   */
  public static AppendBuilder append(Envelope envelope) {
    return new AppendBuilder(envelope, Append.getDefaultInstance());
  }

  /**
   * Returns the answer to an append: "only my term".
   *
   * @param envelope to the leader, in the sender's term
   * @return the message
   */
  public static AppendResponseBuilder appendResponse(Envelope envelope) {
    return new AppendResponseBuilder(envelope, AppendResponse.getDefaultInstance());
  }

  /**
   * Returns a leader's heartbeat.
   *
   * @param envelope from the leader, in its term
   * @return the message
   */
  public static HeartbeatBuilder heartbeat(Envelope envelope) {
    return new HeartbeatBuilder(envelope, Heartbeat.getDefaultInstance());
  }

  /**
   * Returns the answer to a heartbeat: "only my term".
   *
   * @param envelope to the leader, in the sender's term
   * @return the message
   */
  public static HeartbeatResponseBuilder heartbeatResponse(Envelope envelope) {
    return new HeartbeatResponseBuilder(envelope, HeartbeatResponse.getDefaultInstance());
  }

  // Elections.

  /**
   * Returns a candidate's request for a vote, whose log is empty.
   *
   * @param envelope from the candidate, in the term of its campaign
   * @return the message
   */
  public static VoteBuilder vote(Envelope envelope) {
    return new VoteBuilder(envelope, Vote.getDefaultInstance());
  }

  /**
   * Returns the answer to a request for a vote, without a result.
   *
   * @param envelope to the candidate, in the voter's term
   * @return the message
   */
  public static VoteResponseBuilder voteResponse(Envelope envelope) {
    return new VoteResponseBuilder(envelope, VoteResponse.getDefaultInstance());
  }

  /**
   * Returns the question whether a vote would be granted, of a node whose log is empty.
   *
   * @param envelope from the pre-candidate, in the term that it is in
   * @return the message
   */
  public static PreVoteBuilder preVote(Envelope envelope) {
    return new PreVoteBuilder(envelope, PreVote.getDefaultInstance());
  }

  /**
   * Returns the answer whether a vote would be granted, without a result.
   *
   * @param envelope to the pre-candidate, in the voter's term
   * @return the message
   */
  public static PreVoteResponseBuilder preVoteResponse(Envelope envelope) {
    return new PreVoteResponseBuilder(envelope, PreVoteResponse.getDefaultInstance());
  }

  // Snapshots.

  /**
   * Returns a leader's snapshot, as its first attempt.
   *
   * @param envelope from the leader, in its term
   * @param snapshot the snapshot
   * @return the message
   */
  public static InstallSnapshotBuilder installSnapshot(Envelope envelope, Snapshot snapshot) {
    return new InstallSnapshotBuilder(
        envelope, InstallSnapshot.newBuilder().setSnapshot(snapshot).setAttempt(1).build());
  }

  /**
   * Returns the answer to a snapshot: "only my term".
   *
   * @param envelope to the leader, in the sender's term
   * @return the message
   */
  public static InstallSnapshotResponseBuilder installSnapshotResponse(Envelope envelope) {
    return new InstallSnapshotResponseBuilder(
        envelope, InstallSnapshotResponse.getDefaultInstance());
  }

  // Leadership transfer.

  /**
   * Returns a leader's request to campaign at once.
   *
   * @param envelope from the leader, in its term
   * @param lastTerm the term of the leader's last entry
   * @param lastIndex the index of that entry
   * @return the message
   */
  public static MessageBuilder timeoutNow(Envelope envelope, long lastTerm, long lastIndex) {
    return new FinishedMessage(
        envelope
            .message()
            .setTimeoutNow(
                TimeoutNow.newBuilder().setLast(Values.id(lastTerm, lastIndex)).build()));
  }

  /**
   * Returns the refusal to campaign at once.
   *
   * @param envelope to the leader, in the sender's term
   * @param lastTerm the term of the entry that the request named
   * @param lastIndex the index of that entry
   * @param reason why
   * @return the message
   */
  public static MessageBuilder timeoutNowRefused(
      Envelope envelope, long lastTerm, long lastIndex, TimeoutNowResponse.Reason reason) {
    return new FinishedMessage(
        envelope
            .message()
            .setTimeoutNowResponse(
                TimeoutNowResponse.newBuilder()
                    .setLast(Values.id(lastTerm, lastIndex))
                    .setRefused(TimeoutNowResponse.Refused.newBuilder().setReason(reason).build())
                    .build()));
  }

  /**
   * Returns a request to hand leadership on.
   *
   * @param envelope to the leader, without a term
   * @param request the request's name
   * @param target who shall lead next
   * @return the message
   */
  public static MessageBuilder transferLeader(Envelope envelope, RequestId request, long target) {
    return new FinishedMessage(
        envelope
            .message()
            .setTransferLeader(
                TransferLeader.newBuilder().setRequest(request).setTarget(target).build()));
  }

  /**
   * Returns the answer that a transfer has begun.
   *
   * @param envelope from the leader, without a term
   * @param request the request's name
   * @return the message
   */
  public static MessageBuilder transferLeaderStarted(Envelope envelope, RequestId request) {
    return new FinishedMessage(
        envelope
            .message()
            .setTransferLeaderResponse(
                TransferLeaderResponse.newBuilder()
                    .setRequest(request)
                    .setStarted(TransferLeaderResponse.Started.getDefaultInstance())
                    .build()));
  }

  /**
   * Returns the answer that no transfer has begun.
   *
   * @param envelope to who asked, without a term
   * @param request the request's name
   * @param reason why
   * @param leader the leader that the sender knows of; 0: none
   * @return the message
   */
  public static MessageBuilder transferLeaderRejected(
      Envelope envelope, RequestId request, TransferRejectReason reason, long leader) {
    return new FinishedMessage(
        envelope
            .message()
            .setTransferLeaderResponse(
                TransferLeaderResponse.newBuilder()
                    .setRequest(request)
                    .setRejected(
                        TransferLeaderResponse.Rejected.newBuilder()
                            .setReason(reason)
                            .setLeader(leader)
                            .build())
                    .build()));
  }

  // Proposals.

  /**
   * Returns a forwarded proposal.
   *
   * @param envelope to the leader, without a term
   * @param request the request's name
   * @param data the commands, which are encoded as UTF-8
   * @return the message
   */
  public static MessageBuilder propose(Envelope envelope, RequestId request, String... data) {
    return new FinishedMessage(
        envelope
            .message()
            .setPropose(
                Propose.newBuilder()
                    .setRequest(request)
                    .addAllData(Arrays.stream(data).map(ByteString::copyFromUtf8).toList())
                    .build()));
  }

  /**
   * Returns the answer that a proposal is in the leader's log.
   *
   * @param envelope from the leader, without a term
   * @param request the request's name
   * @param term the term of the entries
   * @param firstIndex the index of the first one
   * @param count how many there are
   * @return the message
   */
  public static MessageBuilder proposeAccepted(
      Envelope envelope, RequestId request, long term, long firstIndex, long count) {
    return new FinishedMessage(
        envelope
            .message()
            .setProposeResponse(
                ProposeResponse.newBuilder()
                    .setRequest(request)
                    .setAccepted(
                        ProposeResponse.Accepted.newBuilder()
                            .setFirst(Values.id(term, firstIndex))
                            .setCount(count)
                            .build())
                    .build()));
  }

  /**
   * Returns the answer that a proposal was not appended.
   *
   * @param envelope to who asked, without a term
   * @param request the request's name
   * @param reason why
   * @param leader the leader that the sender knows of; 0: none
   * @return the message
   */
  public static MessageBuilder proposeRejected(
      Envelope envelope, RequestId request, ProposeRejectReason reason, long leader) {
    return new FinishedMessage(
        envelope
            .message()
            .setProposeResponse(
                ProposeResponse.newBuilder()
                    .setRequest(request)
                    .setRejected(
                        ProposeResponse.Rejected.newBuilder()
                            .setReason(reason)
                            .setLeader(leader)
                            .build())
                    .build()));
  }

  // Reads.

  /**
   * Returns the question from which index on a read is linearizable.
   *
   * @param envelope to the leader, without a term
   * @param request the request's name
   * @return the message
   */
  public static MessageBuilder readIndex(Envelope envelope, RequestId request) {
    return new FinishedMessage(
        envelope.message().setReadIndex(ReadIndex.newBuilder().setRequest(request).build()));
  }

  /**
   * Returns the index from which on a read is linearizable.
   *
   * @param envelope from the leader, without a term
   * @param request the request's name
   * @param index the index
   * @return the message
   */
  public static MessageBuilder readIndexReady(Envelope envelope, RequestId request, long index) {
    return new FinishedMessage(
        envelope
            .message()
            .setReadIndexResponse(
                ReadIndexResponse.newBuilder()
                    .setRequest(request)
                    .setReady(ReadIndexResponse.Ready.newBuilder().setIndex(index).build())
                    .build()));
  }

  /**
   * Returns the answer that a read has no index.
   *
   * @param envelope to who asked, without a term
   * @param request the request's name
   * @param reason why
   * @param leader the leader that the sender knows of; 0: none
   * @return the message
   */
  public static MessageBuilder readIndexAborted(
      Envelope envelope, RequestId request, ReadAbortReason reason, long leader) {
    return new FinishedMessage(
        envelope
            .message()
            .setReadIndexResponse(
                ReadIndexResponse.newBuilder()
                    .setRequest(request)
                    .setAborted(
                        ReadIndexResponse.Aborted.newBuilder()
                            .setReason(reason)
                            .setLeader(leader)
                            .build())
                    .build()));
  }
}
