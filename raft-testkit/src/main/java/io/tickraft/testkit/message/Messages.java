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
 * <p>A field that is not set has protobuf's default, 0 or none. Nothing is checked: a test may
 * build messages that no node sends.
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
   * Wraps a protobuf message.
   *
   * @param message any message
   * @return the same message
   */
  public static MessageBuilder message(Message message) {
    return new FinishedMessage(message);
  }

  // Replication.

  /**
   * {@return a leader's append, without entries}
   *
   * @param envelope from the leader, in its term
   */
  public static AppendBuilder append(Envelope envelope) {
    return new AppendBuilder(envelope, Append.getDefaultInstance());
  }

  /**
   * {@return the answer to an append, with no result: it only reports the sender's term}
   *
   * @param envelope to the leader, in the sender's term
   */
  public static AppendResponseBuilder appendResponse(Envelope envelope) {
    return new AppendResponseBuilder(envelope, AppendResponse.getDefaultInstance());
  }

  /**
   * {@return a leader's heartbeat}
   *
   * @param envelope from the leader, in its term
   */
  public static HeartbeatBuilder heartbeat(Envelope envelope) {
    return new HeartbeatBuilder(envelope, Heartbeat.getDefaultInstance());
  }

  /**
   * {@return the answer to a heartbeat, with round 0: it only reports the sender's term}
   *
   * @param envelope to the leader, in the sender's term
   */
  public static HeartbeatResponseBuilder heartbeatResponse(Envelope envelope) {
    return new HeartbeatResponseBuilder(envelope, HeartbeatResponse.getDefaultInstance());
  }

  // Elections.

  /**
   * {@return a vote request from a candidate whose log is empty}
   *
   * @param envelope from the candidate, in the term of its campaign
   */
  public static VoteBuilder vote(Envelope envelope) {
    return new VoteBuilder(envelope, Vote.getDefaultInstance());
  }

  /**
   * {@return the answer to a vote request, without a result}
   *
   * @param envelope to the candidate, in the voter's term
   */
  public static VoteResponseBuilder voteResponse(Envelope envelope) {
    return new VoteResponseBuilder(envelope, VoteResponse.getDefaultInstance());
  }

  /**
   * {@return a pre-vote request from a pre-candidate whose log is empty}
   *
   * @param envelope from the pre-candidate, in its current term
   */
  public static PreVoteBuilder preVote(Envelope envelope) {
    return new PreVoteBuilder(envelope, PreVote.getDefaultInstance());
  }

  /**
   * {@return the answer to a pre-vote request, without a result}
   *
   * @param envelope to the pre-candidate, in the voter's term
   */
  public static PreVoteResponseBuilder preVoteResponse(Envelope envelope) {
    return new PreVoteResponseBuilder(envelope, PreVoteResponse.getDefaultInstance());
  }

  // Snapshots.

  /**
   * {@return a leader's snapshot, in attempt 1}
   *
   * @param envelope from the leader, in its term
   * @param snapshot the snapshot
   */
  public static InstallSnapshotBuilder installSnapshot(Envelope envelope, Snapshot snapshot) {
    return new InstallSnapshotBuilder(
        envelope, InstallSnapshot.newBuilder().setSnapshot(snapshot).setAttempt(1).build());
  }

  /**
   * {@return the answer to a snapshot, with no result: it only reports the sender's term}
   *
   * @param envelope to the leader, in the sender's term
   */
  public static InstallSnapshotResponseBuilder installSnapshotResponse(Envelope envelope) {
    return new InstallSnapshotResponseBuilder(
        envelope, InstallSnapshotResponse.getDefaultInstance());
  }

  // Leadership transfer.

  /**
   * {@return a leader's order to campaign at once}
   *
   * @param envelope from the leader, in its term
   * @param lastTerm the term of the last entry that the receiver must have
   * @param lastIndex the index of that entry
   */
  public static MessageBuilder timeoutNow(Envelope envelope, long lastTerm, long lastIndex) {
    return new FinishedMessage(
        envelope
            .message()
            .setTimeoutNow(
                TimeoutNow.newBuilder().setLast(Values.id(lastTerm, lastIndex)).build()));
  }

  /**
   * {@return the answer that refuses the order to campaign}
   *
   * @param envelope to the leader, in the sender's term
   * @param lastTerm the term of the entry in the order
   * @param lastIndex the index of that entry
   * @param reason the reason
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
   * {@return a follower's request for a leadership transfer}
   *
   * @param envelope to the leader, without a term
   * @param request the request's id
   * @param target the id of the next leader
   */
  public static MessageBuilder transferLeader(Envelope envelope, RequestId request, long target) {
    return new FinishedMessage(
        envelope
            .message()
            .setTransferLeader(
                TransferLeader.newBuilder().setRequest(request).setTarget(target).build()));
  }

  /**
   * {@return the answer that a leadership transfer has started}
   *
   * @param envelope from the leader, without a term
   * @param request the request's id
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
   * {@return the answer that rejects a leadership transfer}
   *
   * @param envelope to the node that asked, without a term
   * @param request the request's id
   * @param reason the reason
   * @param leader the leader that the sender knows; 0: none
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
   * {@return a forwarded proposal}
   *
   * @param envelope to the leader, without a term
   * @param request the request's id
   * @param data the commands, which are encoded as UTF-8
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
   * {@return the answer that the leader has appended a proposal}
   *
   * @param envelope from the leader, without a term
   * @param request the request's id
   * @param term the term of the entries
   * @param firstIndex the index of the first entry
   * @param count the number of entries
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
   * {@return the answer that rejects a proposal}
   *
   * @param envelope to the node that asked, without a term
   * @param request the request's id
   * @param reason the reason
   * @param leader the leader that the sender knows; 0: none
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
   * {@return a follower's request for a read index}
   *
   * @param envelope to the leader, without a term
   * @param request the request's id
   */
  public static MessageBuilder readIndex(Envelope envelope, RequestId request) {
    return new FinishedMessage(
        envelope.message().setReadIndex(ReadIndex.newBuilder().setRequest(request).build()));
  }

  /**
   * {@return the answer with the read index}
   *
   * @param envelope from the leader, without a term
   * @param request the request's id
   * @param index the read index
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
   * {@return the answer that a read was aborted}
   *
   * @param envelope to the node that asked, without a term
   * @param request the request's id
   * @param reason the reason
   * @param leader the leader that the sender knows; 0: none
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
