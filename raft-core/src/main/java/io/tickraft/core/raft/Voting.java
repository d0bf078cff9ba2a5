package io.tickraft.core.raft;

import io.tickraft.core.LogId;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.membership.Configuration;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.proto.VoteResponse;
import java.util.function.UnaryOperator;

/**
 * The rules for asking for votes and for granting them, which are the same in all roles (Raft
 * paper, figure 2, RequestVote; sections 5.2 and 5.4.1; thesis 4.2.3 and 9.6).
 *
 * <p>Learners and nodes outside of the configuration vote too: a node may be a voter already and
 * not know it yet (thesis 4.1 and 4.2.2).
 */
final class Voting {

  private static final VoteRejectReason NONE = VoteRejectReason.VOTE_REJECT_REASON_UNSPECIFIED;

  private Voting() {}

  /** Sends the same to all other voters but those of {@code asked}. */
  static void askVoters(
      NodeState node,
      Configuration asked,
      UnaryOperator<Message.Builder> body,
      Outbox.After after) {
    Configuration configuration = node.configuration();
    for (int i = 0; i < configuration.memberCount(); i++) {
      long member = configuration.member(i);
      if (member != node.id() && configuration.isVoter(member) && !asked.isVoter(member)) {
        node.outbox.send(node.message(member, body), after);
      }
    }
  }

  /**
   * Moves the commit index to one that another node knows of, if the log holds the very entry: then
   * it holds all before it too.
   */
  static void learnCommit(NodeState node, EntryId commit) {
    if (commit.getIndex() > node.log.committed()
        && node.log.matches(commit.getIndex(), commit.getTerm())) {
      node.log.commitTo(commit.getIndex());
    }
  }

  /**
   * Returns whether the node keeps to a leader that it hears, against a candidate of a later term,
   * which most likely is cut off from that leader or not in the group any more (thesis 4.2.3).
   */
  static boolean keepsToLeader(NodeState node, Message vote) {
    return node.config.checkQuorum()
        && !vote.getVote().getTransfer()
        && node.contact.isWithin(node.config.electionTicks(), vote.getFrom());
  }

  /**
   * Answers a request for the node's vote in its own term.
   *
   * @param leader the leader of the term; 0 if none is known
   * @return whether it is granted
   */
  static boolean answer(NodeState node, Message message, long leader) {
    VoteRejectReason refusal = refusal(node, message, leader);
    boolean granted = refusal == NONE;
    if (granted) {
      node.voteFor(message.getFrom());
      node.timer.restart(node.term());
    }
    answer(node, message, refusal);
    return granted;
  }

  /** Tells a candidate that its term is over. */
  static void answerStale(NodeState node, Message message) {
    answer(node, message, VoteRejectReason.VOTE_REJECT_REASON_STALE_TERM);
  }

  private static void answer(NodeState node, Message message, VoteRejectReason refusal) {
    long candidate = message.getFrom();
    boolean granted = refusal == NONE;
    VoteResponse.Builder response =
        VoteResponse.newBuilder().setCommit(NodeState.proto(node.log.committedId()));
    if (granted) {
      response.setGranted(VoteResponse.Granted.getDefaultInstance());
    } else {
      response.setRejected(VoteResponse.Rejected.newBuilder().setReason(refusal).build());
    }
    node.outbox.send(
        node.message(candidate, m -> m.setVoteResponse(response.build())), Outbox.After.WRITE);
    if (node.events.enabled()) {
      node.events.add(new RaftEvent.VoteAnswered(message.getTerm(), candidate, granted));
    }
  }

  private static VoteRejectReason refusal(NodeState node, Message message, long leader) {
    if (node.hasLostState()) {
      return VoteRejectReason.VOTE_REJECT_REASON_LOST_STATE;
    }
    Vote request = message.getVote();
    boolean again = node.vote() == message.getFrom();
    if (node.vote() != 0 && !again) {
      return VoteRejectReason.VOTE_REJECT_REASON_ALREADY_VOTED;
    }
    if (!again && (leader != 0 || keepsToLeader(node, message))) {
      return leaderKnown(node, message.getFrom());
    }
    boolean tieCounts = !again && !request.getTransfer();
    return logRefusal(node, request.getLast(), request.getPriority(), tieCounts);
  }

  /**
   * Answers whether the node would vote for the sender in a term, which may be its own. Nothing
   * changes but the commit index, perhaps.
   *
   * @param leader the leader of the node's term; 0 if none is known
   */
  static void answerPreVote(NodeState node, Message message, long leader) {
    long candidate = message.getFrom();
    PreVote request = message.getPreVote();
    VoteRejectReason refusal = preVoteRefusal(node, candidate, request, leader);
    PreVoteResponse.Builder response =
        PreVoteResponse.newBuilder()
            .setCampaignTerm(request.getCampaignTerm())
            .setCommit(NodeState.proto(node.log.committedId()));
    boolean granted = refusal == NONE;
    if (granted) {
      response.setGranted(PreVoteResponse.Granted.getDefaultInstance());
    } else {
      response.setRejected(PreVoteResponse.Rejected.newBuilder().setReason(refusal).build());
    }
    node.outbox.send(
        node.message(candidate, m -> m.setPreVoteResponse(response.build())), Outbox.After.TERM);
    if (node.events.enabled()) {
      node.events.add(new RaftEvent.PreVoteAnswered(request.getCampaignTerm(), candidate, granted));
    }
  }

  private static VoteRejectReason preVoteRefusal(
      NodeState node, long candidate, PreVote request, long leader) {
    // In its own term the node may still have its vote to give, as when the only candidate of that
    // term has reached nobody else. If it refused, the sender would enter the term by the refusal
    // and wait for another election timeout.
    boolean hasVote = node.vote() == 0 || node.vote() == candidate;
    if (request.getCampaignTerm() < node.term()
        || (request.getCampaignTerm() == node.term() && (leader != 0 || !hasVote))) {
      return VoteRejectReason.VOTE_REJECT_REASON_STALE_TERM;
    }
    if (node.hasLostState()) {
      return VoteRejectReason.VOTE_REJECT_REASON_LOST_STATE;
    }
    // Of the two switches each one asks for this: the pre-vote is there to leave a leader alone.
    if ((node.config.preVote() || node.config.checkQuorum())
        && node.contact.isWithin(node.config.electionTicks(), candidate)) {
      return leaderKnown(node, candidate);
    }
    return logRefusal(node, request.getLast(), request.getPriority(), true);
  }

  /** A candidate that is no member any more is told so: the leader does not speak to it. */
  private static VoteRejectReason leaderKnown(NodeState node, long candidate) {
    return node.configuration().isMember(candidate)
        ? VoteRejectReason.VOTE_REJECT_REASON_LEADER_KNOWN
        : VoteRejectReason.VOTE_REJECT_REASON_NOT_A_MEMBER;
  }

  /**
   * What speaks against a candidate whose log ends like this; NONE if nothing does.
   *
   * @param tieCounts whether equal logs leave the vote to the higher priority
   */
  private static VoteRejectReason logRefusal(
      NodeState node, EntryId lastOfCandidate, long priority, boolean tieCounts) {
    LogId last = new LogId(lastOfCandidate.getTerm(), lastOfCandidate.getIndex());
    LogId own = node.log.last();
    if (!last.isUpToDateWith(own)) {
      return VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND;
    }
    // A tie is left to a node of higher priority while that one can make something of it. Once it
    // has waited in vain it takes whoever comes, or a node that cannot win would be in the way.
    if (priority < node.config.priority()
        && last.equals(own)
        && tieCounts
        && !node.contact.hasTimedOut()
        && node.mayCampaign()) {
      return VoteRejectReason.VOTE_REJECT_REASON_LOWER_PRIORITY;
    }
    return NONE;
  }
}
