package io.tickraft.testkit.labs.tinykv;

import static io.tickraft.testkit.assertion.RaftAssertions.assertThat;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThatLog;
import static io.tickraft.testkit.labs.tinykv.Lab.nodeOf;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Values.entry;
import static io.tickraft.testkit.message.Values.noOp;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.testkit.fixture.NodeFixture;
import org.junit.jupiter.api.Test;

/**
 * TinyKV's Project 3A: leadership transfer and membership changes. {@link Lab} says how terms and
 * indexes are counted.
 *
 * <p>Where the course lets a second transfer take the place of the first, this library rejects it.
 */
final class Part3ATest {

  // Membership (thesis, chapter 4).

  private static ConfChange add(long node) {
    return change(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, node);
  }

  private static ConfChange remove(long node) {
    return change(ConfChangeType.CONF_CHANGE_TYPE_REMOVE, node);
  }

  private static ConfChange change(ConfChangeType type, long node) {
    return ConfChange.newBuilder()
        .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
        .addChanges(ConfChangeSingle.newBuilder().setType(type).setNode(node))
        .build();
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
