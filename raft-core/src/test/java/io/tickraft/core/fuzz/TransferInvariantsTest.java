package io.tickraft.core.fuzz;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.Outcome;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.TransferResult;
import io.tickraft.core.fuzz.TransferInvariants.Rule;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.TransferLeader;
import io.tickraft.proto.TransferLeaderResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows each rule of {@link TransferInvariants} breaking, with made-up observations of node 1. */
class TransferInvariantsTest {

  private static final ConfState VOTERS =
      ConfState.newBuilder().addVoters(1).addVoters(2).addVoters(3).build();
  private static final Observation LEADER = observation(RoleName.LEADER, 1, 0);
  private static final Observation FOLLOWER = observation(RoleName.FOLLOWER, 2, 0);
  private static final RequestId REQUEST = RequestId.newBuilder().setSequence(7).build();

  private final TransferInvariants checker =
      new TransferInvariants(RaftConfig.builder(1).electionTicks(4).build());

  private static Observation observation(RoleName role, long leader, long target) {
    return new Observation(
        role, 2, 0, leader, 1, 6, 2, 6, 5, 5, VOTERS, List.of(), target, 0, false);
  }

  private static Taken ready(List<Outcome> outcomes, List<Message> messages) {
    return new Taken(
        1,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        false,
        messages,
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        outcomes);
  }

  private static Outcome ended(long target) {
    return new Outcome.TransferEnded(target, Outcome.TransferEnd.COMPLETED, target);
  }

  private void starts(long target) {
    checker.asked(target, new TransferResult.Started(target), LEADER);
    checker.observed(observation(RoleName.LEADER, 1, target));
  }

  private void ends() {
    checker.observed(LEADER);
  }

  private void tells(Outcome... outcomes) {
    checker.taken(ready(List.of(outcomes), List.of()), LEADER);
  }

  private void sends(Message message) {
    checker.taken(ready(List.of(), List.of(message)), LEADER);
  }

  private static Message order(long to) {
    return Message.newBuilder()
        .setTo(to)
        .setTerm(2)
        .setTimeoutNow(TimeoutNow.getDefaultInstance())
        .build();
  }

  private static Message request() {
    return Message.newBuilder()
        .setFrom(3)
        .setTransferLeader(TransferLeader.newBuilder().setRequest(REQUEST).setTarget(2))
        .build();
  }

  private static Message answer() {
    return Message.newBuilder()
        .setTo(3)
        .setTransferLeaderResponse(TransferLeaderResponse.newBuilder().setRequest(REQUEST))
        .build();
  }

  @Test
  void aTransferBreaksNoRule() {
    starts(2);
    sends(order(2));
    checker.tick();
    ends();
    tells(ended(2));
    checker.allEnded();
  }

  @Test
  void aTransferForAnotherNodeBreaksNoRule() {
    checker.processed(request(), LEADER, observation(RoleName.LEADER, 1, 2));
    checker.observed(observation(RoleName.LEADER, 1, 2));
    sends(answer());
    ends();
    tells(ended(2));
  }

  @Test
  void aTransferThatTheLeaderRefusesBreaksNoRule() {
    checker.asked(3, new TransferResult.Forwarded(2), FOLLOWER);
    checker.observed(observation(RoleName.FOLLOWER, 2, 3));
    for (int i = 0; i < 7; i++) {
      checker.tick();
      checker.observed(observation(RoleName.FOLLOWER, 2, 3));
    }
    checker.observed(FOLLOWER);
    tells(new Outcome.TransferRejected(3, TransferResult.Reason.NOT_A_VOTER, 2));
    checker.asked(3, new TransferResult.Rejected(TransferResult.Reason.NO_LEADER, 0), FOLLOWER);
    checker.allEnded();
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
      case A_TRANSFER_STARTED_BY_NO_LEADER ->
          checker.asked(3, new TransferResult.Started(3), FOLLOWER);
      case A_TRANSFER_FORWARDED_BY_NO_FOLLOWER ->
          checker.asked(3, new TransferResult.Forwarded(2), LEADER);
      case A_SECOND_TRANSFER ->
          checker.asked(3, new TransferResult.Started(3), observation(RoleName.LEADER, 1, 2));
      case A_TRANSFER_TO_NO_VOTER -> checker.asked(4, new TransferResult.Started(4), LEADER);
      case A_TRANSFER_TO_THE_LEADER -> checker.asked(1, new TransferResult.Started(1), LEADER);
      case A_TARGET_THAT_NOBODY_NAMED -> checker.observed(observation(RoleName.LEADER, 1, 2));
      case A_TRANSFER_THAT_LASTS_TOO_LONG -> {
        starts(2);
        for (int i = 0; i < 4; i++) {
          checker.tick();
          checker.observed(observation(RoleName.LEADER, 1, 2));
        }
      }
      case A_TRANSFER_ENDS_THAT_NEVER_BEGAN -> {
        starts(2);
        ends();
        tells(ended(2), ended(2));
      }
      case A_TRANSFER_OF_ANOTHER_TARGET_ENDS -> {
        starts(2);
        ends();
        tells(ended(3));
      }
      case A_TRANSFER_WITHOUT_AN_END -> {
        starts(2);
        checker.allEnded();
      }
      case A_COMMAND_TAKEN_DURING_A_TRANSFER ->
          checker.appended(observation(RoleName.LEADER, 1, 2));
      case AN_ORDER_TO_ANOTHER_THAN_THE_TARGET -> {
        starts(2);
        sends(order(3));
      }
      case AN_ANSWER_THAT_WAS_NOT_ASKED_FOR -> sends(answer());
    }
  }

  @Test
  void anEndThatIsNotToldAtOnceBreaksARule() {
    starts(2);
    ends();
    assertThatThrownBy(() -> tells()).hasMessageStartingWith("A_TRANSFER_WITHOUT_AN_END:");
  }
}
