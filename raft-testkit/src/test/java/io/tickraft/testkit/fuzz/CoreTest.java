package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.NavigableSet;
import org.junit.jupiter.api.Test;

/** Which nodes must go on by themselves. */
class CoreTest {

  private static final long SLOW_DISK_MILLIS = 1_000;

  private final LastChange lastChange = new LastChange();
  private final Simulation group =
      Simulation.of(3).maxSyncedWritesLost(10).oracle(lastChange).start(Choices.random(1));
  private final LostWrites lostWrites =
      new LostWrites(group, new Machines(group, new Requests(group)), lastChange);

  private SimNode leader() {
    assertThat(group.runUntil(() -> group.nodes().stream().anyMatch(SimNode::isLeader), 10_000))
        .isTrue();
    group.run(1_000);
    return group.nodes().stream().filter(SimNode::isLeader).findFirst().orElseThrow();
  }

  private NavigableSet<Long> choose(long seed) {
    return Core.choose(group, lastChange.index(), lostWrites, Choices.random(seed).at("core"));
  }

  private boolean mayLeaveOneOut() {
    for (long seed = 1; seed <= 20; seed++) {
      NavigableSet<Long> core = choose(seed);
      assertThat(core).hasSizeBetween(2, 3);
      if (core.size() == 2) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aMajorityOfAGroupWithoutChangesIsACore() {
    leader();

    assertThat(mayLeaveOneOut()).isTrue();
  }

  /** An append in flight may bring the change to others, although no log holds it any more. */
  @Test
  void aChangeThatIsOnlyInFlightMakesAllNodesTheCore() {
    SimNode leader = leader();
    group.stallDisk(leader.id(), SLOW_DISK_MILLIS);
    long learner = group.join();
    group.proposeConfChange(
        leader.id(),
        ConfChange.newBuilder()
            .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
            .addChanges(
                ConfChangeSingle.newBuilder()
                    .setType(ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER)
                    .setNode(learner))
            .build());
    group.crash(leader.id());

    assertThat(group.nodes()).allMatch(node -> node.storage().lastIndex() < lastChange.index());
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(choose(seed)).containsExactlyInAnyOrder(1L, 2L, 3L, learner);
    }
  }

  @Test
  void aMajorityThatHasAppliedTheLastChangeIsACore() {
    SimNode leader = leader();
    ConfChange remove =
        ConfChange.newBuilder()
            .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
            .addChanges(
                ConfChangeSingle.newBuilder()
                    .setType(ConfChangeType.CONF_CHANGE_TYPE_REMOVE)
                    .setNode(leader.id() == 3 ? 2 : 3))
            .build();
    group.proposeConfChange(leader.id(), remove);
    group.run(1_000);

    assertThat(lastChange.index()).isPositive();
    assertThat(mayLeaveOneOut()).isTrue();
  }
}
