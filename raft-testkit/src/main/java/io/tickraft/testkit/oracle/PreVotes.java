package io.tickraft.testkit.oracle;

import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rules of pre-votes (thesis 9.6). A request for a pre-vote changes neither the term nor the
 * vote of a node, nor does an answer that grants it, except that a quorum of grants begins the
 * campaign. A node grants a pre-vote only to a request for a campaign that it could vote in: for a
 * later term, or for its own while that has no leader and no other candidate has its vote; and only
 * to a log that is at least as up to date as its own. A node with pre-votes campaigns only after a
 * quorum has granted, or by order of its leader.
 */
final class PreVotes implements Oracle {

  private static final String CHANGES_NOTHING = "a pre-vote changes nothing";

  /** A campaign that a pre-vote is about. */
  private record Campaign(long candidate, long term) {}

  /** A node's state since it was opened. */
  private static final class Voter {
    private boolean preVote;
    private @Nullable NodeView view;

    // Since the view.
    private int inputs;
    private @Nullable Message message;
    private boolean logMayDiffer;
    private final List<Message> requests = new ArrayList<>(0);

    /** The campaigns that the node has been asked about and may grant a pre-vote to. */
    private final List<Campaign> grantable = new ArrayList<>(0);

    void openedWith(boolean hasPreVote) {
      preVote = hasPreVote;
      view = null;
      inputs = 0;
      message = null;
      logMayDiffer = false;
      requests.clear();
      grantable.clear();
    }
  }

  private final ConfigurationHistory history;
  private final ByNode<Voter> voters = new ByNode<>(node -> new Voter());

  /** By candidate and campaign term: the nodes that have granted a pre-vote. */
  private final ByNode<TreeMap<Long, TreeSet<Long>>> granted =
      new ByNode<>(node -> new TreeMap<>());

  /** By node: the terms whose leaders have ordered it to campaign. */
  private final ByNode<TreeSet<Long>> ordered = new ByNode<>(node -> new TreeSet<>());

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param history the configurations of the group; must get each event before this oracle
   */
  PreVotes(ConfigurationHistory history) {
    this.history = history;
  }

  @Override
  public void configured(long node, RaftConfig config) {
    voters.of(node).openedWith(config.preVote());
  }

  @Override
  public void ticked(long node) {
    voters.of(node).inputs++;
  }

  @Override
  public void received(long node, Message message) {
    Voter voter = voters.of(node);
    voter.inputs++;
    voter.message = message;
    switch (message.getBodyCase()) {
      case APPEND, INSTALL_SNAPSHOT -> voter.logMayDiffer = true;
      case PRE_VOTE -> voter.requests.add(message);
      default -> {}
    }
  }

  @Override
  public void sent(Message message, Storage durable) {
    switch (message.getBodyCase()) {
      case TIMEOUT_NOW -> ordered.of(message.getTo()).add(message.getTerm());
      case PRE_VOTE_RESPONSE -> {
        if (message.getPreVoteResponse().hasGranted()) {
          granted
              .of(message.getTo())
              .computeIfAbsent(
                  message.getPreVoteResponse().getCampaignTerm(), term -> new TreeSet<>())
              .add(message.getFrom());
        }
      }
      default -> {}
    }
  }

  @Override
  public void stepped(NodeView view) {
    Voter voter = voters.of(view.node());
    NodeView before = voter.view;
    voter.view = view;
    for (Message request : voter.requests) {
      if (before == null || mayGrant(voter, request, before)) {
        voter.grantable.add(
            new Campaign(request.getFrom(), request.getPreVote().getCampaignTerm()));
      }
    }
    if (before != null) {
      if (voter.inputs == 1 && voter.message != null) {
        changesNothing(voter.message, before, view);
      }
      if (voter.preVote && view.term() > before.term() && view.vote() == view.node()) {
        campaigned(before, view);
      }
    }
    voter.inputs = 0;
    voter.message = null;
    voter.logMayDiffer = false;
    voter.requests.clear();
  }

  private static void changesNothing(Message message, NodeView before, NodeView view) {
    if (view.term() == before.term() && view.vote() == before.vote()) {
      return;
    }
    boolean begins =
        before.role() == RoleName.PRE_CANDIDATE
            && view.term() == before.term() + 1
            && view.vote() == view.node();
    if (message.hasPreVote() || (message.getPreVoteResponse().hasGranted() && !begins)) {
      throw new OracleViolation(
          CHANGES_NOTHING,
          message.getBodyCase()
              + " of "
              + message.getFrom()
              + " has changed node "
              + view.node()
              + " from term "
              + before.term()
              + " and vote "
              + before.vote()
              + " to term "
              + view.term()
              + " and vote "
              + view.vote());
    }
  }

  /** With several inputs, only what holds after each of them is asked for. */
  private static boolean mayGrant(Voter voter, Message request, NodeView before) {
    PreVote preVote = request.getPreVote();
    long candidate = request.getFrom();
    long term = preVote.getCampaignTerm();
    boolean isFree = before.leader() == 0 && (before.vote() == 0 || before.vote() == candidate);
    if (term < before.term() || (term == before.term() && voter.inputs == 1 && !isFree)) {
      return false;
    }
    EntryId last = preVote.getLast();
    return voter.logMayDiffer
        || last.getTerm() > before.lastTerm()
        || (last.getTerm() == before.lastTerm() && last.getIndex() >= before.lastIndex());
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    Voter voter = voters.of(node);
    check(voter, ready.messages());
    check(voter, ready.messagesAfterPersist());
    if (voter.view != null && voter.view.drained() && !voter.grantable.isEmpty()) {
      voter.grantable.clear(); // All answers so far have left.
    }
  }

  private static void check(Voter voter, List<Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (message.hasPreVoteResponse()
          && message.getPreVoteResponse().hasGranted()
          && !voter.grantable.contains(
              new Campaign(message.getTo(), message.getPreVoteResponse().getCampaignTerm()))) {
        throw new OracleViolation(
            "pre-votes are for campaigns that can win",
            "node "
                + message.getFrom()
                + " grants a pre-vote to "
                + message.getTo()
                + " for term "
                + message.getPreVoteResponse().getCampaignTerm()
                + ", for which it could not vote");
      }
    }
  }

  private void campaigned(NodeView before, NodeView view) {
    if (ordered.of(view.node()).contains(view.term() - 1)) {
      return;
    }
    TreeSet<Long> voters = new TreeSet<>();
    voters.add(view.node());
    TreeSet<Long> grants = granted.of(view.node()).get(view.term());
    if (grants != null) {
      voters.addAll(grants);
    }
    if (!history.hadQuorum(voters, before.appliedIndex(), view.appliedIndex())) {
      throw new OracleViolation(
          "campaigns have pre-votes",
          "node "
              + view.node()
              + " campaigns in term "
              + view.term()
              + " with the pre-votes of "
              + voters
              + " only");
    }
  }
}
