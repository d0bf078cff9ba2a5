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
 * Who votes for whom. A vote goes only to a candidate whose log is at least as up to date as the
 * voter's (Raft paper, section 5.4.1). A node that heard its leader less than an election timeout
 * ago votes for nobody else, unless that leader has asked for the campaign (thesis 4.2.3). A
 * pre-candidate changes neither its term nor its vote, and a pre-vote changes nobody's (thesis
 * 9.6).
 */
public final class Votes implements Oracle {

  /** What is known of a node since it was opened. */
  private static final class Voter {
    private final RaftConfig config;
    private @Nullable NodeView view;
    private long ticks;

    /** The last heartbeat that came, and when. */
    private @Nullable Message heartbeat;

    private long heartbeatAt;

    /** The last leader that was heard, to be sure, and when; 0: none. */
    private long leader;

    private long heardAt;

    /** Ticks and messages since the view. */
    private int inputs;

    /** Whether the node was given entries or a snapshot since the view: its log may be another. */
    private boolean logMayDiffer;

    Voter(RaftConfig config) {
      this.config = config;
    }

    boolean hears(long asking) {
      return leader != 0 && leader != asking && ticks - heardAt < config.electionTicks();
    }
  }

  private record Campaign(long term, long candidate) implements Comparable<Campaign> {
    @Override
    public int compareTo(Campaign other) {
      return term != other.term
          ? Long.compare(term, other.term)
          : Long.compare(candidate, other.candidate);
    }
  }

  private final Map<Long, Voter> voters = new TreeMap<>();

  /** The requests for votes that were sent. */
  private final Map<Campaign, Message> campaigns = new TreeMap<>();

  /** By the campaign that is to come of it: where the log of who was told to campaign is to end. */
  private final Map<Campaign, List<EntryId>> orders = new TreeMap<>();

  /** Has seen nobody vote yet. */
  public Votes() {}

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
      voter.inputs++;
      voter.logMayDiffer |= message.hasAppend() || message.hasInstallSnapshot();
    }
  }

  @Override
  public void leaderForgotten(long node) {
    Voter voter = voters.get(node);
    if (voter != null) {
      voter.leader = 0;
      voter.heartbeat = null;
    }
  }

  @Override
  public void sent(Message message, Storage durable) {
    if (message.hasTimeoutNow()) {
      orders
          .computeIfAbsent(
              new Campaign(message.getTerm() + 1, message.getTo()), c -> new ArrayList<>())
          .add(message.getTimeoutNow().getLast());
    }
    if (message.hasVote()) {
      ordered(message);
      campaigns.put(new Campaign(message.getTerm(), message.getFrom()), message);
    }
  }

  /** The transfer flag is on the votes of a campaign that was ordered where the log ends. */
  private void ordered(Message vote) {
    List<EntryId> lasts =
        orders.getOrDefault(new Campaign(vote.getTerm(), vote.getFrom()), List.of());
    if (vote.getVote().getTransfer() && !lasts.contains(vote.getVote().getLast())) {
      throw new OracleViolation(
          "campaigns by order",
          "node "
              + vote.getFrom()
              + " campaigns in term "
              + vote.getTerm()
              + " as if its leader had told it to, with a log that ends at "
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
    // Of several inputs the first ones may change the term before the node becomes pre-candidate.
    boolean oneInput = voter.inputs <= 1;
    voter.view = view;
    voter.logMayDiffer = false;
    voter.inputs = 0;
    if (before == null) {
      return;
    }
    if (oneInput
        && view.role() == RoleName.PRE_CANDIDATE
        && (view.term() != before.term() || view.vote() != before.vote())) {
      throw new OracleViolation(
          "a pre-vote changes nothing",
          "pre-candidate " + view.node() + " was in " + before + " and is in " + view);
    }
    boolean voted = view.vote() != 0 && view.vote() != view.node();
    if (voted && (view.vote() != before.vote() || view.term() != before.term())) {
      voted(voter, before, view, sameLog);
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
              + ", before its own at "
              + before.lastIndex()
              + " of term "
              + before.lastTerm());
    }
    if (voter.config.checkQuorum()
        && !request.getVote().getTransfer()
        && voter.hears(view.vote())) {
      throw sticks(voter, who);
    }
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    Voter voter = voters.get(node);
    if (voter == null) {
      return;
    }
    // What this Ready grants was granted after the Ready before, in which the leader was heard.
    if (voter.config.checkQuorum() || voter.config.preVote()) {
      ready.messages().forEach(message -> granted(voter, message));
      ready.messagesAfterPersist().forEach(message -> granted(voter, message));
    }
    ready.messages().forEach(message -> answered(voter, message));
    ready.messagesAfterPersist().forEach(message -> answered(voter, message));
  }

  private static void granted(Voter voter, Message message) {
    if (message.getPreVoteResponse().hasGranted() && voter.hears(message.getTo())) {
      throw sticks(voter, "node " + message.getFrom() + " grants a pre-vote to " + message.getTo());
    }
  }

  /** A heartbeat that is answered, and not only with a later term, was heard when it came. */
  private static void answered(Voter voter, Message message) {
    HeartbeatResponse response = message.getHeartbeatResponse();
    Message heartbeat = voter.heartbeat;
    if (response.getRound() > 0
        && heartbeat != null
        && heartbeat.getFrom() == message.getTo()
        && heartbeat.getTerm() == message.getTerm()
        && heartbeat.getHeartbeat().getRound() == response.getRound()) {
      voter.leader = message.getTo();
      voter.heardAt = voter.heartbeatAt;
    }
    boolean entries =
        message.getAppendResponse().getResultCase() != AppendResponse.ResultCase.RESULT_NOT_SET
            || message.getInstallSnapshotResponse().getResultCase()
                != InstallSnapshotResponse.ResultCase.RESULT_NOT_SET;
    if (entries && message.getTo() != voter.leader) {
      voter.leader = 0; // Another one was heard since, and nothing says when.
    }
  }

  private static OracleViolation sticks(Voter voter, String deed) {
    return new OracleViolation(
        "a leader that is heard is kept",
        deed
            + ", "
            + (voter.ticks - voter.heardAt)
            + " ticks after it heard its leader, "
            + voter.leader);
  }
}
