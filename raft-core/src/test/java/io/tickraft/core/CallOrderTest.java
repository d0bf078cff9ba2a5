package io.tickraft.core;

import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.install;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.rope;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which calls of a node are allowed when: a wrong one names the rule and changes nothing. */
final class CallOrderTest {

  private static final Snapshot AT_10 = snapshot(2, 10, voters(1, 2, 3));
  private static final Snapshot AT_20 = snapshot(2, 20, voters(1, 2, 3));

  private static void refused(Host host, ThrowingCallable call, String rule) {
    String before = host.status().toString();
    assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessageContaining(rule);
    assertThat(host.status()).hasToString(before);
    assertThat(host.status().failure()).isEmpty();
  }

  /** A follower whose log is committed up to 4, with three Readys to come. */
  private static Host withReadys(List<Ready> readys) {
    Host host = Host.follower();
    for (long index = 2; index <= 4; index++) {
      host.node.step(append(2, 2, index == 2 ? 1 : 2, index - 1, index, entries(index, 2)));
      readys.add(host.node.ready());
    }
    return host;
  }

  @Test
  @SuppressWarnings("NullAway") // What a host gets that does not check.
  void whatIsNullIsNamed() {
    RawNode node = Host.leader().node;
    assertThatThrownBy(() -> node.persisted(null)).hasMessage("ready");
    assertThatThrownBy(() -> node.advance(null)).hasMessage("ready");
    assertThatThrownBy(() -> node.propose(Arrays.asList(bytes("a"), null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("data: a command is null");
    assertThat(node.status().failure()).isEmpty();
  }

  @Test
  @SuppressWarnings("NullAway") // What a host gets that does not check.
  void aNullIsNamedInTheLargestBatchThatMayBeToo() {
    RawNode node = Host.leader(knobs -> knobs.maxUncommittedEntries(2)).node;
    assertThatThrownBy(() -> node.propose(Arrays.asList(bytes("a"), null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("data: a command is null");
    assertThat(node.status().failure()).isEmpty();
  }

  @Test
  void aStatusTellsOfATransferUnderWay() {
    RawNode node = Host.leader().node;
    assertThat(node.status().toString()).doesNotContain("transfer");
    node.transferLeadership(2);
    assertThat(node.status().toString()).contains("transfer to 2");
  }

  // Taking.

  @Test
  void readyIsNotCalledWithoutHasReady() {
    Host host = Host.ofThree();
    assertThat(host.node.hasReady()).isFalse();

    refused(host, host.node::ready, "ready() may be called only when hasReady() is true");
  }

  @Test
  void readyIsNotCalledAgainWithoutHasReady() {
    Host host = Host.ofThree();
    host.node.step(heartbeat(2, 2, 1, 1));
    assertThat(host.node.hasReady()).isTrue();
    host.node.ready();

    refused(host, host.node::ready, "ready() may be called only when hasReady() is true");
  }

  @Test
  void readyIsNotCalledTwiceInARow() {
    Host host = Host.ofThree();
    host.node.step(heartbeat(2, 2, 1, 1));
    assertThat(host.node.hasReady()).isTrue();
    host.node.ready();

    assertThatThrownBy(host.node::ready)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("ready() may be called only when hasReady() is true");
  }

  @Test
  void readyIsNotCalledWhileAsManyAreOutAsMayBe() {
    Host host = Host.ofThree(config -> config.maxOutstandingReadys(2));
    host.node.step(heartbeat(2, 2, 1, 1));
    Ready first = host.node.ready();
    host.node.step(heartbeat(2, 2, 1, 2));
    host.node.ready();
    host.node.step(heartbeat(2, 2, 1, 3));

    assertThat(host.node.hasReady()).isFalse();
    refused(host, host.node::ready, "hasReady()");

    host.persist(first);
    assertThat(host.node.hasReady()).isTrue();
  }

  @Test
  void readysAreNumberedFromOne() {
    List<Ready> readys = new ArrayList<>();
    withReadys(readys);

    assertThat(readys.get(1).number()).isEqualTo(readys.get(0).number() + 1);
    assertThat(Host.on(MemoryStorage.bootstrapped(1)).node.hasReady()).isFalse();
    Host alone = Host.on(MemoryStorage.bootstrapped(1));
    alone.node.campaign();
    assertThat(alone.node.ready().number()).isEqualTo(1);
  }

  // Acknowledging writes.

  @Test
  void aReadyIsAcknowledgedOnce() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    host.persist(readys.get(0));

    refused(host, () -> host.node.persisted(readys.get(0)), "once and in order");
    refused(host, () -> host.node.advance(readys.get(0)), "once and in order");
  }

  @Test
  void readysAreAcknowledgedInOrder() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    readys.forEach(host::write);
    host.node.persisted(readys.get(1));

    refused(host, () -> host.node.persisted(readys.get(0)), "once and in order");
    host.node.persisted(readys.get(2));
  }

  @Test
  void anAcknowledgementImpliesAllBeforeIt() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    assertThat(host.status().persistedIndex()).isEqualTo(1);
    readys.forEach(host::write);

    host.node.persisted(readys.get(2));

    assertThat(host.status().persistedIndex()).isEqualTo(4);
  }

  @Test
  void theReadyOfAnotherNodeIsNotAcknowledged() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    List<Ready> others = new ArrayList<>();
    withReadys(others);

    refused(host, () -> host.node.persisted(others.get(0)), "was taken from another node");
    refused(host, () -> host.node.advance(others.get(2)), "was taken from another node");
  }

  @Test
  void theReadyOfTheNodeBeforeARestartIsNotAcknowledged() {
    List<Ready> before = new ArrayList<>();
    Host crashed = withReadys(before);
    Host host = Host.on(crashed.disk);
    host.node.campaign();
    host.node.ready();

    refused(host, () -> host.node.persisted(before.get(0)), "was taken from another node");
  }

  @Test
  void entriesThatAreNotInTheStorageAreNotAcknowledged() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    host.persist(readys.get(0));

    refused(
        host,
        () -> host.node.persisted(readys.get(1)),
        "persisted(Ready #"
            + readys.get(1).number()
            + "): the entries up to 3 are not in the storage, whose last index is 2;"
            + " a Ready is persisted before it is acknowledged");
    refused(host, () -> host.node.advance(readys.get(2)), "the entries up to 4 are not");

    host.persist(readys.get(1));
    host.persist(readys.get(2));
    assertThat(host.status().persistedIndex()).isEqualTo(4);
  }

  @Test
  void theFirstReadyThatIsNotPersistedIsNotAcknowledged() {
    Host host = Host.alone(Host.DEFAULTS);
    host.node.propose(bytes("a"));
    Ready forgotten = host.node.ready();

    refused(
        host,
        () -> host.node.advance(forgotten),
        "advance(Ready #" + forgotten.number() + "): the entries up to 3 are not in the storage");

    host.persist(forgotten);
    host.settle();
    assertThat(host.status().appliedIndex()).isEqualTo(3);
  }

  @Test
  void entriesOfAnEarlierReadyAreMissedToo() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    host.node.ready();
    host.node.step(heartbeat(3, 3, 1, 1)); // A Ready with a new term, and without entries.
    Ready second = host.node.ready();
    assertThat(second.entries()).isEmpty();
    host.write(second);

    refused(host, () -> host.node.persisted(second), "the entries up to 2 are not in the storage");
  }

  @Test
  void aSnapshotThatIsNotInTheStorageIsNotAcknowledged() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2, 2)));
    host.settle();
    host.node.step(install(2, 2, AT_10, 1));
    Ready ready = host.node.ready();

    refused(
        host,
        () -> host.node.advance(ready),
        "the snapshot at 10 is not in the storage, whose first index is 2;");

    host.write(ready);
    host.node.advance(ready);
    assertThat(host.status().appliedIndex()).isEqualTo(10);
  }

  @Test
  void aWriterMayBeAheadAndHaveRemovedWhatIsAcknowledged() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2, 2, 2)));
    Ready first = host.node.ready();
    host.node.step(append(3, 3, 2, 2, 1, entries(3, 3)));
    Ready second = host.node.ready();
    host.write(first);
    host.write(second);
    assertThat(host.disk.lastIndex()).isEqualTo(3);

    host.node.persisted(first);
    assertThat(host.status().persistedIndex()).isEqualTo(2);
    host.node.persisted(second);
    assertThat(host.status().persistedIndex()).isEqualTo(3);
  }

  @Test
  void aWriterMayBeAheadWithASnapshot() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2, 2)));
    Ready entries = host.node.ready();
    host.node.step(install(2, 2, AT_10, 1));
    Ready first = host.node.ready();
    host.node.step(install(2, 2, AT_20, 2));
    Ready second = host.node.ready();
    host.write(entries);
    host.write(first);
    host.write(second);

    host.node.persisted(entries);
    host.node.persisted(first);
    host.node.persisted(second);

    assertThat(host.status().persistedIndex()).isEqualTo(20);
  }

  @Test
  void aWriteThatOverwritesALongerLogMayLowerTheLastIndex() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2, 2, 2)));
    host.settle();
    host.node.step(append(3, 3, 1, 1, 1, entries(2, 3)));

    host.settle();

    assertThat(host.status().persistedIndex()).isEqualTo(2);
  }

  @Test
  void aStorageThatFailsDuringAnAcknowledgementFailsTheNode() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    host.write(readys.get(0));
    host.storage.fail(new IllegalStateException("the disk is gone"));

    assertThatThrownBy(() -> host.node.persisted(readys.get(0)))
        .isInstanceOf(NodeFailedException.class)
        .hasRootCauseMessage("the disk is gone");
  }

  @Test
  void whatIsAppliedDoesNotAcknowledgeAReadyAnew() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    readys.forEach(host::persist);
    host.node.ready();
    host.node.applied(3);

    refused(host, () -> host.node.persisted(readys.get(2)), "once and in order");
  }

  // Acknowledging what was applied.

  @Test
  void onlyWhatWasHandedOutIsApplied() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    readys.forEach(host::persist);
    Ready handing = host.node.ready();
    assertThat(handing.committedEntries()).hasSize(3);

    refused(
        host,
        () -> host.node.applied(5),
        "applied(5): the last index that a Ready gave to the state machine is 4");
    host.node.applied(3);
    assertThat(host.status().appliedIndex()).isEqualTo(3);
    host.node.applied(3);
    refused(
        host, () -> host.node.applied(2), "applied(2): the applied index never falls, and is 3");
    host.node.applied(4);
    refused(host, () -> host.node.applied(-1), "never falls");
  }

  @Test
  void nothingIsAppliedBeforeItIsHandedOut() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    readys.forEach(host::persist);

    refused(
        host,
        () -> host.node.applied(2),
        "the last index that a Ready gave to the state machine is 1");
  }

  @Test
  void aSnapshotIsNotAppliedBeforeItIsPersisted() {
    Host host = Host.follower();
    host.node.step(install(2, 2, AT_10, 1));
    Ready ready = host.node.ready();

    refused(host, () -> host.node.applied(10), "applied(10): the Ready with the snapshot at 10");

    host.persist(ready);
    host.node.applied(10);
    assertThat(host.status().appliedIndex()).isEqualTo(10);
  }

  @Test
  void entriesThatWereHandedOutMayBeAppliedWhileASnapshotWaits() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    readys.forEach(host::persist);
    Ready handing = host.node.ready();
    host.write(handing);
    host.node.step(install(2, 2, AT_10, 1));

    host.node.advance(handing);

    assertThat(host.status().appliedIndex()).isEqualTo(4);
    host.settle();
    assertThat(host.status().appliedIndex()).isEqualTo(10);
  }

  @Test
  void whatASnapshotSkipsIsNotAppliedAsItWasNeverHandedOut() {
    List<Ready> readys = new ArrayList<>();
    Host host = withReadys(readys);
    readys.forEach(host::persist);
    host.write(host.node.ready());
    host.node.step(install(2, 2, AT_10, 1));
    Ready snapshot = host.node.ready();
    host.write(snapshot);

    refused(
        host,
        () -> host.node.applied(5),
        "applied(5): the state machine was given a snapshot of a later index");
    host.node.applied(4);
    host.node.persisted(snapshot);
    refused(
        host,
        () -> host.node.applied(9),
        "applied(9): the state machine was given a snapshot of a later index");
    host.node.applied(10);
  }

  @Test
  void aSnapshotMayBeAppliedWhileTheNextOneWaits() {
    Host host = Host.follower();
    host.node.step(install(2, 2, AT_10, 1));
    Ready ready = host.node.ready();
    host.write(ready);
    host.node.step(install(2, 2, AT_20, 2));

    host.node.advance(ready);

    assertThat(host.status().appliedIndex()).isEqualTo(10);
    host.settle();
    assertThat(host.status().appliedIndex()).isEqualTo(20);
  }

  @Test
  void aSnapshotThatWasReplacedIsNotAppliedBeforeItIsPersistedEither() {
    Host host = Host.follower();
    host.node.step(install(2, 2, AT_10, 1));
    Ready first = host.node.ready();
    host.node.step(install(2, 2, AT_20, 2));
    Ready second = host.node.ready();

    refused(host, () -> host.node.applied(10), "snapshot at 10");
    refused(host, () -> host.node.applied(20), "snapshot at 10");
    host.persist(first);
    refused(host, () -> host.node.applied(20), "snapshot at 20");
    host.node.applied(10);
    host.persist(second);
    host.node.applied(20);
  }

  @Test
  void advanceIsPersistedAndApplied() {
    Host host = Host.alone(Host.DEFAULTS);
    host.node.propose(bytes("a"));
    host.turn();
    Ready ready = host.node.ready();
    assertThat(ready.committedEntries()).hasSize(1);

    host.node.advance(ready);

    assertThat(host.status().appliedIndex()).isEqualTo(3);
  }

  @Test
  void advanceAfterAnEarlierApplied() {
    Host host = Host.alone(Host.DEFAULTS);
    host.node.propose(bytes("a"));
    host.turn();
    Ready ready = host.node.ready();
    host.node.applied(3);

    host.node.advance(ready);

    assertThat(host.status().appliedIndex()).isEqualTo(3);
  }

  // Calls from within a call.

  private static Arguments call(String name, Consumer<RawNode> call) {
    return Arguments.of(name, call);
  }

  /** Every call that a failed node, or one that is in a call already, refuses. */
  static Stream<Arguments> calls() {
    return Stream.of(
        call("tick", RawNode::tick),
        call("step", node -> node.step(heartbeat(2, 2, 1, 1))),
        call("propose", node -> node.propose(bytes("a"))),
        call("propose a batch", node -> node.propose(List.of(bytes("a")))),
        call("propose nothing", node -> node.propose(List.of())),
        call("propose a change", node -> node.proposeConfChange(ConfChanges.addVoter(4).build())),
        call("propose a change without a form", node -> node.proposeConfChange(NO_FORM)),
        call("readIndex", node -> node.readIndex(bytes("a"))),
        call("transferLeadership", RawNode::transferLeadership),
        call("campaign", RawNode::campaign),
        call("resign", RawNode::resign),
        call("forgetLeader", RawNode::forgetLeader),
        call("reportUnreachable", node -> node.reportUnreachable(2)),
        call("reportSnapshot", node -> node.reportSnapshot(2, 1, SnapshotStatus.FAILED)),
        call("storageReady", RawNode::storageReady),
        call("hasReady", RawNode::hasReady),
        call("ready", RawNode::ready),
        call("persisted", node -> node.persisted(ANY)),
        call("advance", node -> node.advance(ANY)),
        call("applied", node -> node.applied(77)),
        call("confState", RawNode::confState),
        call("role", RawNode::role),
        call("leader", RawNode::leader),
        call("term", RawNode::term));
  }

  /** Too large to be serialized. */
  private static final ConfChange NO_FORM =
      ConfChanges.addVoter(4).context(rope(Integer.MAX_VALUE)).build();

  private static final Ready ANY = anyReady();

  private static Ready anyReady() {
    Host host = Host.ofThree();
    host.node.campaign();
    return host.node.ready();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -3, Long.MIN_VALUE})
  void aReportOnAnIdThatNoNodeHasIsRefused(long peer) {
    for (Host host : List.of(Host.follower(), Host.leader())) {
      assertThatThrownBy(() -> host.node.reportUnreachable(peer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("peer: an id is at least 1: " + peer);
      assertThatThrownBy(() -> host.node.reportSnapshot(peer, 1, SnapshotStatus.FAILED))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("peer: an id is at least 1: " + peer);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void anObserverDoesNotCallTheNode(String name, Consumer<RawNode> call) {
    List<RawNode> node = new ArrayList<>();
    List<Throwable> thrown = new ArrayList<>();
    RaftObserver observer =
        event -> {
          try {
            call.accept(node.get(0));
          } catch (IllegalStateException e) {
            thrown.add(e);
          }
        };
    node.add(
        RawNode.open(
            Host.plain(1).observer(observer).build(), MemoryStorage.bootstrapped(1, 2, 3)));

    node.get(0).campaign();

    assertThat(thrown).as(name).isNotEmpty();
    assertThat(thrown.get(0)).hasMessage("an observer or a storage must not call the node");
    assertThat(node.get(0).status().role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(node.get(0).hasReady()).isTrue();
  }

  @Test
  void anObserverThatThrowsFailsTheNodeAsAReadyMayBeLostWithIt() {
    RuntimeException cause = new IllegalStateException("the observer's own");
    RaftObserver observer =
        event -> {
          throw cause;
        };
    RawNode node =
        RawNode.open(Host.plain(1).observer(observer).build(), MemoryStorage.bootstrapped(1, 2, 3));

    assertThatThrownBy(node::campaign).isInstanceOf(NodeFailedException.class).hasCause(cause);

    assertThatThrownBy(node::tick).isInstanceOf(NodeFailedException.class).hasCause(cause);
    assertThat(node.status().failure()).contains(cause);
  }

  @Test
  void statusAnswersAlsoWhereItIsTheFirstToMeetTheFailure() {
    Host host = Host.follower();
    RuntimeException cause = new IllegalStateException("the disk is gone");
    host.storage.fail(cause);

    assertThat(host.status().failure()).contains(cause);

    assertThatThrownBy(() -> host.node.tick())
        .isInstanceOf(NodeFailedException.class)
        .hasCause(cause);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void aFailedNodeAnswersNothingButItsStatus(String name, Consumer<RawNode> call) {
    Host host = Host.follower();
    RuntimeException cause = new IllegalStateException("the disk is gone");
    host.storage.fail(cause);
    assertThatThrownBy(() -> host.node.step(append(2, 2, 1, 1, 1, entries(2, 2))))
        .isInstanceOf(NodeFailedException.class)
        .hasCause(cause);
    host.storage.fail(new IllegalStateException("another failure"));

    assertThatThrownBy(() -> call.accept(host.node))
        .as(name)
        .isInstanceOf(NodeFailedException.class)
        .hasMessage("node 1 has failed: java.lang.IllegalStateException: the disk is gone")
        .hasCause(cause);
    assertThat(host.status().failure()).contains(cause);
    assertThat(host.status().id()).isEqualTo(1);
    assertThat(host.status().term()).isEqualTo(2);
    assertThat(host.status().last()).isEqualTo(LogId.NONE);
    assertThat(host.status().toString()).contains("failed: ");
  }

  @Test
  void aStorageThatWorksAgainDoesNotMendTheNode() {
    Host host = Host.follower();
    RuntimeException cause = new IllegalStateException("the disk is gone");
    host.storage.fail(cause);
    assertThatThrownBy(() -> host.node.step(append(2, 2, 1, 1, 1, entries(2, 2))))
        .isInstanceOf(NodeFailedException.class);
    host.storage.fail(null);

    assertThatThrownBy(host.node::tick).isInstanceOf(NodeFailedException.class).hasCause(cause);
    assertThat(host.status().last()).isEqualTo(new LogId(1, 1));
  }

  /** A follower that reads the term of the last committed entry when it campaigns. */
  private static Host withAnUncommittedEntry() {
    return Host.on(storage(hardState(2, 0, 1), voters(1, 2, 3), 1));
  }

  static Stream<Arguments> callsThatReadTheStorage() {
    return Stream.of(
        call("step", node -> node.step(append(2, 2, 1, 1, 1, entries(2, 2)))),
        call("campaign", RawNode::campaign),
        call(
            "tick",
            node -> {
              for (int i = 0; i < 20; i++) {
                node.tick();
              }
              node.hasReady();
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("callsThatReadTheStorage")
  void aStorageThatThrowsFailsTheNodeInWhateverCall(String name, Consumer<RawNode> call) {
    Host host = withAnUncommittedEntry();
    host.storage.fail(new IllegalStateException("the disk is gone"));

    assertThatThrownBy(() -> call.accept(host.node))
        .as(name)
        .isInstanceOf(NodeFailedException.class)
        .hasRootCauseMessage("the disk is gone");
    assertThat(host.status().failure()).isPresent();
  }

  @Test
  void aStorageThatThrowsWhenCommittedEntriesAreReadFailsTheNode() {
    Host host = Host.alone(Host.DEFAULTS);
    host.node.propose(bytes("a"));
    Ready ready = host.node.ready();
    host.write(ready);
    host.node.persisted(ready);
    host.storage.fail(new IllegalStateException("the disk is gone"));

    assertThatThrownBy(host.node::ready)
        .isInstanceOf(NodeFailedException.class)
        .hasRootCauseMessage("the disk is gone");
    assertThatThrownBy(host.node::hasReady).isInstanceOf(NodeFailedException.class);
  }

  @Test
  void aStorageThatLiesFailsTheNode() {
    Host host = Host.alone(Host.DEFAULTS);
    host.storage.entriesLie = truth -> new Storage.EntriesResult.Available(entries(9, 2));
    host.node.propose(bytes("a"));
    Ready ready = host.node.ready();
    host.persist(ready);

    assertThatThrownBy(host.node::ready)
        .isInstanceOf(NodeFailedException.class)
        .hasRootCauseMessage("storage: entry 9 where 3 is due");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void aSecondThreadIsToldSoByName(String name, Consumer<RawNode> call) {
    Host host = Host.follower();
    List<Throwable> thrown = new ArrayList<>();
    host.storage.entriesLie =
        truth -> {
          thrown.add(inAnotherThread("intruder", () -> call.accept(host.node)));
          return truth;
        };

    Thread owner = Thread.currentThread();
    String ownersName = owner.getName();
    owner.setName("owner");
    try {
      host.step(append(2, 2, 1, 1, 2, entries(2, 2)));
    } finally {
      owner.setName(ownersName);
    }

    assertThat(thrown)
        .as(name)
        .singleElement(InstanceOfAssertFactories.THROWABLE)
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage(
            "node 1 is called by thread 'intruder' during a call of thread 'owner'; a node has one"
                + " owner");
    assertThat(host.status().appliedIndex()).as("goes on").isEqualTo(2);
  }

  @Test
  void aSecondThreadDoesNotAskForTheStatusMeanwhile() {
    Host host = Host.follower();
    List<Throwable> thrown = new ArrayList<>();
    host.storage.entriesLie =
        truth -> {
          thrown.add(inAnotherThread("intruder", host.node::status));
          return truth;
        };

    host.step(append(2, 2, 1, 1, 2, entries(2, 2)));

    assertThat(thrown)
        .singleElement(InstanceOfAssertFactories.THROWABLE)
        .hasMessageStartingWith("node 1 is called by thread 'intruder' during a call of thread ");
  }

  @Test
  void anotherThreadMayAskForTheStatusOfAFailedNode() {
    Host host = withAnUncommittedEntry();
    host.storage.fail(new IllegalStateException("the disk is gone"));
    assertThatThrownBy(host.node::campaign).isInstanceOf(NodeFailedException.class);

    assertThat(inAnotherThread("watcher", host.node::status)).isNull();
  }

  @Test
  void anotherThreadMayOwnTheNodeLater() {
    Host host = Host.follower();

    assertThat(inAnotherThread("next owner", host.node::tick)).isNull();
    assertThat(host.status().failure()).isEmpty();
  }

  /** Runs something in a thread of its own, and returns what it throws; null for nothing. */
  private static @Nullable Throwable inAnotherThread(String name, Runnable call) {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                call.run();
              } catch (RuntimeException e) {
                thrown.set(e);
              }
            },
            name);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return thrown.get();
  }

  @Test
  void anObserverMayAskForTheStatus() {
    List<RawNode> node = new ArrayList<>();
    List<Status> seen = new ArrayList<>();
    RaftObserver observer = event -> seen.add(node.get(0).status());
    node.add(
        RawNode.open(
            Host.plain(1).observer(observer).build(), MemoryStorage.bootstrapped(1, 2, 3)));

    node.get(0).campaign();

    assertThat(seen).isNotEmpty().allSatisfy(status -> assertThat(status.term()).isEqualTo(2));
  }

  @Test
  void aStorageDoesNotCallTheNode() {
    Host host = Host.follower();
    List<RuntimeException> thrown = new ArrayList<>();
    host.storage.entriesLie =
        truth -> {
          try {
            host.node.tick();
          } catch (IllegalStateException e) {
            thrown.add(e);
          }
          return truth;
        };
    host.step(append(2, 2, 1, 1, 2, entries(2, 2)));

    assertThat(thrown).hasSize(1);
    assertThat(host.status().appliedIndex()).isEqualTo(2);
  }

  // Arguments.

  @Test
  void anEmptyBatchIsRefused() {
    Host host = Host.leader();

    assertThatThrownBy(() -> host.node.propose(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("data: at least one command");
    assertThat(host.node.hasReady()).isFalse();
  }
}
