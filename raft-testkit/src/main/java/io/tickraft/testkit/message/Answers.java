package io.tickraft.testkit.message;

import io.tickraft.core.RaftText;
import io.tickraft.proto.Append;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.SnapshotMetadata;

/**
 * Positive answers to messages: to the message's sender, in the message's term. For static import.
 */
public final class Answers {

  private Answers() {}

  /**
   * Accepts an append, as a follower that has persisted its entries and its commit index.
   *
   * @param append the append
   * @return the answer
   * @throws IllegalArgumentException if the message is of another kind
   */
  public static AppendResponseBuilder accept(Message append) {
    check(append, Message.BodyCase.APPEND);
    Append body = append.getAppend();
    long match = body.getPrev().getIndex() + body.getEntriesCount();
    return Messages.appendResponse(Envelope.ofAnswerTo(append))
        .accepted(match)
        .commit(Math.min(match, body.getCommit()));
  }

  /**
   * Answers a heartbeat.
   *
   * @param heartbeat the heartbeat
   * @return the answer
   * @throws IllegalArgumentException if the message is of another kind
   */
  public static HeartbeatResponseBuilder acknowledge(Message heartbeat) {
    check(heartbeat, Message.BodyCase.HEARTBEAT);
    return Messages.heartbeatResponse(Envelope.ofAnswerTo(heartbeat))
        .round(heartbeat.getHeartbeat().getRound());
  }

  /**
   * Grants a vote request.
   *
   * @param vote the request
   * @return the answer
   * @throws IllegalArgumentException if the message is of another kind
   */
  public static VoteResponseBuilder grant(Message vote) {
    check(vote, Message.BodyCase.VOTE);
    return Messages.voteResponse(Envelope.ofAnswerTo(vote)).granted();
  }

  /**
   * Answers a snapshot, as a follower that has persisted it.
   *
   * @param snapshot the message with the snapshot
   * @return the answer
   * @throws IllegalArgumentException if the message is of another kind
   */
  public static InstallSnapshotResponseBuilder installed(Message snapshot) {
    check(snapshot, Message.BodyCase.INSTALL_SNAPSHOT);
    InstallSnapshot install = snapshot.getInstallSnapshot();
    SnapshotMetadata metadata = install.getSnapshot().getMetadata();
    return Messages.installSnapshotResponse(Envelope.ofAnswerTo(snapshot))
        .attempt(install.getAttempt())
        .snapshot(metadata.getTerm(), metadata.getIndex())
        .installed(metadata.getIndex());
  }

  private static void check(Message message, Message.BodyCase kind) {
    if (message.getBodyCase() != kind) {
      throw new IllegalArgumentException(RaftText.of(kind) + " expected: " + RaftText.of(message));
    }
  }
}
