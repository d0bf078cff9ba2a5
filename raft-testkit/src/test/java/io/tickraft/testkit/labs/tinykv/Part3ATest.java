package io.tickraft.testkit.labs.tinykv;

import static io.tickraft.testkit.assertion.RaftAssertions.assertThat;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThatLog;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThatMessages;
import static io.tickraft.testkit.labs.tinykv.Lab.network;
import static io.tickraft.testkit.labs.tinykv.Lab.nodeOf;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.timeoutNow;
import static io.tickraft.testkit.message.Messages.timeoutNowRefused;
import static io.tickraft.testkit.message.Messages.voteResponse;
import static io.tickraft.testkit.message.Values.bytes;
import static io.tickraft.testkit.message.Values.entry;
import static io.tickraft.testkit.message.Values.noOp;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ConfChanges;
import io.tickraft.core.Outcome;
import io.tickraft.core.Outcome.TransferEnd;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.TimeoutNowResponse;
import io.tickraft.testkit.fixture.InstantNetwork;
import io.tickraft.testkit.fixture.NodeFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * TinyKV's Project 3A: leadership transfer and membership changes. {@link Lab} says how terms and
 * indexes are counted.
 *
 * <p>Where the course lets a second transfer take the place of the first, this library rejects it.
 */
final class Part3ATest {

  // Leadership transfer (thesis, section 3.10).

  private static TransferResult transfer(InstantNetwork network, long asked, long target) {
    TransferResult result = network.node(asked).node().transferLeadership(target);
    network.deliver();
    return result;
  }

  private static void ended(NodeFixture node, long target, TransferEnd end, long leader) {
    assertThat(node.outcomes()).containsExactly(new Outcome.TransferEnded(target, end, leader));
  }

  @Test
  void leaderTransferToUpToDateNode3A() {
    InstantNetwork network = network(3).campaign(1);
    assertThat(transfer(network, 1, 2)).isEqualTo(new TransferResult.Started(2));
    assertThat(network.node(1).status()).isFollowerOf(2);
    assertThat(network.node(2).status()).isLeader().hasTerm(3);
    ended(network.node(1), 2, TransferEnd.COMPLETED, 2);

    // And back, after a proposal.
    network.propose(2, "");
    assertThat(transfer(network, 2, 1)).isEqualTo(new TransferResult.Started(1));
    assertThat(network.node(1).status()).isLeader().hasTerm(4);
    assertThat(network.node(2).status()).isFollowerOf(1);
    ended(network.node(2), 1, TransferEnd.COMPLETED, 1);
  }

  @Test
  void leaderTransferToUpToDateNodeFromFollower3A() {
    InstantNetwork network = network(3).campaign(1);
    assertThat(transfer(network, 2, 2)).isEqualTo(new TransferResult.Forwarded(1));
    assertThat(network.node(1).status()).isFollowerOf(2);
    ended(network.node(1), 2, TransferEnd.COMPLETED, 2);
    ended(network.node(2), 2, TransferEnd.COMPLETED, 2);

    network.propose(2, "");
    assertThat(transfer(network, 1, 1)).isEqualTo(new TransferResult.Forwarded(2));
    assertThat(network.node(1).status()).isLeader();
    ended(network.node(1), 1, TransferEnd.COMPLETED, 1);
  }

  @Test
  void leaderTransferToSlowFollower3A() {
    InstantNetwork network = network(3).campaign(1).isolate(3);
    network.propose(1, "");
    network.heal();
    assertThat(network.node(1).status()).hasProgress(3, 2, 4);
    transfer(network, 1, 3);
    // The leader learns with the next heartbeat that its append was lost.
    network.tick(1);
    assertThat(network.node(1).status()).isFollowerOf(3);
    assertThat(network.node(3).status()).isLeader().hasLast(3, 4);
    ended(network.node(1), 3, TransferEnd.COMPLETED, 3);
  }

  @Test
  void leaderTransferAfterSnapshot3A() {
    InstantNetwork network = network(3).campaign(1).isolate(3);
    network.propose(1, "");
    NodeFixture leader = network.node(1);
    long applied = leader.status().appliedIndex();
    leader.storage().createSnapshot(applied, leader.node().confState(), bytes(""));
    leader.storage().compact(applied);
    network.heal();

    // It lacks what only a snapshot holds now, and cannot say that it has it.
    network.ignore(Message.BodyCase.INSTALL_SNAPSHOT_RESPONSE);
    transfer(network, 1, 3);
    network.tick(1);
    assertThat(leader.status()).isLeader().hasPeerState(3, PeerStatus.State.SNAPSHOT);

    network.heal();
    List<Message> answers =
        network.lost().stream()
            .filter(m -> m.getBodyCase() == Message.BodyCase.INSTALL_SNAPSHOT_RESPONSE)
            .toList();
    assertThat(answers).hasSize(1);
    leader.step(answers.get(0));
    network.deliver();
    assertThat(leader.status()).isFollowerOf(3);
    assertThat(network.node(3).status()).isLeader();
    ended(leader, 3, TransferEnd.COMPLETED, 3);
  }

  @Test
  void leaderTransferToSelf3A() {
    InstantNetwork network = network(3).campaign(1);
    assertThat(transfer(network, 1, 1))
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.ALREADY_LEADER, 1));
    assertThat(network.node(1).status()).isLeader().hasTerm(2);
    assertThat(network.node(1).outcomes()).isEmpty();
  }

  @Test
  void leaderTransferToNonExistingNode3A() {
    InstantNetwork network = network(3).campaign(1);
    assertThat(transfer(network, 1, 4))
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.NOT_A_VOTER, 1));
    assertThat(network.node(1).status()).isLeader().hasTerm(2);
    assertThat(network.node(1).outcomes()).isEmpty();
  }

  /** A leader that waits for node 3, which does not answer. */
  private static InstantNetwork transferringToDeadNode() {
    InstantNetwork network = network(3).campaign(1).isolate(3);
    // One entry more, as the transfer of an up-to-date node is over at once for the leader.
    network.propose(1, "");
    assertThat(transfer(network, 1, 3)).isEqualTo(new TransferResult.Started(3));
    assertThat(network.node(1).status()).isLeader();
    assertThat(network.node(1).status().transferTarget()).isEqualTo(3);
    return network;
  }

  @Test
  void leaderTransferReceiveHigherTermVote3A() {
    InstantNetwork network = transferringToDeadNode();
    network.campaign(2);
    assertThat(network.node(1).status()).isFollowerOf(2).hasTerm(3);
    ended(network.node(1), 3, TransferEnd.ABORTED, 2);
  }

  @Test
  void leaderTransferRemoveNode3A() {
    // The target is told to campaign, and never hears of it.
    InstantNetwork network = network(3).campaign(1).ignore(Message.BodyCase.TIMEOUT_NOW);
    NodeFixture leader = network.node(1);
    leader.proposeConfChange(remove(3));
    network.ignore(Message.BodyCase.APPEND);
    assertThat(transfer(network, 1, 3)).isEqualTo(new TransferResult.Started(3));
    assertThat(leader.status().transferTarget()).isEqualTo(3);

    network.heal().ignore(Message.BodyCase.TIMEOUT_NOW);
    network.tick(1);
    assertThat(leader.status()).isLeader().hasVoters(1, 2);
    assertThat(leader.status().transferTarget()).isZero();
    ended(leader, 3, TransferEnd.ABORTED, 1);
  }

  @Test
  void leaderTransferBack3A() {
    InstantNetwork network = transferringToDeadNode();
    // In the course this ends the transfer; here it ends by itself after an election timeout.
    assertThat(transfer(network, 1, 1))
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.ALREADY_LEADER, 1));
    assertThat(network.node(1).status().transferTarget()).isEqualTo(3);
    timesOut(network);
    assertThat(network.propose(1, "")).isInstanceOf(ProposeResult.Accepted.class);
  }

  /** While it goes on, proposals are rejected. */
  private static void timesOut(InstantNetwork network) {
    NodeFixture leader = network.node(1);
    for (int tick = 1; tick <= Lab.ELECTION_TICKS; tick++) {
      assertThat(leader.outcomes()).isEmpty();
      assertThat(leader.propose(""))
          .isEqualTo(new ProposeResult.Rejected(ProposeResult.Reason.TRANSFERRING, 1));
      network.tick(1);
    }
    assertThat(leader.status()).isLeader().hasTerm(2);
    assertThat(leader.status().transferTarget()).isZero();
    ended(leader, 3, TransferEnd.TIMED_OUT, 1);
  }

  @Test
  void leaderTransferSecondTransferToAnotherNode3A() {
    InstantNetwork network = transferringToDeadNode();
    assertThat(transfer(network, 1, 2))
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.IN_PROGRESS, 1));
    assertThat(network.node(1).status().transferTarget()).isEqualTo(3);
    timesOut(network);
    assertThat(transfer(network, 1, 2)).isEqualTo(new TransferResult.Started(2));
    assertThat(network.node(1).status()).isFollowerOf(2);
  }

  @Test
  void leaderTransferSecondTransferToSameNode3A() {
    InstantNetwork network = transferringToDeadNode();
    NodeFixture leader = network.node(1);
    for (int tick = 1; tick < Lab.ELECTION_TICKS; tick++) {
      network.tick(1);
    }
    // It does not prolong the time.
    assertThat(transfer(network, 1, 3))
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.IN_PROGRESS, 1));
    assertThat(leader.outcomes()).isEmpty();
    network.tick(1);
    ended(leader, 3, TransferEnd.TIMED_OUT, 1);
    assertThat(leader.status().transferTarget()).isZero();
  }

  @Test
  void transferNonMember3A() {
    NodeFixture node = Lab.node(1).voters(2, 3, 4).log(2).term(2).asFollower(2);
    node.step(timeoutNow(fromNode(2).to(1).term(2), 2, 2)).run();
    assertThatMessages(node.sent())
        .areExactly(
            timeoutNowRefused(
                fromNode(1).to(2).term(2),
                2,
                2,
                TimeoutNowResponse.Reason.REASON_MAY_NOT_CAMPAIGN));
    node.step(
            voteResponse(fromNode(2).to(1).term(2)).granted(),
            voteResponse(fromNode(3).to(1).term(2)).granted())
        .run();
    assertThat(node.status()).isFollowerOf(2).hasTerm(2);
  }

  // Membership (thesis, chapter 4).

  private static ConfChange add(long node) {
    return ConfChanges.addVoter(node).build();
  }

  private static ConfChange remove(long node) {
    return ConfChanges.remove(node).build();
  }

  private static Entry entryOf(long term, long index, ConfChange change) {
    return Entry.newBuilder()
        .setTerm(term)
        .setIndex(index)
        .setType(EntryType.ENTRY_TYPE_CONF_CHANGE)
        .setData(change.toByteString())
        .build();
  }

  @Test
  void addNode3A() {
    NodeFixture leader = nodeOf(1).asLeader();
    assertThat(leader.proposeConfChange(add(2))).isEqualTo(new ConfChangeResult.Accepted(2, 3));
    assertThat(leader.run().status()).isLeader().hasVoters(1, 2).hasApplied(3);
  }

  @Test
  void removeNode3A() {
    NodeFixture leader = nodeOf(2).asLeader().acknowledgedBy(2);
    assertThat(leader.proposeConfChange(remove(2))).isEqualTo(new ConfChangeResult.Accepted(2, 3));
    assertThat(leader.run().status()).hasVoters(1, 2);
    leader.acknowledgedBy(2);
    assertThat(leader.status()).isLeader().hasVoters(1);

    // In the course this leaves nobody; here somebody must be left.
    assertThat(leader.proposeConfChange(remove(1)))
        .isInstanceOfSatisfying(
            ConfChangeResult.Rejected.class,
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(ConfChangeResult.Reason.INVALID);
              assertThat(rejected.problem()).isNotEmpty();
            });
    assertThat(leader.run().status()).isLeader().hasVoters(1).hasLast(2, 3);
  }

  @Test
  void commitAfterRemoveNode3A() {
    NodeFixture leader = nodeOf(2).asLeader();
    leader.proposeConfChange(remove(2));
    leader.run();
    assertThat(leader.applied()).isEmpty();

    // While the change is pending comes a proposal.
    leader.propose("hello");
    leader.run();
    assertThat(leader.status()).hasLast(2, 4).hasCommit(1);

    // Node 2 has the change and not yet the proposal: the change is committed.
    leader.step(appendResponse(fromNode(2).to(1).term(2)).accepted(3).commit(1));
    var ready = leader.ready();
    assertThat(ready).hasCommittedEntries(noOp(2, 2), entryOf(2, 3, remove(2)));
    leader.persist(ready);
    assertThat(leader.status()).hasCommit(3).hasVoters(1, 2);

    // Applied, it makes node 1 a quorum by itself.
    leader.apply(ready);
    assertThat(leader.status()).hasCommit(4).hasVoters(1);
    assertThat(leader.ready()).hasCommittedEntries(entry(2, 4, "hello"));
  }

  @Test
  void rawNodeProposeAndConfChange3A() {
    NodeFixture node = nodeOf(1).asFollower();
    assertThat(node.node().hasReady()).isFalse();
    node.campaign().run();
    node.propose("somedata");
    node.proposeConfChange(add(1));
    node.run();
    assertThatLog(node.log()).isExactly(noOp(2, 2), entry(2, 3, "somedata"), entryOf(2, 4, add(1)));
    assertThat(node.applied())
        .containsExactly(noOp(2, 2), entry(2, 3, "somedata"), entryOf(2, 4, add(1)));
    assertThat(node.status()).hasVoters(1);
  }

  @Test
  void rawNodeProposeAddDuplicateNode3A() {
    NodeFixture node = nodeOf(1).asLeader();
    assertThat(node.proposeConfChange(add(1))).isEqualTo(new ConfChangeResult.Accepted(2, 3));
    // Not before the first one is applied.
    assertThat(node.proposeConfChange(add(2)))
        .isInstanceOfSatisfying(
            ConfChangeResult.Rejected.class,
            rejected -> assertThat(rejected.reason()).isEqualTo(ConfChangeResult.Reason.PENDING));
    node.run();
    assertThat(node.proposeConfChange(add(1))).isEqualTo(new ConfChangeResult.Accepted(2, 4));
    node.run();
    assertThat(node.proposeConfChange(add(2))).isEqualTo(new ConfChangeResult.Accepted(2, 5));
    node.run();
    assertThatLog(node.log())
        .isExactly(noOp(2, 2), entryOf(2, 3, add(1)), entryOf(2, 4, add(1)), entryOf(2, 5, add(2)));
    assertThat(node.status()).hasVoters(1, 2);
  }
}
