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

  /** Sends the same body to all other voters except the voters of {@code asked}. */
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
   * Raises the commit index to an entry that another node knows to be committed, if the log holds
   * that entry: it then holds all entries before it too.
   */
  static void learnCommit(NodeState node, EntryId commit) {
    if (commit.getIndex() > node.log.committed()
        && node.log.matches(commit.getIndex(), commit.getTerm())) {
      node.log.commitTo(commit.getIndex());
    }
  }

  /**
   * Returns whether the node ignores a candidate because it hears a leader. {@link Admission} drops
   * such a request if it is of a later term, before the term changes.
   */
  static boolean keepsToLeader(NodeState node, Message vote) {
    return node.config.checkQuorum()
        && !vote.getVote().getTransfer()
        && hearsOtherLeader(node, vote.getFrom());
  }

  /**
   * Returns whether the node hears a leader other than a candidate. The candidate is most likely
   * cut off from that leader, or removed from the group (thesis 4.2.3).
   */
  private static boolean hearsOtherLeader(NodeState node, long candidate) {
    return node.contact.hearsLeaderOtherThan(candidate, node.config.electionTicks());
  }

  /**
   * Answers a request for the node's vote in its own term.
   *
   * @param leader the leader of the term; 0 if none is known
   * @return whether the vote is granted
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

  /** Tells a candidate that its term is stale. */
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
   * Answers whether the node would vote for the sender in the campaign's term, which may be the
   * node's own. Changes neither term nor vote.
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
    // In its own term the node may not have voted yet, for example if the only candidate of that
    // term has reached no other node. If it refused, the refusal would move the sender to this
    // term, and the sender would wait for another election timeout.
    boolean hasVote = node.vote() == 0 || node.vote() == candidate;
    if (request.getCampaignTerm() < node.term()
        || (request.getCampaignTerm() == node.term() && (leader != 0 || !hasVote))) {
      return VoteRejectReason.VOTE_REJECT_REASON_STALE_TERM;
    }
    if (node.hasLostState()) {
      return VoteRejectReason.VOTE_REJECT_REASON_LOST_STATE;
    }
    // Each of the two settings requires this: a pre-vote exists to leave a leader undisturbed.
    if ((node.config.preVote() || node.config.checkQuorum()) && hearsOtherLeader(node, candidate)) {
      return leaderKnown(node, candidate);
    }
    return logRefusal(node, request.getLast(), request.getPriority(), true);
  }

  /** Tells a candidate that is no longer a member so: the leader sends it nothing. */
  private static VoteRejectReason leaderKnown(NodeState node, long candidate) {
    return node.configuration().isMember(candidate)
        ? VoteRejectReason.VOTE_REJECT_REASON_LEADER_KNOWN
        : VoteRejectReason.VOTE_REJECT_REASON_NOT_A_MEMBER;
  }

  /**
   * Returns why the node refuses a candidate with this last entry; NONE if it does not.
   *
   * @param tieCounts whether the node may refuse a lower priority if the logs are equal
   */
  private static VoteRejectReason logRefusal(
      NodeState node, EntryId lastOfCandidate, long priority, boolean tieCounts) {
    LogId last = new LogId(lastOfCandidate.getTerm(), lastOfCandidate.getIndex());
    LogId own = node.log.last();
    if (!last.isUpToDateWith(own)) {
      return VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND;
    }
    // With equal logs the node refuses a lower priority than its own, but only while it may
    // campaign itself. After it has timed out once it accepts any priority: otherwise a node that
    // cannot win would block the election.
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
