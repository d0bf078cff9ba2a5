package io.tickraft.testkit.oracle;

import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules for granting votes. A node votes only for a candidate that asked for its vote and whose
 * log is at least as up to date as its own (Raft paper, section 5.4.1). A node that heard from its
 * leader less than an election timeout ago grants no vote or pre-vote to another node, unless the
 * leader asked for the campaign by a transfer (thesis 4.2.3). A pre-vote changes neither the term
 * nor the vote of a node (thesis 9.6).
 */
final class Votes implements Oracle {

  /** A node's state since it was opened. */
  private static final class Voter {
    private final RaftConfig config;

    /** Its last view; null: none yet. */
    private @Nullable NodeView view;

    /** Ticks since it was opened. */
    private long ticks;

    /** The last heartbeat that was sent to it. */
    private @Nullable Message lastHeartbeat;

    /** The last heartbeat that was delivered, answered or not, and its tick. */
    private @Nullable Message heartbeat;

    private long heartbeatAt;

    /**
     * The leader whose heartbeat the node last answered, and the tick of that heartbeat; 0: none.
     */
    private long leader;

    private long heardAt;

    /** The number of ticks and messages since the view. */
    private int inputs;

    /** The commit index of which its leader has told it, beyond its log; 0: none. */
    private long lostUpTo;

    /** The last message since the view. */
    private @Nullable Message message;

    /** Whether a message of another leader has arrived since the view. */
    private boolean hasAnotherLeader;

    /** Whether the node got entries or a snapshot since the view, so that its log may differ. */
    private boolean logMayDiffer;

    Voter(RaftConfig config) {
      this.config = config;
    }

    void forgetLeader() {
      leader = 0;
      heartbeat = null;
    }

    boolean hears(long asking) {
      return leader != 0 && leader != asking && ticks - heardAt < config.electionTicks();
    }
  }

  /** A candidate, in the term of its campaign. */
  private record Campaign(long term, long candidate) implements Comparable<Campaign> {
    @Override
    public int compareTo(Campaign other) {
      return term != other.term
          ? Long.compare(term, other.term)
          : Long.compare(candidate, other.candidate);
    }
  }

  /** The nodes whose configuration is known. */
  private final ByNode<Voter> voters = new ByNode<>();

  /** The vote requests that were sent. */
  private final Map<Campaign, Message> campaigns = new TreeMap<>();

  /** By the campaign that a TimeoutNow asks for: the last entry that the target's log must have. */
  private final Map<Campaign, List<EntryId>> timeoutNows = new TreeMap<>();

  /** Makes an oracle that has seen nothing yet. */
  Votes() {}

  @Override
  public void configured(long node, RaftConfig config) {
    voters.put(node, new Voter(config));
  }

  @Override
  public void ticked(long node) {
    Voter voter = voters.get(node);
    if (voter != null) {
      voter.ticks++;
      voter.inputs++;
    }
  }

  @Override
  public void received(long node, Message message) {
    Voter voter = voters.get(node);
    if (voter != null && message.hasHeartbeat()) {
      voter.heartbeat = message;
      voter.heartbeatAt = voter.ticks;
    }
    if (voter != null) {
      boolean hasEntries = message.hasAppend() || message.hasInstallSnapshot();
      voter.inputs++;
      voter.message = message;
      voter.logMayDiffer |= hasEntries;
      voter.hasAnotherLeader |=
          (hasEntries || message.hasHeartbeat())
              && message.getFrom() != voter.leader
              && (voter.view == null || message.getTerm() >= voter.view.term());
    }
  }

  @Override
  public void leaderForgotten(long node) {
    Voter voter = voters.get(node);
    if (voter != null) {
      voter.forgetLeader();
    }
  }

  @Override
  public void sent(Message message, Storage durable) {
    Voter voter = message.hasHeartbeat() ? voters.get(message.getTo()) : null;
    if (voter != null) {
      voter.lastHeartbeat = message;
    }
    if (message.hasTimeoutNow()) {
      timeoutNows
          .computeIfAbsent(
              new Campaign(message.getTerm() + 1, message.getTo()), c -> new ArrayList<>())
          .add(message.getTimeoutNow().getLast());
    }
    if (message.hasVote()) {
      checkTransferFlag(message);
      campaigns.put(new Campaign(message.getTerm(), message.getFrom()), message);
    }
  }

  /** Only a candidate whose log ends at the entry in a TimeoutNow may set the transfer flag. */
  private void checkTransferFlag(Message vote) {
    List<EntryId> lasts =
        timeoutNows.getOrDefault(new Campaign(vote.getTerm(), vote.getFrom()), List.of());
    if (vote.getVote().getTransfer() && !lasts.contains(vote.getVote().getLast())) {
      throw new OracleViolation(
          "campaigns by order",
          "node "
              + vote.getFrom()
              + " campaigns in term "
              + vote.getTerm()
              + " as if by a TimeoutNow, with a log that ends at "
              + vote.getVote().getLast().getIndex());
    }
  }

  @Override
  public void stepped(NodeView view) {
    Voter voter = voters.get(view.node());
    if (voter == null) {
      return;
    }
    NodeView before = voter.view;
    boolean sameLog = !voter.logMayDiffer;
    // With several inputs, an earlier one may change the term before the node is a pre-candidate.
    boolean oneInput = voter.inputs <= 1;
    Message message = voter.message;
    voter.message = null;
    voter.view = view;
    voter.logMayDiffer = false;
    voter.inputs = 0;
    if (view.role() == RoleName.LEADER) {
      // It was elected after the leader that it had heard. If it steps down, it hears nobody.
      voter.forgetLeader();
    } else if ((view.leader() != 0 && view.leader() != voter.leader)
        || (voter.hasAnotherLeader && !oneInput)) {
      // It has heard from another leader, and has not answered yet. With several inputs, a later
      // one may have ended the term of that leader.
      voter.leader = 0;
    }
    voter.hasAnotherLeader = false;
    if (before == null) {
      return;
    }
    if (oneInput
        && view.role() == RoleName.PRE_CANDIDATE
        && (view.term() != before.term() || view.vote() != before.vote())) {
      throw new OracleViolation(
          "a pre-vote changes nothing",
          "pre-candidate " + view.node() + " changed from " + before + " to " + view);
    }
    if (oneInput && message != null && message.hasVote()) {
      asked(voter, before, view, message);
    }
    boolean voted = view.vote() != 0 && view.vote() != view.node();
    lost(voter, view, oneInput ? message : null);
    if (voted && (view.vote() != before.vote() || view.term() != before.term())) {
      voted(voter, before, view, sameLog);
    }
  }

  /** A leader says what is committed. A node that does not have all of it has lost a part. */
  private static void lost(Voter voter, NodeView view, @Nullable Message message) {
    if (message != null
        && message.equals(voter.lastHeartbeat)
        && view.term() == message.getTerm()
        && view.leader() == message.getFrom()) {
      voter.lostUpTo = Math.max(voter.lostUpTo, message.getHeartbeat().getCommit());
    }
    if (view.lastIndex() >= voter.lostUpTo) {
      voter.lostUpTo = 0;
    }
  }

  /**
   * A request of a later term changes the term, if it comes with the order of a leader. Otherwise
   * it does not, if a leader is heard.
   */
  private void asked(Voter voter, NodeView before, NodeView view, Message vote) {
    Message sent = campaigns.get(new Campaign(vote.getTerm(), vote.getFrom()));
    if (sent == null
        || vote.getTerm() <= before.term()
        || !sent.toBuilder().setTo(view.node()).build().equals(vote)) {
      return; // It was corrupted, or is not later.
    }
    boolean isTransfer = vote.getVote().getTransfer();
    if (isTransfer && view.term() < vote.getTerm()) {
      throw new OracleViolation(
          "transfers are voted on",
          "node "
              + view.node()
              + " stays in term "
              + view.term()
              + ", although "
              + vote.getFrom()
              + " campaigns in term "
              + vote.getTerm()
              + " by order of the leader");
    }
    if (!isTransfer
        && voter.config.checkQuorum()
        && voter.hears(vote.getFrom())
        && view.term() != before.term()) {
      throw ignoresLeader(
          voter,
          "node "
              + view.node()
              + " enters term "
              + view.term()
              + " for candidate "
              + vote.getFrom());
    }
  }

  private void voted(Voter voter, NodeView before, NodeView view, boolean sameLog) {
    Message request = campaigns.get(new Campaign(view.term(), view.vote()));
    String who = "node " + view.node() + " votes for " + view.vote() + " in term " + view.term();
    if (request == null) {
      throw new OracleViolation("votes are asked for", who);
    }
    EntryId last = request.getVote().getLast();
    boolean behind =
        last.getTerm() < before.lastTerm()
            || (last.getTerm() == before.lastTerm() && last.getIndex() < before.lastIndex());
    if (sameLog && behind) {
      throw new OracleViolation(
          "up-to-date votes",
          who
              + ", whose log ends at "
              + last.getIndex()
              + " of term "
              + last.getTerm()
              + ", behind its own, which ends at "
              + before.lastIndex()
              + " of term "
              + before.lastTerm());
    }
    if (voter.lostUpTo > before.lastIndex()) {
      throw new OracleViolation(
          "nodes that have lost entries do not vote",
          who
              + ", although its leader has told it of the committed entry "
              + voter.lostUpTo
              + " and its log ends at "
              + before.lastIndex());
    }
    if (voter.config.checkQuorum()
        && !request.getVote().getTransfer()
        && voter.hears(view.vote())) {
      throw ignoresLeader(voter, who);
    }
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    Voter voter = voters.get(node);
    if (voter == null) {
      return;
    }
    // Check before recording: this Ready's grants were made under the leader that was known before.
    if (voter.config.checkQuorum() || voter.config.preVote()) {
      granted(voter, ready.messages());
      granted(voter, ready.messagesAfterPersist());
    }
    answered(voter, ready.messages());
    answered(voter, ready.messagesAfterPersist());
  }

  private static void granted(Voter voter, List<Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (message.hasPreVoteResponse()
          && message.getPreVoteResponse().hasGranted()
          && voter.hears(message.getTo())) {
        throw ignoresLeader(
            voter, "node " + message.getFrom() + " grants a pre-vote to " + message.getTo());
      }
    }
  }

  private static void answered(Voter voter, List<Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      answered(voter, messages.get(i));
    }
  }

  /** A heartbeat that is answered with its round was heard when it was delivered. */
  private static void answered(Voter voter, Message message) {
    HeartbeatResponse response = message.getHeartbeatResponse();
    Message heartbeat = voter.heartbeat;
    if (response.getRound() > 0
        && heartbeat != null
        && heartbeat.getFrom() == message.getTo()
        && heartbeat.getTerm() == message.getTerm()
        && voter.view != null
        && voter.view.term() == message.getTerm()
        && heartbeat.getHeartbeat().getRound() == response.getRound()) {
      voter.leader = message.getTo();
      voter.heardAt = voter.heartbeatAt;
    }
    if (!message.hasAppendResponse() && !message.hasInstallSnapshotResponse()) {
      return;
    }
    boolean entries =
        message.getAppendResponse().getResultCase() != AppendResponse.ResultCase.RESULT_NOT_SET
            || message.getInstallSnapshotResponse().getResultCase()
                != InstallSnapshotResponse.ResultCase.RESULT_NOT_SET;
    if (entries && message.getTo() != voter.leader) {
      voter.leader = 0; // It has heard from another leader since, at an unknown tick.
    }
  }

  private static OracleViolation ignoresLeader(Voter voter, String action) {
    return new OracleViolation(
        "a leader that is heard is kept",
        action
            + ", "
            + (voter.ticks - voter.heardAt)
            + " ticks after it heard from its leader, "
            + voter.leader);
  }
}
