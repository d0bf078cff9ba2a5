package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.ConfChangeResult.Accepted;
import io.tickraft.core.ConfChangeResult.Reason;
import io.tickraft.core.ConfChangeResult.Rejected;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Membership changes that change nothing: which are rejected, and which are in the log. */
final class NoEffectTest {

  static Stream<ConfChange> ofStrangers() {
    return Stream.of(
        ConfChanges.remove(9).build(),
        ConfChanges.remove(9).context(bytes("9=gone:1")).build(),
        ConfChanges.remove(9).remove(8).build(),
        ConfChanges.remove(9).jointExplicit().build());
  }

  @ParameterizedTest
  @MethodSource("ofStrangers")
  void removingNoneButStrangersIsRejectedAndAppendsNothing(ConfChange change) {
    Host leader = Host.leader();

    assertThat(leader.node.proposeConfChange(change))
        .isEqualTo(
            new Rejected(
                Reason.NO_EFFECT,
                1,
                "the change removes only nodes that are not members, such as 9"));
    assertThat(leader.status().last()).isEqualTo(new LogId(2, 2));
    assertThat(leader.node.hasReady()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("ofStrangers")
  void itIsAppendedForWhoAsksForIt(ConfChange change) {
    Host leader = Host.leader();

    assertThat(leader.node.proposeConfChangeEvenWithoutEffect(change))
        .isEqualTo(new Accepted(2, 3));
  }

  @Test
  void whatIsAppendedWithoutEffectIsAppliedLikeAnyOtherChange() {
    Host leader = Host.leader();
    ConfChange change = ConfChanges.remove(9).context(bytes("9=gone:1")).build();
    leader.node.proposeConfChangeEvenWithoutEffect(change);
    leader.settle();
    assertThat(leader.node.proposeConfChange(ConfChanges.addVoter(4).build()))
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(Reason.PENDING));
    leader.node.step(accepted(2, 2, 3, 2));
    Ready ready = leader.turn();

    Entry entry = ready.committedEntries().get(0);
    assertThat(entry.getData()).isEqualTo(change.toByteString());
    assertThat(ready.confState()).contains(voters(1, 2, 3));
    assertThat(leader.status().appliedIndex()).isEqualTo(3);
    assertThat(leader.status().confState()).isEqualTo(voters(1, 2, 3));
  }

  static Stream<ConfChange> others() {
    return Stream.of(
        ConfChanges.addVoter(3).build(),
        ConfChanges.addLearner(4).remove(9).build(),
        ConfChanges.remove(9).remove(3).build());
  }

  @ParameterizedTest
  @MethodSource("others")
  void whatMayBeMeantIsAppended(ConfChange change) {
    assertThat(Host.leader().node.proposeConfChange(change)).isEqualTo(new Accepted(2, 3));
  }

  @Test
  void theRemovalOfALearnerHasAnEffect() {
    Host leader = Host.leader();
    leader.node.proposeConfChange(ConfChanges.addLearner(4).build());
    leader.settle();
    leader.node.step(accepted(2, 2, 3, 2));
    leader.settle();

    assertThat(leader.node.proposeConfChange(ConfChanges.remove(4).build()))
        .isEqualTo(new Accepted(2, 4));
  }

  @Test
  void whatIsImpossibleIsSaidFirst() {
    ConfChange change = ConfChanges.remove(9).build();
    assertThat(Host.follower().node.proposeConfChangeEvenWithoutEffect(change))
        .isEqualTo(new Rejected(Reason.NOT_LEADER, 2, "the node does not lead"));
    assertThat(Host.leader().node.proposeConfChange(ConfChange.getDefaultInstance()))
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(Reason.INVALID));
    assertThat(Host.leader().node.proposeConfChangeEvenWithoutEffect(ConfChanges.leave()))
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(Reason.INVALID));
  }
}
