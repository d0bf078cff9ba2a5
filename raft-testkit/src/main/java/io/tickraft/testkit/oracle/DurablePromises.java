package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;

/**
 * What a message promises survives a crash of its sender. Its term, the vote that it grants or that
 * its candidate gave itself, and the entries that it acknowledges are durable (Raft paper, figure
 * 2, "updated on stable storage before responding").
 */
final class DurablePromises implements Oracle {

  /** Makes an oracle. It keeps no state: it checks each message by itself. */
  DurablePromises() {}

  @Override
  public void sent(Message message, Storage durable) {
    HardState hardState = durable.initialState();
    if (hardState.getTerm() < message.getTerm()) {
      throw violation(message, "the term " + message.getTerm());
    }
    boolean sameTerm = hardState.getTerm() == message.getTerm();
    switch (message.getBodyCase()) {
      case VOTE -> {
        if (sameTerm && hardState.getVote() != message.getFrom()) {
          throw violation(message, "the vote for itself");
        }
      }
      case VOTE_RESPONSE -> {
        if (message.getVoteResponse().hasGranted()
            && sameTerm
            && hardState.getVote() != message.getTo()) {
          throw violation(message, "the vote for " + message.getTo());
        }
      }
      case APPEND_RESPONSE -> {
        if (message.getAppendResponse().hasAccepted()) {
          require(message, message.getAppendResponse().getAccepted().getMatch(), sameTerm, durable);
        }
      }
      case INSTALL_SNAPSHOT_RESPONSE -> {
        if (message.getInstallSnapshotResponse().hasInstalled()) {
          require(
              message,
              message.getInstallSnapshotResponse().getInstalled().getMatch(),
              sameTerm,
              durable);
        }
      }
      default -> {}
    }
  }

  private static void require(Message message, long match, boolean sameTerm, Storage durable) {
    // In a later term the entries may have been replaced already.
    if (sameTerm && durable.lastIndex() < match) {
      throw violation(message, "the log up to " + match);
    }
  }

  private static OracleViolation violation(Message message, String what) {
    return new OracleViolation(
        "durability",
        "node "
            + message.getFrom()
            + " sends "
            + message.getBodyCase()
            + " to "
            + message.getTo()
            + ", but a crash would lose "
            + what);
  }
}
