package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.change;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.ConfState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a status tells of the members and of the change that is pending. */
final class StatusTest {

  private static final ConfState THREE = voters(1, 2, 3);

  // The configuration and what is pending.

  @Test
  void roleLeaderAndTermCanBeHadAlone() {
    RawNode node = Host.follower().node;

    assertThat(node.role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(node.leader()).isEqualTo(2);
    assertThat(node.term()).isEqualTo(2);
  }

  @Test
  void aStatusNamesItsMembersAndTheChangeThatIsPending() {
    Host leader = Host.leader();
    assertThat(leader.status())
        .hasToString(
            "node 1: LEADER in term 2, leader 1, vote 1, log 2..2 (last term 2), persisted 2,"
                + " committed 2, applied 2, voters {1,2,3}");

    leader.node.proposeConfChange(
        ConfChanges.addVoter(4).remove(3).addLearner(5).jointExplicit().build());
    assertThat(leader.status().toString()).endsWith(", voters {1,2,3}, change pending at 3");

    leader.settle();
    leader.step(accepted(2, 2, 3, 2));
    assertThat(leader.status().toString())
        .endsWith(", applied 3, voters {1,2,4} learners {5} outgoing {1,2,3}");
  }

  @Test
  void aNodeThatJoinsHasNoConfiguration() {
    assertThat(Host.on(new MemoryStorage()).status().toString()).endsWith(", no configuration");
  }

  @Test
  void aChangeIsPendingUntilItIsApplied() {
    Host leader = Host.leader();
    assertThat(leader.status().pendingChangeIndex()).isZero();

    leader.node.proposeConfChange(ConfChanges.addLearner(4).build());
    assertThat(leader.status().pendingChangeIndex()).as("in the log").isEqualTo(3);
    leader.settle();
    leader.node.step(accepted(2, 2, 3, 2));
    Ready ready = leader.node.ready();
    assertThat(leader.status().commitIndex()).isEqualTo(3);
    assertThat(leader.status().pendingChangeIndex()).as("committed").isEqualTo(3);
    leader.persist(ready);
    leader.node.applied(3);

    assertThat(leader.status().pendingChangeIndex()).as("applied").isZero();
  }

  @Test
  void theChangeThatTakesEffectNextIsTheOldestOfAFollowersLog() {
    Host follower = Host.follower();
    follower.step(append(2, 2, 1, 1, 1, List.of(change(2, 2), change(2, 3))));
    assertThat(follower.status().pendingChangeIndex()).isEqualTo(2);

    follower.step(append(3, 3, 1, 1, 1, entries(2, 3)));
    assertThat(follower.status().pendingChangeIndex()).as("it was overwritten").isZero();
  }

  // The members.

  @Test
  void aMemberIsHeardWithWhateverItSays() {
    Host leader = Host.leader();
    assertThat(leader.peer(2).ticksSinceHeard()).isZero();

    leader.ticks(3);
    leader.node.step(heartbeatResponse(2, 2, 1));
    leader.ticks(4);

    assertThat(leader.peer(1).ticksSinceHeard()).as("itself").isZero();
    assertThat(leader.peer(2).ticksSinceHeard()).isEqualTo(4);
    assertThat(leader.peer(3).ticksSinceHeard()).isEqualTo(7);
  }

  @Test
  void aLeaderThatOnlyCountsItsTicksHasHeardItself() {
    Host leader = Host.leader(settings -> settings.heartbeatTicks(3));
    leader.ticks(3);
    leader.settle();

    leader.ticks(2);

    assertThat(leader.peer(1).ticksSinceHeard()).isZero();
  }

  @Test
  void aMemberTellsOfItsDurableCommit() {
    Host leader = Host.leader();
    leader.node.propose(bytes("a"));
    leader.settle();
    assertThat(leader.peer(2).durableCommitIndex()).isZero();

    leader.step(accepted(2, 2, 3, 2));

    assertThat(leader.peer(2).durableCommitIndex()).isEqualTo(2);
    assertThat(leader.peer(1).durableCommitIndex()).as("its own").isZero();
    assertThat(leader.peer(3).durableCommitIndex()).isZero();
  }

  private static Host sendingASnapshot() {
    Host leader = Host.on(storage(hardState(2, 0, 6), THREE, 1, 1, 2, 2, 2));
    leader.settle();
    leader.disk.createSnapshot(4, THREE, bytes("state"));
    leader.disk.compact(4);
    leader.node.campaign();
    leader.settle();
    leader.step(granted(3, 3));
    assertThat(leader.peer(2).snapshotIndex()).isZero();
    assertThat(leader.peer(2).snapshotAttempt()).isZero();
    leader.step(rejected(2, 3, 6, 1, 1));
    return leader;
  }

  @Test
  void theSnapshotUnderWayHasAnAgeWhateverTheHostReports() {
    Host leader = sendingASnapshot();
    leader.ticks(3);
    leader.node.reportSnapshot(2, 1, SnapshotStatus.IN_PROGRESS);
    leader.ticks(2);

    assertThat(leader.peer(2).state()).isEqualTo(PeerStatus.State.SNAPSHOT);
    assertThat(leader.peer(2).snapshotIndex()).isEqualTo(4);
    assertThat(leader.peer(2).snapshotAttempt()).isEqualTo(1);
    assertThat(leader.peer(2).snapshotTicks()).isEqualTo(5);
    assertThat(leader.peer(2).toString())
        .contains(", snapshot at 4 (attempt 1, 5 ticks old)")
        .endsWith(", heard 5 ticks ago");
  }

  @Test
  void theNextAttemptBeginsItsOwnAge() {
    Host leader = sendingASnapshot();
    leader.ticks(3);
    leader.node.reportSnapshot(2, 1, SnapshotStatus.FAILED);
    assertThat(leader.peer(2).snapshotIndex()).as("no longer").isZero();
    assertThat(leader.peer(2).snapshotTicks()).isZero();

    SnapshotStoriesTest.aHeartbeatIsAnswered(leader);
    leader.ticks(1);

    assertThat(leader.peer(2).snapshotAttempt()).isEqualTo(2);
    assertThat(leader.peer(2).snapshotTicks()).isEqualTo(1);
  }

  @Test
  void aMemberIsDescribedInALine() {
    assertThat(
            PeerStatus.builder(2, PeerStatus.State.REPLICATE, 5, 9)
                .inflight(2, 300)
                .ticksSinceHeard(1)
                .durableCommitIndex(4)
                .build())
        .hasToString(
            "2: REPLICATE, match 5, next 9, 2 appends of 300 bytes in flight, durable commit 4,"
                + " heard 1 ticks ago");
  }
}
