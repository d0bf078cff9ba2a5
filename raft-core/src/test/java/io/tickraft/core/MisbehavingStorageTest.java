package io.tickraft.core;

import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tickraft.core.Storage.EntriesResult;
import io.tickraft.core.Storage.SnapshotResult;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A storage that breaks its contract is named as what it is: when a node is opened, and later on.
 */
@SuppressWarnings("NullAway") // What a storage may answer that does not check.
final class MisbehavingStorageTest {

  private static final ConfState THREE = voters(1, 2, 3);

  /** A storage with a log of (1,1) to (1,4), (2,5) and (2,6), of which all up to 4 is committed. */
  private static AwkwardStorage awkward() {
    return new AwkwardStorage(storage(hardState(2, 0, 4), THREE, 1, 1, 1, 2, 2));
  }

  private static EntriesResult available(List<Entry> entries) {
    return new EntriesResult.Available(entries);
  }

  private static Arguments row(String why, Consumer<AwkwardStorage> lie, String message) {
    return arguments(why, lie, message);
  }

  // Opening.

  static Stream<Arguments> atOpening() {
    return Stream.of(
        row(
            "no hard state",
            storage -> storage.hardStateLie = truth -> null,
            "storage: initialState() returned null"),
        row(
            "no snapshot",
            storage -> storage.snapshotLie = truth -> null,
            "storage: snapshot() returned null"),
        row(
            "no entries",
            storage -> storage.entriesLie = truth -> null,
            "storage: entries(2, 7, 1048576) returned null"),
        row(
            "a list of none",
            storage -> storage.entriesLie = truth -> available(List.of()),
            "storage: 0 entries where 2 to 6 are due"),
        row(
            "more entries than there are",
            storage -> storage.entriesLie = truth -> available(entries(2, 1, 1, 1, 2, 2, 2)),
            "storage: 6 entries where 2 to 6 are due"),
        row(
            "a null among the entries",
            storage -> storage.entriesLie = truth -> available(Arrays.asList(entry(1, 2), null)),
            "storage: null where entry 3 is due"),
        row(
            "an entry of another index",
            storage -> storage.entriesLie = truth -> available(entries(3, 1, 1)),
            "storage: entry 3 where 2 is due"),
        row(
            "terms that fall",
            storage -> storage.entriesLie = truth -> available(entries(2, 1, 2, 1, 2, 2)),
            "storage: entry 4 is of term 1, and terms do not fall along a log: 2 or later is due"),
        row(
            "an entry without a term",
            storage -> storage.entriesLie = truth -> available(entries(2, 0)),
            "storage: entry 2 is of term 0, and terms do not fall"),
        row(
            "an entry of a later term than the last one",
            storage -> storage.entriesLie = truth -> available(entries(2, 1, 1, 3, 3, 3)),
            "storage: entry 4 is of term 3, and the latest term of an entry in the log is 2"),
        row(
            "a last entry of another term than said",
            storage -> storage.entriesLie = truth -> available(entries(2, 1, 1, 1, 1, 1)),
            "storage: the last entry, 6, is of term 1, but term(6) returned 2"),
        row(
            "an entry that is compacted",
            storage -> storage.entriesLie = truth -> new EntriesResult.Compacted(),
            "storage: entry 2 is compacted, but the first index is 2"),
        row(
            "a first index beyond the last one",
            storage -> storage.firstIndexLie = truth -> 8,
            "storage: the first index is 8 but the last index is 6"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("atOpening")
  void whatIsWrongIsSaidWhenANodeIsOpened(
      String why, Consumer<AwkwardStorage> lie, String message) {
    AwkwardStorage storage = awkward();
    lie.accept(storage);

    assertThatThrownBy(() -> RawNode.open(Host.plain(1).build(), storage))
        .as(why)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void termsThatFallFromOneAnswerToTheNextAreNoticedWhenANodeIsOpened() {
    AwkwardStorage storage = awkward();
    storage.entriesLie =
        truth -> {
          long first = ((EntriesResult.Available) truth).entries().get(0).getIndex();
          return available(entries(first, first == 2 ? 2 : 1));
        };

    assertThatThrownBy(() -> RawNode.open(Host.plain(1).build(), storage))
        .hasMessageStartingWith("storage: entry 3 is of term 1, and terms do not fall");
  }

  @Test
  void theSnapshotIsAskedForOnceWhenANodeIsOpened() {
    AwkwardStorage storage = awkward();
    storage.snapshotLie = truth -> storage.snapshotsAsked > 1 ? new SnapshotResult.NotYet() : truth;

    RawNode node = RawNode.open(Host.plain(1).build(), storage);

    assertThat(node.status().appliedIndex()).isEqualTo(1);
    assertThat(storage.snapshotsAsked).isEqualTo(1);
  }

  // Later on.

  static Stream<Arguments> whileCommittedEntriesAreRead() {
    return Stream.of(
        row(
            "no entries",
            storage -> storage.entriesLie = truth -> null,
            "storage: entries(2, 5, 16777216) returned null"),
        row(
            "a null among the entries",
            storage -> storage.entriesLie = truth -> available(Collections.nCopies(2, null)),
            "storage: null where entry 2 is due"),
        row(
            "an entry of another index",
            storage -> storage.entriesLie = truth -> available(List.of(entry(1, 2), entry(1, 4))),
            "storage: entry 4 where 3 is due"),
        row(
            "terms that fall",
            storage -> storage.entriesLie = truth -> available(entries(2, 2, 1)),
            "storage: entry 3 is of term 1, and terms do not fall along a log: 2 or later is due"),
        row(
            "an entry of a later term than the node has seen",
            storage -> storage.entriesLie = truth -> available(entries(2, 1, 7)),
            "storage: entry 3 is of term 7, and the latest term of an entry in the log is 2"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whileCommittedEntriesAreRead")
  void entriesThatAreWrongFailTheNode(String why, Consumer<AwkwardStorage> lie, String message) {
    AwkwardStorage storage = awkward();
    RawNode node = RawNode.open(Host.plain(1).build(), storage);
    lie.accept(storage);

    failsTheNode(node::hasReady, message);
  }

  @Test
  void aHostThatCompactsWhatIsNotAppliedIsToldSo() {
    MemoryStorage disk = storage(hardState(2, 0, 4), THREE, 1, 1, 1, 2, 2);
    RawNode node = RawNode.open(Host.plain(1).build(), disk);
    disk.createSnapshot(4, THREE, bytes("state"));
    disk.compact(4);

    failsTheNode(
        node::hasReady,
        "storage: the host has compacted entry 2, which is not applied (applied index 1, first"
            + " index 5)");
  }

  static Stream<Arguments> whileAnAppendIsTaken() {
    return Stream.of(
        row(
            "no term of an entry that is there",
            storage -> storage.termLie = (index, truth) -> index == 4 ? 0 : truth,
            "storage: term(4) returned 0, but the log has that entry, and terms from 1 to 2"),
        row("a negative term", storage -> storage.termLie = (index, truth) -> -1, "storage: term("),
        row(
            "a term that no entry has",
            storage -> storage.termLie = (index, truth) -> index == 4 ? 3 : truth,
            "storage: term(4) returned 3, but the log has that entry, and terms from 1 to 2"),
        row(
            "a first index of 0",
            storage -> storage.firstIndexLie = truth -> 0,
            "storage: the first index is 0, but only entries up to 1"),
        row(
            "more compacted than was applied",
            storage -> storage.firstIndexLie = truth -> 3,
            "storage: the first index is 3, but only entries up to 1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whileAnAppendIsTaken")
  void termsAndBoundsThatAreWrongFailTheNode(
      String why, Consumer<AwkwardStorage> lie, String message) {
    AwkwardStorage storage = awkward();
    RawNode node = RawNode.open(Host.plain(1).build(), storage);
    node.step(heartbeat(2, 2, 4, 1));
    lie.accept(storage);

    failsTheNode(() -> node.step(append(2, 2, 1, 4, 4, entries(5, 2))), message);
  }

  @Test
  void aSnapshotThatIsNullFailsTheNode() {
    Host host = Host.on(storage(hardState(2, 0, 6), THREE, 1, 1, 2, 2, 2));
    host.settle();
    host.disk.createSnapshot(4, THREE, bytes("state"));
    host.disk.compact(4);
    host.node.campaign();
    host.settle();
    host.node.step(granted(3, 3));
    host.settle();
    host.storage.snapshotLie = truth -> null;
    host.node.step(rejected(2, 3, 6, 1, 1));

    failsTheNode(host.node::hasReady, "storage: snapshot() returned null");
  }

  private static void failsTheNode(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(NodeFailedException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aNodeThatWaitsIsNotCalledAfterItsStorageHasFailed() {
    Host host = Host.follower();
    assertThat(host.node.hasReady()).isFalse();
    host.ticks(1);
    host.storage.fail(new IllegalStateException("disk"));
    assertThat(host.node.status().failure()).isPresent();

    assertThatThrownBy(host.node::tick).isInstanceOf(NodeFailedException.class);
    assertThatThrownBy(host.node::hasReady).isInstanceOf(NodeFailedException.class);
    assertThatThrownBy(host.node::ready).isInstanceOf(NodeFailedException.class);
  }

  @Test
  void aNodeThatFailedWhenItsObserverAskedForTheStatusIsNotCalledAgain() {
    AwkwardStorage storage = awkward();
    RawNode[] node = new RawNode[1];
    RaftObserver observer =
        event -> {
          storage.fail(new IllegalStateException("disk"));
          assertThat(node[0].status().failure()).isPresent();
          storage.fail(null);
        };
    node[0] = RawNode.open(Host.plain(1).observer(observer).build(), storage);

    node[0].campaign();

    assertThatThrownBy(node[0]::tick).isInstanceOf(NodeFailedException.class);
    assertThatThrownBy(node[0]::hasReady).isInstanceOf(NodeFailedException.class);
  }
}
