package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.PeerStatus;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Voters 1 and 2, learners 3 and 6 to 8, of which 3 has caught up, and 4, which was removed. */
class MembershipChangeTest {

  private static final ConfState CONFIGURATION =
      ConfState.newBuilder()
          .addVoters(1)
          .addVoters(2)
          .addAllLearners(List.of(3L, 6L, 7L, 8L, 9L))
          .build();
  private static final List<PeerStatus> PROGRESS =
      List.of(
          PeerStatus.builder(1, PeerStatus.State.REPLICATE, 100_000, 100_001).build(),
          PeerStatus.builder(2, PeerStatus.State.REPLICATE, 100_000, 100_001).build(),
          PeerStatus.builder(3, PeerStatus.State.REPLICATE, 99_999, 100_001).build(),
          PeerStatus.builder(6, PeerStatus.State.PROBE, 0, 100_001).build(),
          PeerStatus.builder(7, PeerStatus.State.SNAPSHOT, 0, 100_001).build(),
          PeerStatus.builder(8, PeerStatus.State.REPLICATE, 80_000, 100_001).build(),
          PeerStatus.builder(9, PeerStatus.State.REPLICATE, 100_000, 100_001)
              .ticksSinceHeard(11)
              .build());
  private static final HostAndPort NEW = new HostAndPort("new", 7);
  private static final Members MEMBERS =
      new Members(
          List.of(1L, 2L, 4L),
          new TreeMap<>(
              Map.of(
                  1L, new HostAndPort("one", 7),
                  2L, new HostAndPort("two", 7),
                  3L, new HostAndPort("three", 7))),
          new TreeSet<>(List.of(4L)));

  static Stream<Arguments> problems() {
    return Stream.of(
        Arguments.of(new MembershipChange.Add(5, NEW, true), ""),
        Arguments.of(new MembershipChange.Add(5, NEW, false), ""),
        Arguments.of(new MembershipChange.Add(2, NEW, false), "node 2 is a voter already"),
        Arguments.of(new MembershipChange.Add(2, NEW, true), ""),
        Arguments.of(
            new MembershipChange.Add(2, new HostAndPort("two", 7), true),
            "node 2 is a voter already"),
        Arguments.of(
            new MembershipChange.Add(2, new HostAndPort("three", 7), true),
            "three:7 is the address of node 3"),
        Arguments.of(new MembershipChange.Add(3, NEW, false), ""),
        Arguments.of(
            new MembershipChange.Add(3, new HostAndPort("three", 7), false),
            "node 3 is a learner already; RAFT.PROMOTE lets it vote"),
        Arguments.of(
            new MembershipChange.Add(3, NEW, true),
            "node 3 is a learner already; RAFT.PROMOTE lets it vote"),
        Arguments.of(
            new MembershipChange.Add(4, NEW, true),
            "node 4 was removed, and its id is never used again"),
        Arguments.of(
            new MembershipChange.Add(5, new HostAndPort("three", 7), true),
            "three:7 is the address of node 3"),
        Arguments.of(new MembershipChange.Promote(3, 0), ""),
        Arguments.of(
            new MembershipChange.Promote(6, 0),
            "node 6 is still catching up: it has 0 of 100000 entries, and this leader has never heard"
                + " it"),
        Arguments.of(
            new MembershipChange.Promote(7, 0),
            "node 7 is still catching up: it has 0 of 100000 entries, and was last heard 0"
                + " ticks ago"),
        Arguments.of(
            new MembershipChange.Promote(8, 0),
            "node 8 is still catching up: it has 80000 of 100000 entries, and was last heard 0"
                + " ticks ago"),
        Arguments.of(
            new MembershipChange.Promote(9, 0),
            "node 9 is still catching up: it has 100000 of 100000 entries, and was last heard 11"
                + " ticks ago"),
        Arguments.of(new MembershipChange.Promote(2, 0), "node 2 is a voter already"),
        Arguments.of(new MembershipChange.Promote(4, 0), "node 4 is not a member"),
        Arguments.of(new MembershipChange.Remove(1), ""),
        Arguments.of(new MembershipChange.Remove(3), ""),
        Arguments.of(new MembershipChange.Remove(4), "node 4 is not a member"));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void whatStandsAgainstAChangeIsSaid(MembershipChange change, String problem) {
    assertThat(change.problem(CONFIGURATION, MEMBERS, PROGRESS).orElse("")).isEqualTo(problem);
  }

  /** Voters 1 to 3, and learner 4; the numbers are the members that the leader has heard. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2 3 4 | ",
        "1 2     | of its voters [1, 2, 3, 5] after this change, [3, 5] were not heard in the last 10 ticks",
      })
  void aVoterThatDoesNotAnswerIsNotAddedIfTheGroupThenHasNoMajority(String heard, String problem) {
    assertQuorumProblem(
        new MembershipChange.Add(5, NEW, true),
        heard,
        problem == null
            ? null
            : "the group would have no majority: "
                + problem
                + "; RAFT.ADDLEARNER and RAFT.PROMOTE add a voter that answers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2 3 4 | 3 | ",
        "1 2     | 3 | ",
        "1 2     | 4 | ",
        "1       | 4 | ",
        "1 2     | 2 | of its voters [1, 3] after this change, [3] were not heard in the last 10 ticks",
        "1 2     | 1 | of its voters [2, 3] after this change, [3] were not heard in the last 10 ticks",
      })
  void aVoterIsNotRemovedIfTheOthersHaveNoMajority(String heard, long id, String problem) {
    assertQuorumProblem(
        new MembershipChange.Remove(id),
        heard,
        problem == null ? null : "the group would have no majority: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2 3 | 2 | ",
        "1 2   | 3 | ",
        "1 2   | 4 | ",
        "1     | 4 | ",
        "1 2   | 2 | of its voters [1, 2, 3], [2, 3] were not heard in the last 10 ticks or are cut off by the new address",
        "1 2   | 1 | of its voters [1, 2, 3], [1, 3] were not heard in the last 10 ticks or are cut off by the new address",
      })
  void anAddressIsNotChangedIfTheOtherVotersHaveNoMajority(String heard, long id, String problem) {
    assertQuorumProblem(
        new MembershipChange.Add(id, NEW, id != 4),
        heard,
        problem == null ? null : "the group would have no majority: " + problem);
  }

  private static void assertQuorumProblem(
      MembershipChange change, String heard, @Nullable String problem) {
    ConfState three =
        ConfState.newBuilder().addAllVoters(List.of(1L, 2L, 3L)).addLearners(4).build();
    Set<Long> ids = Stream.of(heard.split(" ", -1)).map(Long::valueOf).collect(Collectors.toSet());
    assertThat(change.quorumProblem(three, ids))
        .isEqualTo(
            Optional.ofNullable(problem)
                .map(why -> why + "; FORCE at the end makes the change anyway"));
    MembershipChange forced = new MembershipChange.Forced(change);
    assertThat(forced.quorumProblem(three, ids)).isEmpty();
    assertThat(forced.toConfChange()).isEqualTo(change.toConfChange());
  }

  @Test
  void eachHalfOfAJointConfigurationNeedsAMajority() {
    ConfState joint =
        ConfState.newBuilder()
            .addAllVoters(List.of(1L, 2L))
            .addAllVotersOutgoing(List.of(5L, 6L))
            .build();
    assertThat(new MembershipChange.Remove(2).quorumProblem(joint, Set.of(1L, 5L)))
        .hasValueSatisfying(
            problem -> assertThat(problem).contains("[5, 6]", "[6] were not heard"));
    assertThat(new MembershipChange.Remove(2).quorumProblem(joint, Set.of(1L, 5L, 6L))).isEmpty();
  }

  @Test
  void whatTheRulesForbidIsNotForced() {
    assertThat(
            new MembershipChange.Forced(new MembershipChange.Remove(4))
                .problem(CONFIGURATION, MEMBERS, PROGRESS))
        .contains("node 4 is not a member");
  }

  @Test
  void aChangeIsOneStep() {
    assertThat(new MembershipChange.Add(5, NEW, true).toConfChange())
        .isEqualTo(single(5, ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, "5=new:7"));
    assertThat(new MembershipChange.Add(5, NEW, false).toConfChange())
        .isEqualTo(single(5, ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER, "5=new:7"));
    assertThat(new MembershipChange.Promote(3, 0).toConfChange())
        .isEqualTo(single(3, ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, ""));
    assertThat(new MembershipChange.Remove(3).toConfChange())
        .isEqualTo(single(3, ConfChangeType.CONF_CHANGE_TYPE_REMOVE, ""));
  }

  private static ConfChange single(long id, ConfChangeType type, String context) {
    return ConfChange.newBuilder()
        .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
        .addChanges(ConfChangeSingle.newBuilder().setNode(id).setType(type))
        .setContext(com.google.protobuf.ByteString.copyFromUtf8(context))
        .build();
  }
}
