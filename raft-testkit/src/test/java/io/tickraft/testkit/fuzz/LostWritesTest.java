package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import org.junit.jupiter.api.Test;

/** A disk loses synced writes only if Raft can bear it. */
class LostWritesTest {

  private final LastChange lastChange = new LastChange();
  private final Simulation group =
      Simulation.of(3).maxSyncedWritesLost(20).oracle(lastChange).start(Choices.random(1));
  private final Machines machines = new Machines(group, new Requests(group));
  private final LostWrites lostWrites = new LostWrites(group, machines, lastChange);

  private SimNode leader() {
    assertThat(group.runUntil(() -> group.nodes().stream().anyMatch(SimNode::isLeader), 10_000))
        .isTrue();
    group.run(1_000);
    return group.nodes().stream().filter(SimNode::isLeader).findFirst().orElseThrow();
  }

  private SimNode follower(SimNode leader) {
    return group.node(leader.id() % 3 + 1);
  }

  private void propose(SimNode leader, int commands) {
    for (int i = 0; i < commands; i++) {
      group.propose(leader.id(), ByteString.copyFromUtf8("c" + i));
      group.run(200);
    }
  }

  /** Lets a node lose as much as can be borne; returns how many synced writes it has lost. */
  private long loseMost(SimNode node) {
    Schedule choices = Schedule.parse(node.id() == 1 ? "" : "step 1: node " + (node.id() - 1));
    lostWrites.lose(Choices.replay(choices).at("step %", 1));
    assertThat(node.isUp()).isTrue();
    return node.disk().lostSynced();
  }

  @Test
  void whatAQuorumOfTheOthersHasIsLostAndRegained() {
    SimNode leader = leader();
    propose(leader, 5);
    SimNode follower = follower(leader);
    long last = follower.storage().lastIndex();
    long term = follower.status().term();

    assertThat(loseMost(follower)).isPositive();

    assertThat(follower.storage().lastIndex()).isLessThanOrEqualTo(last - 5);
    assertThat(follower.storage().initialState().getTerm()).isEqualTo(term);
    assertThat(lostWrites.isMissing(follower)).isTrue();
    assertThat(lostWrites.isAnyMissing()).isTrue();
    group.run(2_000);
    assertThat(follower.appliedIndex()).isEqualTo(last);
    assertThat(lostWrites.isAnyMissing()).isFalse();
  }

  @Test
  void whatOnlyAQuorumWithTheNodeHasIsNotLost() {
    SimNode leader = leader();
    SimNode follower = follower(leader);
    group.crash(6 - leader.id() - follower.id());
    propose(leader, 5);

    assertThat(loseMost(follower)).isZero();
    assertThat(loseMost(leader)).isZero();
  }

  @Test
  void whatIsAcknowledgedAndNotCommittedIsNotLost() {
    SimNode leader = leader();
    propose(leader, 5);
    SimNode follower = follower(leader);
    group.network().cut(follower.id(), leader.id());
    group.network().cut(6 - leader.id() - follower.id(), leader.id());
    propose(leader, 1);

    assertThat(follower.storage().lastIndex()).isGreaterThan(leader.status().commitIndex());
    assertThat(loseMost(follower)).isZero();
  }

  @Test
  void aVoteIsNotLost() {
    SimNode leader = leader();
    SimNode follower = follower(leader);
    propose(leader, 5);
    group.campaign(follower.id());
    group.run(1_000);
    propose(leader(), 2);
    long term = leader.status().term();

    loseMost(leader);

    assertThat(leader.storage().initialState().getTerm()).isEqualTo(term);
  }

  @Test
  void aMembershipChangeIsNotLost() {
    SimNode leader = leader();
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
    group.run(1_000);
    propose(leader, 5);
    SimNode follower = follower(leader);

    assertThat(loseMost(follower)).isPositive();

    assertThat(follower.storage().initialState().getCommit())
        .isGreaterThanOrEqualTo(lastChange.index());
  }

  @Test
  void aNodeThatLacksWhatItsDiskHasLostIsNotCounted() {
    SimNode leader = leader();
    propose(leader, 5);
    SimNode follower = follower(leader);
    group.network().cut(leader.id(), follower.id());
    loseMost(follower);

    assertThat(loseMost(leader)).isZero();
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(
              Core.choose(group, lastChange.index(), lostWrites, Choices.random(seed).at("core")))
          .contains(leader.id(), 6 - leader.id() - follower.id());
    }
  }
}
