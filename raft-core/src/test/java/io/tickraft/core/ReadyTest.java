package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.install;
import static io.tickraft.core.Messages.propose;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Messages.vote;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.indexes;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.terms;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Append;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Message.BodyCase;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Ready holds, and what the acknowledgements of one do. */
final class ReadyTest {

  private static final ConfState THREE = voters(1, 2, 3);

  private static List<BodyCase> kinds(List<Message> messages) {
    return messages.stream().map(Message::getBodyCase).distinct().toList();
  }

  // What must be synced.

  private static Arguments sync(
      String what, Supplier<Host> state, Consumer<Host> input, boolean expected) {
    return Arguments.of(what, state, input, expected);
  }

  static Stream<Arguments> writes() {
    return Stream.of(
        sync("a later term", Host::follower, h -> h.node.step(heartbeat(3, 3, 1, 1)), true),
        sync("a vote", Host::ofThree, h -> h.node.step(vote(2, 1, 1, 1)), true),
        sync("a campaign", Host::ofThree, h -> h.node.campaign(), true),
        sync(
            "entries",
            Host::follower,
            h -> h.node.step(append(2, 2, 1, 1, 1, entries(2, 2))),
            true),
        sync(
            "a snapshot",
            Host::follower,
            h -> h.node.step(install(2, 2, snapshot(2, 9, THREE), 1)),
            true),
        sync("an own entry", Host::leader, h -> h.node.propose(bytes("a")), true),
        sync(
            "a commit index alone",
            ReadyTest::followerWithAnEntry,
            h -> h.node.step(heartbeat(2, 2, 2, 2)),
            false),
        sync("messages alone", Host::leader, h -> h.node.tick(), false),
        sync(
            "entries that are there already",
            ReadyTest::followerWithAnEntry,
            h -> h.node.step(append(2, 2, 1, 1, 1, entries(2, 2))),
            false),
        sync(
            "a second answer to the same candidate",
            ReadyTest::voter,
            h -> h.node.step(vote(2, 1, 1, 1)),
            false));
  }

  private static Host followerWithAnEntry() {
    Host host = Host.follower();
    host.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    return host;
  }

  private static Host voter() {
    Host host = Host.ofThree();
    host.step(vote(2, 1, 1, 1));
    return host;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("writes")
  void mustSyncSaysWhetherMoreThanTheCommitIndexChanged(
      String what, Supplier<Host> state, Consumer<Host> input, boolean expected) {
    Host host = state.get();

    input.accept(host);
    Ready ready = host.node.ready();

    assertThat(ready.mustSync()).as(what).isEqualTo(expected);
    boolean writesMore = !ready.entries().isEmpty() || ready.snapshot().isPresent();
    assertThat(expected || !writesMore).isTrue();
  }

  @Test
  void theHardStateIsToldOnlyWhenItHasChanged() {
    Host host = Host.follower();
    host.node.step(heartbeat(2, 2, 1, 9));
    assertThat(host.node.ready().hardState()).isEmpty();

    host.node.step(vote(3, 3, 1, 1));
    Ready ready = host.node.ready();
    assertThat(ready.hardState()).contains(hardState(3, 3, 1));

    host.node.step(vote(3, 3, 1, 1));
    assertThat(host.node.ready().hardState()).as("told before, if not yet persisted").isEmpty();
  }

  // What may leave when.

  private enum When {
    AT_ONCE,
    AFTER_THE_WRITE
  }

  private static Arguments leaves(
      BodyCase kind, String state, Supplier<Host> host, Consumer<Host> input, When when) {
    return Arguments.of(kind, state, host, input, when);
  }

  /** A follower that has heard of term 3, and whose host has not persisted that. */
  private static Host inUndurableTerm() {
    Host host = Host.follower();
    host.node.step(heartbeat(2, 3, 1, 1));
    host.node.ready();
    return host;
  }

  private static Host forwarding() {
    return Host.follower(config -> config.forwardProposals(true));
  }

  /** Leads, and its member 2 needs what is compacted. */
  private static Host leaderWithACompactedLog() {
    Host host = Host.leader();
    host.disk.createSnapshot(2, THREE, bytes("state"));
    host.disk.compact(2);
    host.node.step(rejected(2, 2, 2, 1, 1)); // stale: matches up to 2 already
    host.step(heartbeat(3, 3, 1, 1)); // steps down
    host.node.campaign();
    host.settle();
    host.node.step(granted(2, 4));
    host.settle();
    host.node.step(rejected(2, 4, 2, 1, 1));
    return host;
  }

  static Stream<Arguments> messages() {
    List<Entry> entry = entries(2, 2);
    return Stream.of(
        leaves(
            BodyCase.APPEND,
            "leader, its entry not persisted",
            Host::leader,
            h -> h.node.propose(bytes("a")),
            When.AT_ONCE),
        leaves(BodyCase.HEARTBEAT, "leader", Host::leader, h -> h.node.tick(), When.AT_ONCE),
        leaves(
            BodyCase.INSTALL_SNAPSHOT,
            "leader",
            ReadyTest::leaderWithACompactedLog,
            h -> {},
            When.AT_ONCE),
        leaves(
            BodyCase.PROPOSE_RESPONSE,
            "leader",
            Host::leader,
            h -> h.node.step(propose(2, bytes("a"))),
            When.AT_ONCE),
        leaves(
            BodyCase.PROPOSE_RESPONSE,
            "follower",
            Host::follower,
            h -> h.node.step(propose(3, bytes("a"))),
            When.AT_ONCE),
        leaves(
            BodyCase.PROPOSE,
            "follower",
            ReadyTest::forwarding,
            h -> h.node.propose(bytes("a")),
            When.AT_ONCE),
        leaves(
            BodyCase.HEARTBEAT_RESPONSE,
            "follower",
            Host::follower,
            h -> h.node.step(heartbeat(2, 2, 1, 2)),
            When.AT_ONCE),
        leaves(
            BodyCase.HEARTBEAT_RESPONSE,
            "follower in a new term",
            Host::follower,
            h -> h.node.step(heartbeat(2, 3, 1, 1)),
            When.AFTER_THE_WRITE),
        leaves(
            BodyCase.HEARTBEAT_RESPONSE,
            "follower in a term told and not persisted",
            ReadyTest::inUndurableTerm,
            h -> h.node.step(heartbeat(2, 3, 1, 2)),
            When.AFTER_THE_WRITE),
        leaves(
            BodyCase.HEARTBEAT_RESPONSE,
            "to a lower term",
            Host::follower,
            h -> h.node.step(heartbeat(3, 1, 1, 1)),
            When.AT_ONCE),
        leaves(
            BodyCase.HEARTBEAT_RESPONSE,
            "to a lower term, the own not persisted",
            ReadyTest::inUndurableTerm,
            h -> h.node.step(heartbeat(3, 2, 1, 1)),
            When.AFTER_THE_WRITE),
        leaves(
            BodyCase.APPEND_RESPONSE,
            "follower, accepting",
            Host::follower,
            h -> h.node.step(append(2, 2, 1, 1, 1, entry)),
            When.AFTER_THE_WRITE),
        leaves(
            BodyCase.APPEND_RESPONSE,
            "follower, rejecting",
            Host::follower,
            h -> h.node.step(append(2, 2, 2, 9, 1, List.of())),
            When.AFTER_THE_WRITE),
        leaves(
            BodyCase.APPEND_RESPONSE,
            "to a lower term",
            Host::follower,
            h -> h.node.step(append(3, 1, 1, 1, 1, List.of())),
            When.AT_ONCE),
        leaves(
            BodyCase.INSTALL_SNAPSHOT_RESPONSE,
            "follower, installing",
            Host::follower,
            h -> h.node.step(install(2, 2, snapshot(2, 9, THREE), 1)),
            When.AFTER_THE_WRITE),
        leaves(
            BodyCase.INSTALL_SNAPSHOT_RESPONSE,
            "follower that has it",
            Host::follower,
            h -> h.node.step(install(2, 2, snapshot(1, 1, THREE), 1)),
            When.AFTER_THE_WRITE),
        leaves(
            BodyCase.INSTALL_SNAPSHOT_RESPONSE,
            "to a lower term",
            Host::follower,
            h -> h.node.step(install(3, 1, snapshot(1, 1, THREE), 1)),
            When.AT_ONCE),
        leaves(
            BodyCase.VOTE,
            "candidate",
            Host::ofThree,
            h -> h.node.campaign(),
            When.AFTER_THE_WRITE),
        leaves(
            BodyCase.VOTE_RESPONSE,
            "granting",
            Host::ofThree,
            h -> h.node.step(vote(2, 1, 1, 1)),
            When.AFTER_THE_WRITE),
        leaves(
            BodyCase.VOTE_RESPONSE,
            "refusing",
            Host::follower,
            h -> h.node.step(vote(3, 2, 1, 1)),
            When.AFTER_THE_WRITE));
  }

  @ParameterizedTest(name = "{0} of a {1}: {4}")
  @MethodSource("messages")
  void aMessageLeavesWhenAllItRestsOnIsDurable(
      BodyCase kind, String state, Supplier<Host> node, Consumer<Host> input, When when) {
    Host host = node.get();

    input.accept(host);
    Ready ready = host.node.ready();

    boolean atOnce = when == When.AT_ONCE;
    assertThat(kinds(ready.messages()).contains(kind)).as(state).isEqualTo(atOnce);
    assertThat(kinds(ready.messagesAfterPersist()).contains(kind)).isEqualTo(!atOnce);
  }

  @Test
  void everyMessageNamesItsSenderReceiverTermAndGroup() {
    Host host = Host.ofThree(config -> config.group(7));
    host.node.campaign();

    List<Message> votes = host.settle();

    assertThat(votes)
        .extracting(Message::getFrom, Message::getTo, Message::getTerm, Message::getGroup)
        .containsExactly(tuple(1L, 2L, 2L, 7L), tuple(1L, 3L, 2L, 7L));
  }

  // The node's own acknowledgements.

  @Test
  void aVoteForItselfCountsWhenItIsPersisted() {
    Host host = Host.ofThree();
    host.node.campaign();
    Ready ready = host.node.ready();
    host.write(ready);

    host.node.step(granted(2, 2));
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);

    host.node.persisted(ready);
    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void aSingleNodeLeadsWhenItsVoteIsPersisted() {
    Host host = Host.on(MemoryStorage.bootstrapped(1));
    host.node.campaign();
    Ready ready = host.node.ready();
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);

    host.persist(ready);

    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
    assertThat(host.status().leader()).isEqualTo(1);
  }

  @Test
  void aSingleNodeCommitsWhenItsEntryIsPersisted() {
    Host host = Host.on(MemoryStorage.bootstrapped(1));
    host.node.campaign();
    host.turn();
    Ready noOp = host.node.ready();
    assertThat(indexes(noOp.entries())).containsExactly(2L);
    assertThat(host.status().commitIndex()).isEqualTo(1);

    host.persist(noOp);

    assertThat(host.status().commitIndex()).isEqualTo(2);
    Ready committed = host.node.ready();
    assertThat(indexes(committed.committedEntries())).containsExactly(2L);
    assertThat(committed.hardState()).contains(hardState(2, 1, 2));
    assertThat(committed.mustSync()).isFalse();
  }

  @Test
  void anOwnEntryCountsWhenItIsPersisted() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    Ready ready = host.node.ready();
    host.write(ready);

    host.node.step(accepted(2, 2, 3, 2));
    assertThat(host.status().commitIndex()).isEqualTo(2);

    host.node.persisted(ready);
    assertThat(host.status().commitIndex()).isEqualTo(3);
  }

  @Test
  void aQuorumOfOthersCommitsWithoutTheLeadersDisk() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    Ready ready = host.node.ready();
    host.write(ready);

    host.node.step(accepted(2, 2, 3, 2));
    host.node.step(accepted(3, 2, 3, 2));

    assertThat(host.status().commitIndex()).isEqualTo(3);
    Ready next = host.node.ready();
    assertThat(next.committedEntries()).as("not persisted here").isEmpty();
    host.write(next);
    host.node.persisted(next);
    assertThat(indexes(host.node.ready().committedEntries())).containsExactly(3L);
  }

  @Test
  void aNewLeaderCountsOnlyWhatItHasPersisted() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    Ready entry = host.node.ready(); // its write takes its time
    host.node.campaign();
    Ready campaign = host.node.ready();
    host.persist(entry);
    host.persist(campaign);
    host.node.step(granted(2, 3));

    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
    assertThat(host.peer(1).matchIndex()).isEqualTo(2);
    assertThat(host.status().last()).isEqualTo(new LogId(3, 3));
    Ready noOp = host.node.ready();
    host.persist(noOp);
    assertThat(host.peer(1).matchIndex()).isEqualTo(3);
  }

  // Several Readys out.

  @Test
  void threeReadysOutAreAcknowledgedOneByOne() {
    Host host = Host.leader();
    List<Ready> readys = new ArrayList<>();
    for (String data : List.of("a", "b", "c")) {
      host.node.propose(bytes(data));
      readys.add(host.node.ready());
    }
    assertThat(readys)
        .extracting(ready -> indexes(ready.entries()))
        .containsExactly(List.of(3L), List.of(4L), List.of(5L));
    host.node.step(accepted(2, 2, 5, 2));

    for (int i = 0; i < 3; i++) {
      host.persist(readys.get(i));
      assertThat(host.status().persistedIndex()).isEqualTo(3 + i);
      assertThat(host.status().commitIndex()).isEqualTo(3 + i);
    }
  }

  @Test
  void appendsOfEntriesThatAreNotPersistedFollowEachOther() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    Ready first = host.node.ready();
    host.node.propose(bytes("b"));
    Ready second = host.node.ready();

    assertThat(first.messages()).hasSize(2);
    assertThat(second.messages())
        .extracting(message -> indexes(message.getAppend().getEntriesList()))
        .containsExactly(List.of(4L), List.of(4L));
  }

  @Test
  void aPromiseOfALaterReadyWaitsForTheEarlierOnes() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    Ready first = host.node.ready();
    host.node.step(append(2, 2, 2, 2, 1, entries(3, 2)));
    Ready second = host.node.ready();

    assertThat(first.messagesAfterPersist().get(0).getAppendResponse().getAccepted().getMatch())
        .isEqualTo(2);
    assertThat(second.messagesAfterPersist().get(0).getAppendResponse().getAccepted().getMatch())
        .isEqualTo(3);
    assertThat(second.entries()).isEqualTo(entries(3, 2));
  }

  @Test
  void whatALateWriteHeldIsNotStableWhenItWasOverwrittenTwice() {
    // The same index by three leaders, each of whose writes is out when the next one arrives.
    Host host = Host.follower();
    List<Ready> readys = new ArrayList<>();
    for (long term = 2; term <= 4; term++) {
      long leader = term % 2 == 0 ? 2 : 3;
      host.node.step(append(leader, term, 1, 1, 1, entries(2, term)));
      readys.add(host.node.ready());
    }
    host.node.step(heartbeat(2, 4, 2, 1)); // and it is committed
    readys.add(host.node.ready());
    assertThat(host.status().commitIndex()).isEqualTo(2);

    host.persist(readys.get(0));
    assertThat(host.status().persistedIndex()).isEqualTo(1);
    assertThat(host.node.hasReady()).isFalse();
    host.persist(readys.get(1));
    assertThat(host.status().persistedIndex()).isEqualTo(1);
    assertThat(host.node.hasReady()).isFalse();
    host.persist(readys.get(2));
    assertThat(host.status().persistedIndex()).isEqualTo(2);
    assertThat(terms(host.node.ready().committedEntries())).containsExactly(4L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void noMoreReadysAreOutThanMayBe(int max) {
    Host host = Host.follower(config -> config.maxOutstandingReadys(max));
    List<Ready> out = new ArrayList<>();
    for (long index = 2; index <= 9; index++) {
      host.node.step(append(2, 2, index == 2 ? 1 : 2, index - 1, 1, entries(index, 2)));
      if (host.node.hasReady()) {
        out.add(host.node.ready());
      }
    }
    assertThat(out).hasSize(max);

    host.persist(out.get(0));

    Ready next = host.node.ready();
    assertThat(indexes(next.entries()))
        .as("all that came meanwhile")
        .startsWith(2L + max)
        .endsWith(9L);
    assertThat(host.node.hasReady()).isFalse();
  }

  // Committed entries.

  @Test
  void committedEntriesAreHandedOutOnceInOrderAndWithoutAGap() {
    Host host = Host.follower();
    host.step(append(2, 2, 1, 1, 1, entries(2, 2, 2, 2, 2)));
    assertThat(host.applied).isEmpty();

    host.step(heartbeat(2, 2, 3, 1));
    host.step(heartbeat(2, 2, 3, 2), heartbeat(2, 2, 2, 3));
    host.step(append(2, 2, 2, 5, 5, List.of()));

    assertThat(host.applied).isEqualTo(entries(2, 2, 2, 2, 2));
  }

  @Test
  void anEntryThatIsCommittedWhenItArrivesIsHandedOutAfterItsWrite() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 2, entries(2, 2)));

    Ready writing = host.node.ready();
    assertThat(indexes(writing.entries())).containsExactly(2L);
    assertThat(writing.hardState()).contains(hardState(2, 0, 2));
    assertThat(writing.committedEntries()).isEmpty();
    assertThat(host.node.hasReady()).isFalse();
    host.persist(writing);

    assertThat(indexes(host.node.ready().committedEntries())).containsExactly(2L);
  }

  @Test
  void pagesOfCommittedEntriesKeepToTheirLimitWhateverIsOut() {
    MemoryStorage disk = storage(hardState(1, 0, 1), voters(1));
    for (long index = 2; index <= 6; index++) {
      disk.append(List.of(Wire.entry(1, index, bytes(2))));
    }
    disk.setHardState(hardState(1, 0, 6));
    Host host = Host.on(disk, config -> config.maxCommittedBytesPerReady(20));

    Ready first = host.node.ready();
    assertThat(indexes(first.committedEntries())).containsExactly(2L, 3L);
    assertThat(host.node.hasReady()).isFalse();
    host.node.persisted(first);
    assertThat(host.node.hasReady()).as("persisted is not applied").isFalse();
    host.node.applied(3);
    Ready second = host.node.ready();
    assertThat(indexes(second.committedEntries())).containsExactly(4L, 5L);
    host.node.advance(second);
    assertThat(indexes(host.turn().committedEntries())).containsExactly(6L);
    assertThat(host.node.hasReady()).isFalse();
  }

  @Test
  void whatWasHandedOutStaysWhenTheLogIsCompacted() {
    MemoryStorage disk = storage(hardState(1, 0, 4), voters(1), 1, 1, 1);
    Host host = Host.on(disk);
    Ready ready = host.node.ready();
    List<Entry> handed = ready.committedEntries();

    host.node.applied(4);
    disk.createSnapshot(4, voters(1), ByteString.EMPTY);
    disk.compact(4);

    assertThat(handed).isEqualTo(entries(2, 1, 1, 1));
    assertThat(host.status().firstIndex()).isEqualTo(5);
  }

  @Test
  void committedEntriesThatTheStorageCannotDeliverComeAfterATick() {
    Host host = Host.on(storage(hardState(1, 0, 4), voters(1, 2), 1, 1, 1));
    host.storage.entriesNotYet = true;
    assertThat(host.node.hasReady()).isFalse();
    host.node.tick();
    assertThat(host.node.hasReady()).isFalse();
    host.storage.entriesNotYet = false;
    assertThat(host.node.hasReady()).isFalse();

    host.node.tick();

    assertThat(indexes(host.node.ready().committedEntries())).containsExactly(2L, 3L, 4L);
  }

  // Lists.

  @Test
  void aReadyCannotBeChanged() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    Ready ready = host.node.ready();
    Message any = heartbeat(2, 2, 1, 1);

    assertThatThrownBy(() -> ready.entries().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ready.messages().add(any))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ready.messagesAfterPersist().add(any))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ready.committedEntries().add(entries(1, 1).get(0)))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aListOfTheStorageCannotBeChangedThroughAReady() {
    Host host = Host.on(storage(hardState(2, 0, 4), THREE, 1, 1, 1));
    List<Entry> handedIn = new ArrayList<>(host.disk.log());
    host.storage.entriesLie = truth -> new Storage.EntriesResult.Available(handedIn);

    Ready ready = host.node.ready();

    assertThat(ready.committedEntries()).isEqualTo(handedIn);
    assertThatThrownBy(() -> ready.committedEntries().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ready.committedEntries().set(0, handedIn.get(1)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(handedIn).isEqualTo(host.disk.log());
  }

  @Test
  void aListThatNeverChangesIsHandedOnAsItIs() {
    Host host = Host.on(storage(hardState(2, 0, 4), THREE, 1, 1, 1));

    assertThat(host.node.ready().committedEntries())
        .as("not wrapped")
        .isInstanceOf(host.disk.log().getClass());
  }

  @Test
  void allThatWasHandedOutIsAcknowledgedWhateverTheStorageDoesToItsList() {
    Host host = Host.on(storage(hardState(2, 0, 4), THREE, 1, 1, 1));
    List<Entry> handedIn = new ArrayList<>(host.disk.log());
    host.storage.entriesLie = truth -> new Storage.EntriesResult.Available(handedIn);
    Ready ready = host.node.ready();

    handedIn.clear();
    host.node.advance(ready);

    assertThat(host.status().appliedIndex()).isEqualTo(4);
  }

  @Test
  void theEntriesOfAReadyStayWhenTheLogIsOverwritten() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2, 2)));
    Ready ready = host.node.ready();

    host.node.step(append(3, 3, 1, 1, 1, entries(2, 3, 3, 3)));

    assertThat(ready.entries()).isEqualTo(entries(2, 2, 2));
  }

  @Test
  void aReadyReadsAsWhatItHolds() {
    Host host = Host.follower();
    host.node.step(append(2, 3, 1, 1, 2, entries(2, 3, 3)));

    assertThat(host.node.ready())
        .hasToString(
            "Ready #2, hard state (term 3, vote 0, commit 2), entries 2..3,"
                + " 1 messages after the write, must sync");
  }

  @Test
  void aSnapshotComesWithItsConfiguration() {
    Host host = Host.follower();
    Snapshot snapshot = snapshot(2, 9, voters(1, 2, 3, 4));
    host.node.step(install(2, 2, snapshot, 1));

    Ready ready = host.node.ready();

    assertThat(ready.snapshot()).contains(snapshot);
    assertThat(ready.confState()).contains(voters(1, 2, 3, 4));
    assertThat(ready.hardState()).contains(hardState(2, 0, 9));
    assertThat(host.node.confState()).isEqualTo(THREE);
    host.write(ready);
    host.node.advance(ready);
    assertThat(host.node.confState()).isEqualTo(voters(1, 2, 3, 4));
  }

  @Test
  void appendsAreFormedWhenAReadyIsTaken() {
    Host host = Host.leader();
    for (int i = 0; i < 100; i++) {
      host.node.propose(bytes("" + i));
    }

    List<Message> messages = host.node.ready().messages();

    assertThat(messages).hasSize(2);
    assertThat(messages)
        .extracting(Message::getAppend)
        .extracting(Append::getEntriesCount)
        .containsExactly(100, 100);
  }

  @Test
  void aReadyThatOnlySendsAtOnceNeedsNoAcknowledgement() {
    Host host = Host.follower();
    host.settle();
    host.node.step(heartbeat(2, 2, 1, 1));
    Ready answer = host.node.ready();
    assertThat(answer.messages()).isNotEmpty();
    assertThat(answer.mustPersist()).isFalse();

    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    Ready write = host.node.ready();
    assertThat(write.mustPersist()).isTrue();
  }
}
