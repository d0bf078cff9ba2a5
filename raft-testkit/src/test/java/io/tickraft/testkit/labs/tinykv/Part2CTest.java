package io.tickraft.testkit.labs.tinykv;

import static io.tickraft.testkit.assertion.RaftAssertions.assertThat;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThatLog;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThatMessages;
import static io.tickraft.testkit.labs.tinykv.Lab.network;
import static io.tickraft.testkit.labs.tinykv.Lab.nodeOf;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.installSnapshot;
import static io.tickraft.testkit.message.Messages.installSnapshotResponse;
import static io.tickraft.testkit.message.Values.bytes;
import static io.tickraft.testkit.message.Values.entry;
import static io.tickraft.testkit.message.Values.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.proto.Message;
import io.tickraft.testkit.fixture.InstantNetwork;
import io.tickraft.testkit.fixture.NodeFixture;
import org.junit.jupiter.api.Test;

/**
 * TinyKV's Project 2C, the part that concerns Raft: snapshots. {@link Lab} says how terms and
 * indexes are counted; the course's snapshot at (11,11) is at (11,11) here too.
 */
final class Part2CTest {

  @Test
  void restoreSnapshot2C() {
    NodeFixture node = nodeOf(2).asFollower();
    // Sent by the leader of term 11: a snapshot is not of a term later than its message's.
    node.step(installSnapshot(fromNode(2).to(1).term(11), snapshot(11, 11, 1, 2, 3)));
    assertThat(node.status()).hasLast(11, 11).hasCommit(11);

    Ready ready = node.ready();
    assertThat(ready)
        .hasSnapshot(11, 11)
        .hasHardState(11, 0, 11)
        .mustSync()
        .sendsNothing()
        .sendsAfterPersist(
            installSnapshotResponse(fromNode(1).to(2).term(11))
                .attempt(1)
                .snapshot(11, 11)
                .installed(11));
    // The configuration changes when the snapshot is applied.
    assertThat(node.persist(ready).status()).hasVoters(1, 2).hasApplied(1);
    assertThat(node.apply(ready).status()).hasVoters(1, 2, 3).hasApplied(11);
    assertThat(node.node().hasReady()).isFalse();
  }

  @Test
  void restoreIgnoreSnapshot2C() {
    NodeFixture node = nodeOf(2).log(2, 2, 2).commit(4).asFollower();
    node.step(installSnapshot(fromNode(2).to(1).term(2), snapshot(2, 2, 1, 2)));
    assertThat(node.run().status()).hasLast(2, 4).hasCommit(4).hasApplied(4);
    assertThatLog(node.log()).hasTerms(2, 2, 2);
    assertThat(node.storage().firstIndex()).isEqualTo(2);
    assertThatMessages(node.sent())
        .areExactly(
            installSnapshotResponse(fromNode(1).to(2).term(2))
                .attempt(1)
                .snapshot(2, 2)
                .installed(4));
  }

  /** Not in the course: a snapshot so old that the log does not know the term of its entry. */
  @Test
  void restoreIgnoreSnapshotBeforeTheLog2C() {
    NodeFixture node = nodeOf(2).snapshot(2, 5).log(2).commit(6).asFollower();
    node.step(installSnapshot(fromNode(2).to(1).term(2), snapshot(2, 3, 1, 2)));
    assertThat(node.run().status()).hasLast(2, 6).hasCommit(6).hasApplied(6);
    assertThatMessages(node.sent())
        .areExactly(
            installSnapshotResponse(fromNode(1).to(2).term(2))
                .attempt(1)
                .snapshot(2, 3)
                .installed(6));
  }

  @Test
  void provideSnap2C() {
    NodeFixture leader = nodeOf(2).snapshot(11, 11).asLeader();
    leader.propose("somedata");
    leader.run();
    leader.sent();
    // Its log ends before the leader's begins.
    leader.step(appendResponse(fromNode(2).to(1).term(12)).rejected(11, 1, 9).commit(1));
    assertThatMessages(leader.run().sent())
        .areExactly(installSnapshot(fromNode(1).to(2).term(12), snapshot(11, 11, 1, 2)));
    assertThat(leader.status()).hasPeerState(2, PeerStatus.State.SNAPSHOT);
  }

  @Test
  void restoreFromSnapMsg2C() {
    NodeFixture node = Lab.node(2).voters(1, 2).asFollower();
    // Term 11 for the course's 2: a snapshot is not of a term later than its message's.
    node.step(installSnapshot(fromNode(1).to(2).term(11), snapshot(11, 11, 1, 2)));
    assertThat(node.status()).isFollowerOf(1).hasTerm(11);
  }

  @Test
  void restoreFromSnapWithOverlappingPeersMsg2C() {
    NodeFixture node = Lab.node(2).voters(1, 2, 3).asFollower();
    node.step(installSnapshot(fromNode(1).to(2).term(11), snapshot(11, 11, 2, 3, 4)));
    assertThat(node.run().status()).isFollowerOf(1).hasVoters(2, 3, 4);
  }

  @Test
  void slowNodeRestore2C() {
    InstantNetwork network = network(3).campaign(1).isolate(3);
    int proposals = 0;
    for (; proposals < 101; proposals++) {
      network.propose(1, "");
    }
    assertThat(proposals).isEqualTo(101);
    NodeFixture leader = network.node(1);
    assertThat(leader.status()).hasApplied(103);
    compact(leader);
    assertThat(leader.status().firstIndex()).isEqualTo(104);
    assertThat(network.node(3).status()).hasLast(2, 2);

    // The leader learns that node 3 is back.
    network.delivered();
    network.heal().tick(1).propose(1, "");
    assertThatMessages(network.delivered()).ofKind(Message.BodyCase.INSTALL_SNAPSHOT).areTo(3);
    network.propose(1, "");

    Status follower = network.node(3).status();
    assertThat(follower).hasLast(2, 105).hasApplied(105).hasCommit(leader.status().commitIndex());
    assertThat(leader.status()).hasCommit(105);
    assertThat(follower.firstIndex()).isEqualTo(104);
  }

  private static void compact(NodeFixture node) {
    long applied = node.status().appliedIndex();
    node.storage().createSnapshot(applied, node.node().confState(), bytes(""));
    node.storage().compact(applied);
  }

  @Test
  void rawNodeRestartFromSnapshot2C() {
    NodeFixture node = nodeOf(2).snapshot(2, 3).log(entry(2, 4, "foo")).term(2).commit(4).open();
    Ready ready = node.ready();
    assertThat(ready)
        .hasCommittedEntries(entry(2, 4, "foo"))
        .hasNoEntries()
        .hasNoHardState()
        .hasNoSnapshot()
        .needNotSync()
        .sendsNothing()
        .sendsNothingAfterPersist();
    node.advance(ready);
    assertThat(node.node().hasReady()).isFalse();
  }
}
