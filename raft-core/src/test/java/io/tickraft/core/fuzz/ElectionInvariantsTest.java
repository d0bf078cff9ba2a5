package io.tickraft.core.fuzz;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.fuzz.ElectionInvariants.Rule;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.Vote;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows each rule of {@link ElectionInvariants} breaking, with made-up observations of node 1. */
class ElectionInvariantsTest {

  private static final ConfState VOTERS =
      ConfState.newBuilder().addVoters(1).addVoters(2).addVoters(3).build();
  private static final Message NOTHING = Message.getDefaultInstance();

  private static final Observation FOLLOWER = observation(RoleName.FOLLOWER, 5, 0, 2, VOTERS);
  private static final Observation PRE_CANDIDATE =
      observation(RoleName.PRE_CANDIDATE, 5, 0, 0, VOTERS);
  private static final Observation CANDIDATE = observation(RoleName.CANDIDATE, 6, 1, 0, VOTERS);
  private static final Observation LEADER = observation(RoleName.LEADER, 6, 1, 1, VOTERS);

  /** Follows, and must reach index 9 again. */
  private static final Observation LOST =
      new Observation(RoleName.FOLLOWER, 5, 0, 2, 2, 3, 4, 3, 3, 3, VOTERS, List.of(), 0, 9, false);

  private final ElectionInvariants checker = checker(FOLLOWER);

  private static ElectionInvariants checker(Observation opened) {
    return new ElectionInvariants(RaftConfig.builder(1).electionTicks(4).build(), opened);
  }

  private static Observation observation(
      RoleName role, long term, long vote, long leader, ConfState confState) {
    return new Observation(
        role, term, vote, leader, 2, 3, 4, 3, 3, 3, confState, List.of(), 0, 0, false);
  }

  private static Message.Builder from(long id, long term) {
    return Message.newBuilder().setFrom(id).setTo(1).setTerm(term);
  }

  private static Message heartbeat() {
    return from(2, 5).setHeartbeat(Heartbeat.getDefaultInstance()).build();
  }

  private static Message vote(long from, boolean transfer) {
    return from(from, 6).setVote(Vote.newBuilder().setTransfer(transfer)).build();
  }

  private static Message preVote(long term, long campaignTerm) {
    return from(1, term).setPreVote(PreVote.newBuilder().setCampaignTerm(campaignTerm)).build();
  }

  private static Message granted(long term, long campaignTerm) {
    return from(1, term)
        .setPreVoteResponse(
            PreVoteResponse.newBuilder()
                .setCampaignTerm(campaignTerm)
                .setGranted(PreVoteResponse.Granted.getDefaultInstance()))
        .build();
  }

  private void leads() {
    checker.observed(PRE_CANDIDATE, NOTHING);
    checker.observed(CANDIDATE, NOTHING);
    checker.observed(LEADER, NOTHING);
  }

  private void ticks(int count, Observation now) {
    for (int i = 0; i < count; i++) {
      checker.tick();
      checker.observed(now, NOTHING);
    }
  }

  @Test
  void anElectionBreaksNoRule() {
    checker.processed(heartbeat(), FOLLOWER, FOLLOWER);
    checker.observed(FOLLOWER, heartbeat());
    checker.observed(PRE_CANDIDATE, NOTHING);
    checker.sent(preVote(5, 6));
    checker.observed(CANDIDATE, NOTHING);
    checker.observed(LEADER, NOTHING);
    ticks(3, LEADER);
    checker.processed(
        from(2, 6).setHeartbeatResponse(HeartbeatResponse.getDefaultInstance()).build(),
        LEADER,
        LEADER);
    ticks(3, LEADER);
  }

  @Test
  void anOrderOrAFlagBreaksNoRule() {
    checker.processed(heartbeat(), FOLLOWER, FOLLOWER);
    checker.processed(vote(3, true), FOLLOWER, observation(RoleName.FOLLOWER, 6, 3, 0, VOTERS));
    checker.processed(vote(2, false), FOLLOWER, observation(RoleName.FOLLOWER, 6, 2, 0, VOTERS));
    checker.observed(CANDIDATE, from(2, 5).setTimeoutNow(TimeoutNow.getDefaultInstance()).build());
  }

  @Test
  void anOrderThatWaitedBreaksNoRuleForAnElectionTimeout() {
    Message order =
        from(2, 5)
            .setTimeoutNow(
                TimeoutNow.newBuilder().setLast(EntryId.newBuilder().setIndex(3).setTerm(4)))
            .build();
    checker.processed(order, FOLLOWER, FOLLOWER);
    ticks(3, FOLLOWER);
    checker.observed(CANDIDATE, NOTHING);

    ElectionInvariants late = checker(FOLLOWER);
    late.processed(order, FOLLOWER, FOLLOWER);
    for (int i = 0; i < 4; i++) {
      late.tick();
    }
    assertThatThrownBy(() -> late.observed(CANDIDATE, NOTHING))
        .hasMessageStartingWith(Rule.A_CAMPAIGN_WITHOUT_PRE_VOTE + ":");
  }

  @Test
  void aVoteAfterTheElectionTimeoutBreaksNoRule() {
    checker.processed(heartbeat(), FOLLOWER, FOLLOWER);
    ticks(4, FOLLOWER);
    checker.processed(vote(3, false), FOLLOWER, observation(RoleName.FOLLOWER, 6, 3, 0, VOTERS));
  }

  @Test
  void theOnlyVoterHearsFromNobody() {
    Observation alone =
        observation(RoleName.LEADER, 6, 1, 1, ConfState.newBuilder().addVoters(1).build());
    checker.observed(alone, NOTHING);
    ticks(20, alone);
  }

  @ParameterizedTest
  @EnumSource
  void breaks(Rule rule) {
    assertThatThrownBy(() -> provoke(rule))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(rule + ":");
  }

  private void provoke(Rule rule) {
    switch (rule) {
      case A_CAMPAIGN_OF_NO_VOTER -> {
        ConfState without = ConfState.newBuilder().addVoters(2).addLearners(1).build();
        checker(observation(RoleName.FOLLOWER, 5, 0, 2, without))
            .observed(observation(RoleName.PRE_CANDIDATE, 5, 0, 0, without), NOTHING);
      }
      case A_CAMPAIGN_WITH_A_CONFIGURATION_THAT_WAITS -> {
        checker.configurationWaits(true);
        checker.observed(PRE_CANDIDATE, NOTHING);
      }
      case A_CAMPAIGN_OF_A_NODE_THAT_LOST_STATE -> checker(LOST).observed(PRE_CANDIDATE, NOTHING);
      case A_VOTE_OF_A_NODE_THAT_LOST_STATE ->
          checker(LOST)
              .processed(vote(3, true), LOST, observation(RoleName.FOLLOWER, 6, 3, 0, VOTERS));
      case A_PRE_CANDIDATE_WITHOUT_PRE_VOTE ->
          new ElectionInvariants(RaftConfig.builder(1).preVote(false).build(), FOLLOWER)
              .observed(PRE_CANDIDATE, NOTHING);
      case A_PRE_CANDIDATE_WITH_A_LEADER ->
          checker.observed(observation(RoleName.PRE_CANDIDATE, 5, 0, 2, VOTERS), NOTHING);
      case A_PRE_CANDIDATE_CHANGES_TERM_OR_VOTE -> {
        checker.observed(PRE_CANDIDATE, NOTHING);
        checker.observed(observation(RoleName.PRE_CANDIDATE, 5, 3, 0, VOTERS), NOTHING);
      }
      case A_CAMPAIGN_WITHOUT_PRE_VOTE -> checker.observed(CANDIDATE, NOTHING);
      case A_PRE_VOTE_CHANGES_TERM_OR_VOTE ->
          checker.processed(
              preVote(5, 6), FOLLOWER, observation(RoleName.FOLLOWER, 5, 3, 2, VOTERS));
      case A_PRE_VOTE_CHANGES_THE_ROLE -> checker.processed(preVote(5, 6), FOLLOWER, PRE_CANDIDATE);
      case A_PRE_VOTE_ABOUT_ANOTHER_TERM -> checker.sent(preVote(5, 7));
      case A_PRE_VOTE_WITH_PRE_VOTE_SWITCHED_OFF ->
          new ElectionInvariants(RaftConfig.builder(1).preVote(false).build(), FOLLOWER)
              .sent(preVote(5, 6));
      case A_PRE_VOTE_GRANTED_FOR_A_TERM_THAT_IS_OVER -> checker.sent(granted(6, 5));
      case A_VOTE_AGAINST_A_LEADER_THAT_IS_HEARD -> {
        checker.processed(heartbeat(), FOLLOWER, FOLLOWER);
        ticks(3, FOLLOWER);
        checker.processed(
            vote(3, false), FOLLOWER, observation(RoleName.FOLLOWER, 6, 3, 0, VOTERS));
      }
      case A_LEADER_THAT_HEARS_FROM_NOBODY -> {
        leads();
        ticks(4, LEADER);
      }
    }
  }
}
