package io.tickraft.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Healthy hosts pass, in much trouble and with all oracles. */
final class WatchedNodeTest {

  private static final int STEPS = 4_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aHostThatWaitsForEachReadyPasses(long seed) {
    passes(new WatchedGroup(seed, new HostWatch().requireReports(), WatchedHost::new));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aHostWithSeveralReadysOutstandingPasses(long seed) {
    passes(new WatchedGroup(seed, new HostWatch().requireReports(), PipelinedHost::new));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void healthyHostsPassAllOracles(long seed) {
    passes(new WatchedGroup(seed, new HostWatch().oracle(Oracles.all()), WatchedHost::new));
    passes(new WatchedGroup(seed, new HostWatch().oracle(Oracles.all()), PipelinedHost::new));
  }

  // What is reported.

  @Test
  void aHostThatReportsNothingIsWatchedByItsCallsAlone() {
    HostWatch watch = new HostWatch();
    new WatchedGroup(1, watch, SilentHost::new).run(STEPS);
    watch.check();

    assertThatThrownBy(
            () ->
                new WatchedGroup(
                        1,
                        watch(),
                        (id, w, random, network) -> new Forgetful(id, w, random, network))
                    .run(STEPS))
        .asInstanceOf(type(ContractViolation.class))
        .extracting(ContractViolation::rule)
        .isEqualTo(HostRule.IN_THE_STORAGE_WHEN_ACKNOWLEDGED);
  }

  @Test
  void aReportIsExpectedFromTheFirstOneOn() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1);
    WatchedNode node = watch().open(config(1).build(), storage);
    node.campaign();
    Ready first = node.ready();
    storage.persist(first);
    node.written(first, true);
    node.advance(first);
    Ready second = node.ready();
    storage.persist(second);

    assertBreaks(HostRule.WRITTEN_BEFORE_ACKNOWLEDGED, () -> node.advance(second));

    node.written(second, true);
    node.advance(second);
    assertThat(node.role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void theLogMayBeCompactedUpToWhatIsReportedAsAppliedBeforeThatIsAcknowledged() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1);
    WatchedNode node = watch().open(config(1).build(), storage);
    Ready ready = withTwoEntriesToApply(node, storage);
    node.applying(ready.committedEntries().get(0));
    storage.createSnapshot(3, node.confState(), ByteString.EMPTY);
    storage.compact(2);

    assertThat(node.status().firstIndex()).isEqualTo(3);
    assertThat(node.status().appliedIndex()).isEqualTo(1);

    storage.compact(3);
    assertBreaks(HostRule.COMPACTED_AFTER_APPLIED, node::status);
  }

  @Test
  void withoutReportsTheLogMayBeCompactedUpToWhatTheStateMachineWasGiven() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1);
    WatchedNode node = watch().open(config(1).build(), storage);
    withTwoEntriesToApply(node, storage);
    storage.createSnapshot(3, node.confState(), ByteString.EMPTY);
    storage.compact(3);

    assertThat(node.status().firstIndex()).isEqualTo(4);
    assertThat(node.status().appliedIndex()).isEqualTo(1);
  }

  /** Makes a node the leader, and returns the Ready with entries 2 and 3 to apply. */
  private static Ready withTwoEntriesToApply(WatchedNode node, MemoryStorage storage) {
    node.campaign();
    Ready vote = node.ready();
    storage.persist(vote);
    node.persisted(vote);
    node.propose(ByteString.copyFromUtf8("command"));
    Ready entries = node.ready();
    storage.persist(entries);
    node.persisted(entries);
    Ready ready = node.ready();
    assertThat(ready.committedEntries()).extracting(Entry::getIndex).containsExactly(2L, 3L);
    storage.persist(ready);
    node.persisted(ready);
    return ready;
  }

  // What a violation says.

  @Test
  void aViolationNamesTheCallAndTheHostsOwnPlace() {
    WatchedNode node = watch().open(config(1).build(), MemoryStorage.bootstrapped(1));
    node.campaign();
    Ready ready = node.ready();
    node.written(ready, false);

    assertThatThrownBy(() -> node.advance(ready))
        .extracting(
            thrown ->
                String.valueOf(thrown.getMessage()).replaceAll("in [^ ]+\\([^ ]+\\)", "in HERE"))
        .isEqualTo(
            """
            the host of node 1 breaks the rule SYNCED_IF_REQUIRED
              call:     WatchedNode.advance in HERE
              rule:     a write is synced to the disk before it is acknowledged if mustSync() is \
            true (Javadoc of Ready.mustSync)
              expected: written(...), with a sync if it is required, for each Ready up to #1
              happened: Ready #1 is acknowledged while Ready #1 is written, but not synced""");
    assertThatThrownBy(() -> node.advance(ready))
        .hasMessageContaining(" in " + getClass().getName() + ".lambda$")
        .hasMessageContaining("(WatchedNodeTest.java:");
  }

  @Test
  void aCallThroughTheJdkIsTheHosts() {
    RaftConfig config = config(1).preVote(false).build();
    WatchedNode node = watch().open(config, MemoryStorage.bootstrapped(1, 2));
    node.campaign();
    Ready ready = node.ready();

    assertThatThrownBy(() -> ready.messagesAfterPersist().forEach(node::sending))
        .hasMessageContaining("call:     WatchedNode.sending in " + getClass().getName());
  }

  @Test
  void aMethodThatOnlyPassesTheCallOnIsNamedWithItsCaller() {
    WatchedNode node = watch().open(config(1).build(), MemoryStorage.bootstrapped(1));
    node.campaign();
    Ready ready = node.ready();
    node.written(ready, false);

    assertThatThrownBy(() -> loop(node, ready))
        .hasMessageContaining("WatchedNode.advance in " + getClass().getName() + ".advance(")
        .hasMessageContaining(", called in " + getClass().getName() + ".loop(");
  }

  private static void loop(WatchedNode node, Ready ready) {
    advance(node, ready);
  }

  private static void advance(WatchedNode node, Ready ready) {
    node.advance(ready);
  }

  @Test
  void aGuardOfTheHostIsNotTakenForItsCall() {
    HostWatch watch = watch().guard(action -> action.run());
    watch.open(config(1).build(), MemoryStorage.bootstrapped(1));

    assertThatThrownBy(() -> openAgain(watch))
        .hasMessageContaining("breaks the rule INCARNATION_IS_NEW")
        .hasMessageContaining(
            "call:     HostWatch.open in " + getClass().getName() + ".openAgain(");
  }

  private static void openAgain(HostWatch watch) {
    watch.open(config(1).build(), MemoryStorage.bootstrapped(1));
  }

  @Test
  void aStorageThatIsReadWronglyIsReportedWithTheCallInWhichItWasRead() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1);
    WatchedNode node = watch().open(config(1).build(), storage);
    Ready ready = withTwoEntriesToApply(node, storage);
    node.applying(ready.committedEntries().get(0));
    storage.createSnapshot(3, node.confState(), ByteString.EMPTY);
    storage.compact(3);

    assertThatThrownBy(() -> node.status())
        .hasMessageContaining("call:     WatchedNode.status in " + getClass().getName());
  }

  // Threads.

  @Test
  void aNodeMayBeHandedOverToAnotherThread() throws InterruptedException {
    WatchedNode node = watch().open(config(1).build(), MemoryStorage.bootstrapped(1));
    node.tick();
    assertThat(thrownByAnotherThread(node::tick)).isInstanceOf(ContractViolation.class);
    node.handOver();
    assertThat(thrownByAnotherThread(node::tick)).isNull();
    assertBreaks(HostRule.CALLED_BY_ITS_OWNER, node::tick);
  }

  @Test
  void anOracleOverNodesInSeveralThreadsNeedsAGuard() throws InterruptedException {
    Object lock = new Object();
    for (boolean guards : new boolean[] {false, true}) {
      HostWatch watch = watch().oracle(new Oracle() {});
      if (guards) {
        watch.guard(
            action -> {
              synchronized (lock) {
                action.run();
              }
            });
      }
      watch.open(config(1).build(), MemoryStorage.bootstrapped(1, 2)).tick();
      Throwable thrown =
          thrownByAnotherThread(
              () -> watch.open(config(2).build(), MemoryStorage.bootstrapped(1, 2)));
      if (guards) {
        assertThat(thrown).isNull();
      } else {
        assertThat(thrown)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("needs a guard");
      }
    }
  }

  private static @Nullable Throwable thrownByAnotherThread(Runnable action)
      throws InterruptedException {
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    Thread thread = new Thread(action);
    thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
    thread.start();
    thread.join();
    return thrown.get();
  }

  // The node itself.

  @Test
  void anObserverMayAskForTheStatus() {
    List<Status> seen = new ArrayList<>();
    WatchedNode[] node = new WatchedNode[1];
    node[0] =
        watch()
            .open(
                config(1).observer(event -> seen.add(node[0].status())).build(),
                MemoryStorage.bootstrapped(1));
    node[0].campaign();
    assertThat(seen).isNotEmpty();
  }

  @Test
  void itHasEveryCallOfANodeThatAHostMakes() {
    Set<String> ofHosts = signatures(RawNode.class);
    assertThat(ofHosts.removeIf(call -> call.contains(" copy[") || call.contains(" digest[")))
        .isTrue();
    assertThat(signatures(WatchedNode.class)).containsAll(ofHosts);
  }

  private static Set<String> signatures(Class<?> type) {
    return Stream.of(type.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()) && !Modifier.isStatic(m.getModifiers()))
        .map(m -> m.getReturnType() + " " + m.getName() + List.of(m.getParameterTypes()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "RETURNS_ENTRIES_FROM_LO_PLUS_1",
        "RETURNS_THE_ENTRY_AT_HI",
        "PUTS_ANOTHER_CONFIGURATION_INTO_SNAPSHOTS",
        "CHANGES_AN_EARLIER_RESULT",
      })
  void aStorageIsCheckedWhenItsNodeReadsIt(BrokenStore broken) {
    assertBreaks(
        broken.rule(),
        () ->
            new WatchedGroup(
                    1,
                    watch(),
                    (id, watch, random, network) ->
                        new WatchedHost(id, watch, random, network, broken.create(1, 2, 3)))
                .run(4 * STEPS));
  }

  @Test
  void entriesAreComparedWithWhatWasPersisted() {
    assertBreaks(
        StorageRule.ENTRIES_AS_PERSISTED,
        () ->
            new WatchedGroup(
                    1,
                    watch(),
                    (id, watch, random, network) ->
                        new WatchedHost(id, watch, random, network) {
                          @Override
                          Storage storage() {
                            return new CutsLongResults(disk.written);
                          }
                        })
                .run(4 * STEPS));
  }

  /** Its results of one entry are right. */
  private static final class CutsLongResults extends BrokenStore.Answers {

    CutsLongResults(MemoryStorage memory) {
      super(memory);
    }

    @Override
    public EntriesResult entries(long lo, long hi, long maxBytes) {
      return super.entries(lo, hi, maxBytes) instanceof EntriesResult.Available found
              && found.entries().size() > 1
          ? new EntriesResult.Available(
              found.entries().stream().map(BrokenStore::withoutLastByte).toList())
          : super.entries(lo, hi, maxBytes);
    }
  }

  private static HostWatch watch() {
    return new HostWatch();
  }

  private static RaftConfig.Builder config(long id) {
    return RaftConfig.builder(id).incarnation(1);
  }

  private static void assertBreaks(ContractRule rule, ThrowingCallable action) {
    assertThatThrownBy(action)
        .asInstanceOf(type(ContractViolation.class))
        .extracting(ContractViolation::rule)
        .isEqualTo(rule);
  }

  /** A host that reports nothing. */
  private static class SilentHost extends WatchedHost {
    private final Consumer<Message> network;

    SilentHost(long id, HostWatch watch, Random random, Consumer<Message> network) {
      super(id, watch, random, network);
      this.network = network;
    }

    @Override
    void send(Message message) {
      network.accept(message);
    }

    @Override
    void persist(Ready ready) {
      disk.persist(ready);
    }

    @Override
    void restore(Snapshot snapshot) {
      restored(snapshot.getMetadata());
    }

    @Override
    void apply(Entry entry) {
      applied(entry);
    }
  }

  /** A host that reports nothing, and now and then does not write. */
  private static final class Forgetful extends SilentHost {

    Forgetful(long id, HostWatch watch, Random random, Consumer<Message> network) {
      super(id, watch, random, network);
    }

    @Override
    void persist(Ready ready) {
      if (random.nextInt(100) > 0) {
        super.persist(ready);
      }
    }
  }

  private static void passes(WatchedGroup group) {
    group.run(STEPS);
    assertThat(group.applied()).isGreaterThan(50);
    assertThat(group.restarts()).isGreaterThan(3);
    assertThat(group.snapshots()).isGreaterThan(0);
  }
}
