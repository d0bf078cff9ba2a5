package io.tickraft.core.fuzz;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.LogId;
import io.tickraft.core.Outcome;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RoleName;
import io.tickraft.core.fuzz.MembershipInvariants.Rule;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shows each rule of {@link MembershipInvariants} breaking, with made-up observations of node 1.
 */
class MembershipInvariantsTest {

  private static final ConfState VOTERS = voters(1, 2);
  private static final Observation LEADER = leader(VOTERS, 5, 5, 1, 2);

  private final MembershipInvariants checker = new MembershipInvariants(1);

  private static ConfState voters(long... ids) {
    return ConfState.newBuilder().addAllVoters(LongStream.of(ids).boxed().toList()).build();
  }

  private static Observation leader(ConfState confState, long last, long applied, long... peers) {
    return new Observation(
        RoleName.LEADER,
        2,
        1,
        1,
        2,
        last,
        2,
        last,
        last,
        applied,
        confState,
        LongStream.of(peers)
            .mapToObj(id -> new Observation.Peer(id, PeerStatus.State.PROBE, 0, 1, 0, 0))
            .toList(),
        0,
        0,
        false);
  }

  private static Entry change(long index) {
    return Entry.newBuilder()
        .setIndex(index)
        .setTerm(2)
        .setType(EntryType.ENTRY_TYPE_CONF_CHANGE)
        .build();
  }

  private static NaiveLog log(Entry... entries) {
    NaiveLog log = new NaiveLog();
    log.write(ready(List.of(entries), List.of(), Optional.empty(), List.of()));
    return log;
  }

  private static Taken ready(
      List<Entry> entries,
      List<Entry> committed,
      Optional<ConfState> confState,
      List<Outcome> outcomes) {
    return new Taken(
        1,
        Optional.<HardState>empty(),
        entries,
        Optional.empty(),
        false,
        List.of(),
        List.of(),
        committed,
        confState,
        List.of(),
        outcomes);
  }

  private static Taken impossible(long index, ConfState confState) {
    return ready(
        List.of(),
        List.of(change(6)),
        Optional.of(confState),
        List.of(new Outcome.ChangeImpossible(new LogId(2, index), "for a reason")));
  }

  private static ConfChangeResult accepted(long term, long index) {
    return new ConfChangeResult.Accepted(term, index);
  }

  @Test
  void oneChangeAfterTheOtherBreaksNoRule() {
    checker.proposed(accepted(2, 6), LEADER, leader(VOTERS, 6, 5, 1, 2), log());
    checker.handedOut(
        ready(List.of(), List.of(change(6)), Optional.of(voters(1, 3)), List.of()), VOTERS);
    Observation changed = leader(voters(1, 3), 6, 6, 1, 3);
    checker.observed(changed, voters(1, 3));
    checker.proposed(accepted(2, 7), changed, leader(voters(1, 3), 7, 6, 1, 3), log());
    checker.handedOut(impossible(6, VOTERS), VOTERS);
    checker.commandsTaken(LEADER);
  }

  @Test
  void aRejectionBreaksNoRule() {
    ConfChangeResult rejected =
        new ConfChangeResult.Rejected(ConfChangeResult.Reason.PENDING, 1, "another is pending");
    checker.proposed(rejected, LEADER, LEADER, log());
  }

  @ParameterizedTest
  @EnumSource
  void breaks(Rule rule) {
    assertThatThrownBy(() -> provoke(rule))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(rule + ":");
  }

  private void provoke(Rule rule) {
    Observation after = leader(VOTERS, 6, 5, 1, 2);
    switch (rule) {
      case A_CONFIGURATION_THAT_IS_NOT_WHAT_WAS_APPLIED ->
          checker.observed(LEADER, voters(1, 2, 3));
      case A_CONFIGURATION_LOSES_ALL_VOTERS ->
          checker.handedOut(
              ready(List.of(), List.of(change(6)), Optional.of(voters()), List.of()), VOTERS);
      case MEMBERS_THAT_A_LEADER_DOES_NOT_REPLICATE_TO ->
          checker.observed(leader(VOTERS, 5, 5, 1), VOTERS);
      case A_CHANGE_TAKEN_BY_NO_LEADER -> {
        Observation follower =
            new Observation(
                RoleName.FOLLOWER, 2, 0, 2, 2, 5, 2, 5, 5, 5, VOTERS, List.of(), 0, 0, false);
        checker.proposed(accepted(2, 6), follower, after, log());
      }
      case A_CHANGE_TAKEN_BY_A_LEADER_THAT_LEFT ->
          checker.proposed(accepted(2, 6), leader(voters(2, 3), 5, 5, 2, 3), after, log());
      case A_COMMAND_TAKEN_BY_A_LEADER_THAT_LEFT ->
          checker.commandsTaken(leader(voters(2, 3), 5, 5, 2, 3));
      case A_SECOND_CHANGE_WHILE_ONE_IS_PENDING -> {
        checker.proposed(accepted(2, 6), LEADER, after, log());
        checker.observed(after, VOTERS);
        checker.proposed(accepted(2, 7), after, leader(VOTERS, 7, 5, 1, 2), log());
      }
      case PLACE_OF_A_CHANGE -> checker.proposed(accepted(2, 7), LEADER, after, log());
      case AN_IMPOSSIBLE_CHANGE_CHANGES_THE_CONFIGURATION ->
          checker.handedOut(impossible(6, voters(1, 3)), VOTERS);
      case AN_IMPOSSIBLE_CHANGE_THAT_WAS_NOT_HANDED_OUT ->
          checker.handedOut(impossible(7, VOTERS), VOTERS);
    }
  }

  @Test
  void aChangeOfAnEarlierLeaderIsPendingToo() {
    Entry[] entries = {change(1), change(2), change(3), change(4), change(5)};
    assertThatThrownBy(
            () ->
                checker.proposed(
                    accepted(2, 6), leader(VOTERS, 5, 4, 1, 2), leader(VOTERS, 6, 4), log(entries)))
        .hasMessageStartingWith("A_SECOND_CHANGE_WHILE_ONE_IS_PENDING:");
  }
}
