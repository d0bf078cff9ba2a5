package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;

/**
 * What a message says is true of its sender when it leaves its node (Raft paper, figure 2). An
 * append has entries of the sender's log, after an entry of it; a snapshot ends at one; a candidate
 * names its last entry. No message names a commit index above the sender's, or a committed entry
 * that is not the committed one. A heartbeat's commit index is not above what its receiver has
 * acknowledged: the receiver's log may differ after that. No message is to its sender.
 */
final class MessageContents implements Oracle {

  private static final String PROMISE = "messages tell the truth";

  private final GhostLogs logs;
  private final CommittedLog committed;
  private final ElectionSafety elections;
  private final LeaderProgress progress;
  private final LastViews lastViews = new LastViews();

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   * @param committed the committed log; must get each event before this oracle
   * @param elections the leader of each term; must get each event before this oracle
   * @param progress what the members have acknowledged; must get each event before this oracle
   */
  MessageContents(
      GhostLogs logs, CommittedLog committed, ElectionSafety elections, LeaderProgress progress) {
    this.logs = logs;
    this.committed = committed;
    this.elections = elections;
    this.progress = progress;
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.forget(node);
  }

  @Override
  public void stepped(NodeView view) {
    lastViews.replace(view);
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    NodeView view = lastViews.of(node);
    if (view != null) {
      check(view, ready.messages());
      check(view, ready.messagesAfterPersist());
    }
  }

  private void check(NodeView view, List<Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      check(view, messages.get(i));
    }
  }

  private void check(NodeView view, Message message) {
    if (message.getFrom() != view.node() || message.getTo() == view.node()) {
      throw violation(message, "is to itself or of another sender");
    }
    switch (message.getBodyCase()) {
      case APPEND -> append(view, message);
      case APPEND_RESPONSE -> commit(view, message, message.getAppendResponse().getCommit());
      case HEARTBEAT -> heartbeat(view, message);
      case PRE_VOTE -> committed(message, message.getPreVote().getCommit());
      case PRE_VOTE_RESPONSE -> committed(message, message.getPreVoteResponse().getCommit());
      case VOTE -> vote(view, message);
      case VOTE_RESPONSE -> committed(message, message.getVoteResponse().getCommit());
      case INSTALL_SNAPSHOT -> snapshot(view, message);
      case TIMEOUT_NOW -> {
        if (isOfItsLeader(view, message)) {
          holds(view, message, message.getTimeoutNow().getLast());
        }
      }
      case READ_INDEX_RESPONSE ->
          commit(view, message, message.getReadIndexResponse().getReady().getIndex());
      default -> {}
    }
  }

  /** Returns whether the sender is still in the term that it sends in, as its leader. */
  private boolean isOfItsLeader(NodeView view, Message message) {
    return view.term() == message.getTerm() && elections.leaderOf(view.term()) == view.node();
  }

  private void append(NodeView view, Message message) {
    Append append = message.getAppend();
    commit(view, message, append.getCommit());
    if (!isOfItsLeader(view, message)) {
      return;
    }
    holds(view, message, append.getPrev());
    long index = append.getPrev().getIndex();
    List<Entry> entries = append.getEntriesList();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      index++;
      if (entry.getIndex() != index || differs(view, index, entry.getTerm())) {
        throw violation(
            message,
            "has entry "
                + entry.getIndex()
                + " of term "
                + entry.getTerm()
                + " at "
                + index
                + ", which is not in its log");
      }
    }
  }

  private void heartbeat(NodeView view, Message message) {
    long commit = message.getHeartbeat().getCommit();
    commit(view, message, commit);
    if (commit > 0 && commit > progress.acknowledged(message.getTerm(), message.getTo())) {
      throw violation(
          message,
          "names commit index "
              + commit
              + ", but its receiver has acknowledged only "
              + progress.acknowledged(message.getTerm(), message.getTo()));
    }
  }

  private void vote(NodeView view, Message message) {
    EntryId last = message.getVote().getLast();
    committed(message, message.getVote().getCommit());
    // The log of a candidate does not change in its term.
    if (view.role() == RoleName.CANDIDATE
        && view.term() == message.getTerm()
        && (last.getIndex() != view.lastIndex() || last.getTerm() != view.lastTerm())) {
      throw violation(message, "names the last entry " + last.getIndex());
    }
  }

  private void snapshot(NodeView view, Message message) {
    SnapshotMetadata metadata = message.getInstallSnapshot().getSnapshot().getMetadata();
    commit(view, message, metadata.getIndex());
    if (metadata.getIndex() <= committed.last()
        && committed.at(metadata.getIndex()).term() != metadata.getTerm()) {
      throw violation(message, "ends at an entry that is not committed");
    }
  }

  private static void commit(NodeView view, Message message, long commit) {
    if (commit > view.commitIndex()) {
      throw violation(
          message, "names commit index " + commit + ", above its own, " + view.commitIndex());
    }
  }

  private void committed(Message message, EntryId commit) {
    if (commit.getIndex() <= committed.last()
        && committed.at(commit.getIndex()).term() != commit.getTerm()) {
      throw violation(
          message,
          "names entry "
              + commit.getIndex()
              + " of term "
              + commit.getTerm()
              + " as committed, which is not");
    }
  }

  private void holds(NodeView view, Message message, EntryId entry) {
    if (differs(view, entry.getIndex(), entry.getTerm())) {
      throw violation(
          message,
          "follows entry "
              + entry.getIndex()
              + " of term "
              + entry.getTerm()
              + ", which is not in its log");
    }
  }

  /** Returns whether the sender's log has no such entry; only what was shown can differ. */
  private boolean differs(NodeView view, long index, long term) {
    if (!logs.has(view.node(), index)) {
      return view.drained();
    }
    long own = logs.at(view.node(), index).term();
    // Term 0: the node began with a snapshot after this entry.
    return own != term && own != 0;
  }

  private static OracleViolation violation(Message message, String what) {
    return new OracleViolation(
        PROMISE,
        message.getBodyCase()
            + " of node "
            + message.getFrom()
            + " to "
            + message.getTo()
            + " in term "
            + message.getTerm()
            + " "
            + what);
  }
}
