package io.tickraft.core;

import static io.tickraft.core.Wire.id;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Propose;
import io.tickraft.proto.ProposeResponse;
import io.tickraft.proto.ReadIndex;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.proto.VoteResponse;
import java.util.List;

/** Messages to node 1, as the other nodes send them. */
final class Messages {

  private Messages() {}

  static Message.Builder message(long from, long term) {
    return Message.newBuilder().setFrom(from).setTo(1).setTerm(term);
  }

  /** Entries after the one named by term and index. */
  static Message append(
      long from, long term, long prevTerm, long prevIndex, long commit, List<Entry> entries) {
    return message(from, term)
        .setAppend(
            Append.newBuilder()
                .setPrev(id(prevTerm, prevIndex))
                .setCommit(commit)
                .addAllEntries(entries))
        .build();
  }

  /** A read of another node's host. */
  static Message readIndex(long from, long sequence) {
    return message(from, 0)
        .setReadIndex(ReadIndex.newBuilder().setRequest(request(0, sequence)))
        .build();
  }

  static Message accepted(long from, long term, long match, long commit) {
    return message(from, term)
        .setAppendResponse(
            AppendResponse.newBuilder()
                .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(match))
                .setCommit(commit))
        .build();
  }

  static Message rejected(long from, long term, long prevIndex, long hintTerm, long hintIndex) {
    return message(from, term)
        .setAppendResponse(
            AppendResponse.newBuilder()
                .setRejected(
                    AppendResponse.Rejected.newBuilder()
                        .setPrevIndex(prevIndex)
                        .setHint(id(hintTerm, hintIndex))))
        .build();
  }

  static Message wantsSnapshot(long from, long term, long prevIndex) {
    return message(from, term)
        .setAppendResponse(
            AppendResponse.newBuilder()
                .setRejected(
                    AppendResponse.Rejected.newBuilder()
                        .setPrevIndex(prevIndex)
                        .setWantsSnapshot(true)))
        .build();
  }

  static Message heartbeat(long from, long term, long commit, long round) {
    return message(from, term)
        .setHeartbeat(Heartbeat.newBuilder().setCommit(commit).setRound(round))
        .build();
  }

  static Message heartbeatResponse(long from, long term, long round) {
    return message(from, term)
        .setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(round))
        .build();
  }

  static Message vote(long from, long term, long lastTerm, long lastIndex) {
    return message(from, term).setVote(Vote.newBuilder().setLast(id(lastTerm, lastIndex))).build();
  }

  static Message granted(long from, long term) {
    return message(from, term)
        .setVoteResponse(
            VoteResponse.newBuilder().setGranted(VoteResponse.Granted.getDefaultInstance()))
        .build();
  }

  static Message refused(long from, long term) {
    return message(from, term)
        .setVoteResponse(
            VoteResponse.newBuilder()
                .setRejected(
                    VoteResponse.Rejected.newBuilder()
                        .setReason(VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND)))
        .build();
  }

  static Message install(long from, long term, Snapshot snapshot, long attempt) {
    return message(from, term)
        .setInstallSnapshot(InstallSnapshot.newBuilder().setSnapshot(snapshot).setAttempt(attempt))
        .build();
  }

  static Message installed(long from, long term, Snapshot snapshot, long attempt, long match) {
    return message(from, term)
        .setInstallSnapshotResponse(
            InstallSnapshotResponse.newBuilder()
                .setAttempt(attempt)
                .setSnapshot(
                    id(snapshot.getMetadata().getTerm(), snapshot.getMetadata().getIndex()))
                .setInstalled(InstallSnapshotResponse.Installed.newBuilder().setMatch(match)))
        .build();
  }

  static Message notInstalled(long from, long term, Snapshot snapshot, long attempt) {
    return message(from, term)
        .setInstallSnapshotResponse(
            InstallSnapshotResponse.newBuilder()
                .setAttempt(attempt)
                .setSnapshot(
                    id(snapshot.getMetadata().getTerm(), snapshot.getMetadata().getIndex()))
                .setRefused(InstallSnapshotResponse.Refused.getDefaultInstance()))
        .build();
  }

  static Message propose(long from, ByteString... data) {
    return message(from, 0)
        .setPropose(Propose.newBuilder().setRequest(request(1, 1)).addAllData(List.of(data)))
        .build();
  }

  static Message proposeAccepted(long from, long term, long index) {
    return message(from, 0)
        .setProposeResponse(
            ProposeResponse.newBuilder()
                .setRequest(request(0, 1))
                .setAccepted(
                    ProposeResponse.Accepted.newBuilder().setFirst(id(term, index)).setCount(1)))
        .build();
  }

  static Message proposeRejected(long from) {
    return message(from, 0)
        .setProposeResponse(
            ProposeResponse.newBuilder()
                .setRequest(request(0, 1))
                .setRejected(ProposeResponse.Rejected.getDefaultInstance()))
        .build();
  }

  static RequestId request(long incarnation, long sequence) {
    return RequestId.newBuilder().setIncarnation(incarnation).setSequence(sequence).build();
  }
}
