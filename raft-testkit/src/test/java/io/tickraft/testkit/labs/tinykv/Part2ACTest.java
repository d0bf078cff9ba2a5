package io.tickraft.testkit.labs.tinykv;

import static io.tickraft.testkit.assertion.RaftAssertions.assertThat;
import static io.tickraft.testkit.labs.tinykv.Lab.nodeOf;
import static io.tickraft.testkit.message.Values.entry;
import static io.tickraft.testkit.message.Values.noOp;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.Ready;
import io.tickraft.testkit.fixture.NodeFixture;
import org.junit.jupiter.api.Test;

/** TinyKV's Project 2AC: the Ready. {@link Lab} says how terms and indexes are counted. */
final class Part2ACTest {

  @Test
  void rawNodeStart2AC() {
    NodeFixture node = nodeOf(1).asFollower();
    node.campaign();
    // Its vote, which must be persisted before it counts, and then its no-op.
    Ready vote = node.ready();
    assertThat(vote).hasHardState(2, 1, 1).hasNoEntries().mustSync();
    node.advance(vote);
    Ready won = node.ready();
    assertThat(won).hasEntries(noOp(2, 2)).hasNoCommittedEntries();
    node.advance(won);
    node.advance(node.ready());

    node.propose("foo");
    // The course has the entry and its commit in one Ready. Here only what is persisted is handed
    // out, so they are two: the second begins where the first was acknowledged.
    Ready write = node.ready();
    assertThat(write).hasEntries(entry(2, 3, "foo")).mustSync().hasNoCommittedEntries();
    node.advance(write);
    Ready committed = node.ready();
    assertThat(committed).hasCommittedEntries(write.entries()).hasNoEntries().needNotSync();
    node.advance(committed);
    assertThat(node.node().hasReady()).isFalse();
  }

  @Test
  void rawNodeRestart2AC() {
    NodeFixture node = nodeOf(1).log(entry(2, 2), entry(2, 3, "foo")).term(2).commit(2).open();
    Ready ready = node.ready();
    assertThat(ready)
        .hasCommittedEntries(entry(2, 2))
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
