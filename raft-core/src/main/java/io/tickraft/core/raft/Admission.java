package io.tickraft.core.raft;

import io.tickraft.core.DropReason;
import io.tickraft.core.log.LogSlice;
import io.tickraft.core.validate.MessageValidator;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Message.BodyCase;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a message is processed, before the message changes anything, even the term.
 * Checks the message alone first, then against the node's log and configuration.
 */
final class Admission {

  /**
   * How far a term may be ahead of the node's: beyond that it comes from a fault, not from
   * elections.
   */
  private static final long MAX_TERMS_AHEAD = 1L << 32;

  /** How many entries a node can have lost: a million entries a second for nine years. */
  private static final long MAX_ENTRIES_AHEAD = 1L << 48;

  private final MessageValidator validator;

  Admission(MessageValidator validator) {
    this.validator = validator;
  }

  /** Returns why a message is dropped; null if it is not. */
  @Nullable DropReason refusal(NodeState node, Message message, BodyCase body) {
    DropReason problem = validator.problem(message, body);
    if (problem != null) {
      return problem;
    }
    if (isImplausible(node, message)) {
      return DropReason.IMPLAUSIBLE_TERM;
    }
    // Only members were asked, so only members may answer. A request may come from any node: this
    // node may not know yet that its leader or a candidate is a member (thesis 4.1).
    if (TermRule.isAnswer(body) && !node.configuration().isMember(message.getFrom())) {
      return DropReason.STRANGER;
    }
    return switch (body) {
      case HEARTBEAT ->
          message.getHeartbeat().getCommit() - node.log.lastIndex() > MAX_ENTRIES_AHEAD
              ? DropReason.IMPLAUSIBLE_INDEX
              : null;
      case APPEND -> isStale(node, message) ? null : ofAppend(node, message.getAppend());
      case INSTALL_SNAPSHOT -> isStale(node, message) ? null : ofSnapshot(node, message);
      case VOTE ->
          message.getTerm() > node.term() && Voting.keepsToLeader(node, message)
              ? DropReason.LEADER_KNOWN
              : null;
      default -> null;
    };
  }

  /** Terms are never negative here, so their differences do not overflow. */
  private static boolean isImplausible(NodeState node, Message message) {
    return message.getTerm() - node.term() > MAX_TERMS_AHEAD
        || message.getPreVote().getCampaignTerm() - node.term() > MAX_TERMS_AHEAD
        || message.getPreVoteResponse().getCampaignTerm() - node.term() > MAX_TERMS_AHEAD;
  }

  private static boolean isStale(NodeState node, Message message) {
    return message.getTerm() < node.term();
  }

  private static @Nullable DropReason ofAppend(NodeState node, Append append) {
    List<Entry> entries = append.getEntriesList();
    LogSlice slice = new LogSlice(append.getPrev().getIndex(), append.getPrev().getTerm(), entries);
    if (node.log.contradictsCommitted(slice)) {
      return DropReason.CONTRADICTS_COMMITTED;
    }
    if (!entries.isEmpty() && node.log.unstableBytes() >= node.config.maxUnstableBytes()) {
      return DropReason.UNSTABLE_LIMIT;
    }
    return null;
  }

  private static @Nullable DropReason ofSnapshot(NodeState node, Message message) {
    SnapshotMetadata metadata = message.getInstallSnapshot().getSnapshot().getMetadata();
    long index = metadata.getIndex();
    // Terms never fall along a log: an entry above the commit index has the term of the entry at
    // the commit index, or a later one.
    boolean contradicts =
        index > node.log.committed()
            ? metadata.getTerm() < node.log.committedId().term()
            : index >= node.log.firstIndex() - 1 && node.log.term(index) != metadata.getTerm();
    if (contradicts) {
      return DropReason.CONTRADICTS_COMMITTED;
    }
    return index > node.log.committed()
            && node.applying.unappliedSnapshots() >= node.config.maxOutstandingReadys()
        ? DropReason.UNSTABLE_LIMIT
        : null;
  }
}
