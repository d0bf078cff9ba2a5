package io.tickraft.core.fuzz;

import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;

/**
 * What must hold of one node's elections whatever it is sent: who campaigns, what a pre-vote leaves
 * alone, and that a leader which hears from nobody gives up.
 *
 * <p>A broken rule is an {@link AssertionError} that begins with the rule's name.
 */
final class ElectionInvariants {

  /** What can be broken. ElectionInvariantsTest shows each of them breaking. */
  enum Rule {
    A_CAMPAIGN_OF_NO_VOTER,
    A_CAMPAIGN_WITH_A_CONFIGURATION_THAT_WAITS,
    A_CAMPAIGN_OF_A_NODE_THAT_LOST_STATE,
    A_VOTE_OF_A_NODE_THAT_LOST_STATE,
    A_PRE_CANDIDATE_WITHOUT_PRE_VOTE,
    A_PRE_CANDIDATE_WITH_A_LEADER,
    A_PRE_CANDIDATE_CHANGES_TERM_OR_VOTE,
    A_CAMPAIGN_WITHOUT_PRE_VOTE,
    A_PRE_VOTE_CHANGES_TERM_OR_VOTE,
    A_PRE_VOTE_CHANGES_THE_ROLE,
    A_PRE_VOTE_ABOUT_ANOTHER_TERM,
    A_PRE_VOTE_WITH_PRE_VOTE_SWITCHED_OFF,
    A_PRE_VOTE_GRANTED_FOR_A_TERM_THAT_IS_OVER,
    A_VOTE_AGAINST_A_LEADER_THAT_IS_HEARD,
    A_LEADER_THAT_HEARS_FROM_NOBODY
  }

  private final RaftConfig config;
  private Observation seen;

  /** Ticks since anything was heard that could be an answer from another member. */
  private int silence;

  /** Ticks since the leader of the term was heard; more than any timeout if it was not. */
  private int withoutLeader = Integer.MAX_VALUE;

  private long lastLeader;

  /**
   * What a leader's last order to campaign named, if this node's log ended there; index 0: none.
   */
  private long orderedIndex;

  private long orderedIndexTerm;

  /** The term of that order, and the ticks since. */
  private long orderedTerm;

  private int ticksSinceOrder;

  /** Whether a configuration was handed out and is not applied. */
  private boolean configurationWaits;

  ElectionInvariants(RaftConfig config, Observation opened) {
    this.config = config;
    this.seen = opened;
  }

  /** A tick passes, after which {@link #observed} is called. */
  void tick() {
    silence++;
    ticksSinceOrder++;
    withoutLeader = withoutLeader == Integer.MAX_VALUE ? withoutLeader : withoutLeader + 1;
  }

  /** A Ready was taken, or what it handed out applied: whether a configuration waits for that. */
  void configurationWaits(boolean waits) {
    if (configurationWaits && !waits) {
      silence = 0; // A member that is new counts as heard.
    }
    configurationWaits = waits;
  }

  /** A message was processed and not dropped, after which {@link #observed} is called. */
  void processed(Message message, Observation before, Observation after) {
    boolean current = message.getTerm() >= before.term();
    switch (message.getBodyCase()) {
      case PRE_VOTE -> {
        require(sameTermAndVote(before, after), Rule.A_PRE_VOTE_CHANGES_TERM_OR_VOTE, message);
        // A campaigner that learns of a change steps down or waits.
        require(
            after.role() == before.role() || after.role() == RoleName.FOLLOWER,
            Rule.A_PRE_VOTE_CHANGES_THE_ROLE,
            message);
      }
      case VOTE -> {
        require(
            before.lostUpTo() == 0 || after.vote() == 0 || sameTermAndVote(before, after),
            Rule.A_VOTE_OF_A_NODE_THAT_LOST_STATE,
            message);
        boolean sticky =
            config.checkQuorum()
                && withoutLeader < config.electionTicks()
                && lastLeader != message.getFrom()
                && !message.getVote().getTransfer();
        require(
            !sticky || before.vote() == message.getFrom() || sameTermAndVote(before, after),
            Rule.A_VOTE_AGAINST_A_LEADER_THAT_IS_HEARD,
            message);
      }
      case APPEND, HEARTBEAT, INSTALL_SNAPSHOT, TIMEOUT_NOW -> {
        if (current) {
          lastLeader = message.getFrom();
          withoutLeader = 0;
        }
        if (message.hasTimeoutNow()) {
          ordered(message, after);
        }
      }
      case APPEND_RESPONSE, HEARTBEAT_RESPONSE, INSTALL_SNAPSHOT_RESPONSE, TIMEOUT_NOW_RESPONSE ->
          silence = 0;
      default -> {}
    }
  }

  private void ordered(Message message, Observation after) {
    long index = message.getTimeoutNow().getLast().getIndex();
    long term = message.getTimeoutNow().getLast().getTerm();
    boolean matches = index == after.last() && term == after.lastTerm();
    orderedIndex = matches ? index : 0;
    orderedIndexTerm = term;
    orderedTerm = message.getTerm();
    ticksSinceOrder = 0;
  }

  /** Whether a campaign that begins is the one that was ordered and waited to be allowed. */
  private boolean isOrdered(Observation before, Observation now) {
    return before.role() == RoleName.FOLLOWER
        && orderedTerm == now.term() - 1
        && orderedIndex == before.last()
        && orderedIndexTerm == before.lastTerm()
        && ticksSinceOrder < config.electionTicks();
  }

  /** The host made the node forget its leader. */
  void leaderForgotten() {
    withoutLeader = Integer.MAX_VALUE;
  }

  /**
   * Something happened to the node, and this is what it shows now.
   *
   * @param cause the message that was processed; the default instance if it was something else
   */
  void observed(Observation now, Message cause) {
    Observation before = seen;
    seen = now;
    boolean asks = now.role() == RoleName.PRE_CANDIDATE || now.role() == RoleName.CANDIDATE;
    boolean begins = asks && (now.role() != before.role() || now.term() != before.term());
    boolean wins =
        now.role() == RoleName.LEADER
            && (before.role() != RoleName.LEADER || now.term() != before.term());
    if (begins || wins) {
      // It may begin when a configuration takes effect, and win right before one does.
      require(
          isVoter(before.confState()) || isVoter(now.confState()),
          Rule.A_CAMPAIGN_OF_NO_VOTER,
          now);
      require(!configurationWaits, Rule.A_CAMPAIGN_WITH_A_CONFIGURATION_THAT_WAITS, now);
      require(before.lostUpTo() == 0, Rule.A_CAMPAIGN_OF_A_NODE_THAT_LOST_STATE, now);
    }
    if (now.role() == RoleName.PRE_CANDIDATE) {
      require(config.preVote(), Rule.A_PRE_CANDIDATE_WITHOUT_PRE_VOTE, now);
      require(now.leader() == 0, Rule.A_PRE_CANDIDATE_WITH_A_LEADER, now);
      require(sameTermAndVote(before, now), Rule.A_PRE_CANDIDATE_CHANGES_TERM_OR_VOTE, now);
    }
    if (begins && now.role() == RoleName.CANDIDATE && config.preVote()) {
      boolean asked = before.role() == RoleName.PRE_CANDIDATE || isOnlyVoter(before.confState());
      require(
          asked || cause.hasTimeoutNow() || isOrdered(before, now),
          Rule.A_CAMPAIGN_WITHOUT_PRE_VOTE,
          now);
    }
    if (now.role() == RoleName.LEADER) {
      if (wins) {
        silence = 0;
      }
      lastLeader = config.id();
      withoutLeader = 0;
      require(
          !config.checkQuorum() || silence < config.electionTicks() || isOnlyVoter(now.confState()),
          Rule.A_LEADER_THAT_HEARS_FROM_NOBODY,
          now);
    } else if (before.role() == RoleName.LEADER && now.term() == before.term()) {
      withoutLeader = Integer.MAX_VALUE;
    }
  }

  /** A message leaves the node. */
  void sent(Message message) {
    if (message.hasPreVote()) {
      PreVote preVote = message.getPreVote();
      require(
          preVote.getCampaignTerm() == message.getTerm() + 1,
          Rule.A_PRE_VOTE_ABOUT_ANOTHER_TERM,
          message);
      require(config.preVote(), Rule.A_PRE_VOTE_WITH_PRE_VOTE_SWITCHED_OFF, message);
    } else if (message.hasPreVoteResponse()) {
      PreVoteResponse response = message.getPreVoteResponse();
      require(
          !response.hasGranted() || response.getCampaignTerm() >= message.getTerm(),
          Rule.A_PRE_VOTE_GRANTED_FOR_A_TERM_THAT_IS_OVER,
          message);
    }
  }

  private static boolean sameTermAndVote(Observation before, Observation after) {
    return before.term() == after.term() && before.vote() == after.vote();
  }

  private boolean isVoter(ConfState confState) {
    return confState.getVotersList().contains(config.id())
        || confState.getVotersOutgoingList().contains(config.id());
  }

  private boolean isOnlyVoter(ConfState confState) {
    return isVoter(confState)
        && confState.getVotersList().stream().allMatch(id -> id == config.id())
        && confState.getVotersOutgoingList().stream().allMatch(id -> id == config.id());
  }

  private static void require(boolean holds, Rule rule, Object about) {
    if (!holds) {
      throw new AssertionError(rule + ": " + about);
    }
  }
}
