package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.FuzzTests;
import io.tickraft.testkit.history.Completion;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.StoreHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The server's state machine and its RocksDB store in the fuzzer: on real files, with machines that
 * lose their power, and with clients whose history is checked. A bug in either is found.
 *
 * <p>{@code -Dtickraft.seeds=10000} fuzzes longer.
 */
class FuzzedStoreTest {

  /** What a store or a state machine may do wrong, and the rule or oracle that tells. */
  private enum Bug {
    WRITES_NOT_SYNCED("RESTARTED_ON_ALL_THAT_WAS_ACKNOWLEDGED"),
    LATER_HARD_STATES_NOT_WRITTEN("RESTARTED_ON_ALL_THAT_WAS_ACKNOWLEDGED"),
    APPLIED_INDEX_WRITTEN_LATE(
        "keys instead of|equal states|linearizability|CONFIGURATION_OF_THE_APPLIED_INDEX"),
    COMMAND_APPLIED_TWICE_AFTER_A_RESTART("equal states|linearizability"),
    SNAPSHOT_WITHOUT_THE_LAST_KEY("equal states|linearizability");

    private final String found;

    Bug(String found) {
      this.found = found;
    }
  }

  /** A database with a bug in what it writes. */
  private static final class BadDatabase extends PowerLossDatabase {
    private final Bug bug;
    private boolean hasHardState;
    private Optional<byte[]> lastApplied = Optional.empty();

    private BadDatabase(Path dir, Bug bug) throws RocksDBException {
      super(dir);
      this.bug = bug;
    }

    static BadDatabase open(Path dir, Bug bug) {
      return (BadDatabase) opened(dir, at -> new BadDatabase(at, bug));
    }

    @Override
    PowerLossDatabase reopened(Path left) {
      return open(left, bug);
    }

    @Override
    void write(boolean sync, BatchFiller filler) {
      super.write(sync && bug != Bug.WRITES_NOT_SYNCED, filler);
    }

    @Override
    void putValue(WriteBatch batch, String name, byte[] value) throws RocksDBException {
      if (bug == Bug.LATER_HARD_STATES_NOT_WRITTEN && name.equals(HARD_STATE)) {
        if (hasHardState) {
          return;
        }
        hasHardState = true;
      }
      super.putValue(batch, name, name.equals(APPLIED) ? applied(value) : value);
    }

    /** Returns the record of the entries before, unless the map is another one. */
    private byte[] applied(byte[] record) {
      long map = AppliedRecord.decode(record).generation();
      Optional<byte[]> before =
          lastApplied.filter(last -> AppliedRecord.decode(last).generation() == map);
      lastApplied = Optional.of(record);
      return bug == Bug.APPLIED_INDEX_WRITTEN_LATE ? before.orElse(record) : record;
    }
  }

  /** A store with a bug in its state machine, or on a database that has one. */
  private static final class BadStore extends FuzzedStore {
    private final Bug bug;
    private boolean hasRestarted;

    BadStore(Path dir, List<Long> voters, Bug bug) {
      this(BadDatabase.open(dir, bug), voters, bug);
    }

    private BadStore(PowerLossDatabase database, List<Long> voters, Bug bug) {
      super(database, voters);
      this.bug = bug;
    }

    @Override
    FuzzedStore reopened(PowerLossDatabase left) {
      BadStore reopened = new BadStore(left, List.of(), bug);
      reopened.hasRestarted = true;
      return reopened;
    }

    @Override
    void apply(
        KvMachine machine,
        List<Entry> entries,
        Optional<ConfState> configuration,
        KvMachine.Listener replies) {
      List<Entry> applied = new ArrayList<>();
      for (Entry entry : entries) {
        applied.add(entry);
        if (bug == Bug.COMMAND_APPLIED_TWICE_AFTER_A_RESTART
            && hasRestarted
            && entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
          hasRestarted = false;
          applied.add(entry);
        }
      }
      super.apply(machine, applied, configuration, replies);
    }

    @Override
    List<ByteString> pairs(MapView view) {
      List<ByteString> pairs = super.pairs(view);
      return bug == Bug.SNAPSHOT_WITHOUT_THE_LAST_KEY && pairs.size() > 1
          ? pairs.subList(0, pairs.size() - 1)
          : pairs;
    }
  }

  /** A run takes about 100 times as long as one on simulated disks. */
  private static final int RUNS_PERCENT = 15;

  @TempDir Path dir;

  private int directories;

  private Path newDirectory() {
    directories++;
    return dir.resolve("node-" + directories);
  }

  private Fuzz fuzz() {
    return Fuzz.ofAnyGroup()
        .nodes(3, 2)
        .steps(60)
        .hosts(
            id ->
                new StoreHost(
                        voters -> new FuzzedStore(PowerLossDatabase.open(newDirectory()), voters))
                    .blocking())
        .clients(new KvRequests());
  }

  @TestFactory
  Stream<DynamicTest> theServersStoreKeepsAllPromises() {
    int seeds = Integer.getInteger("tickraft.seeds", 100);
    return FuzzTests.of(fuzz()).tests().limit(1 + seeds * RUNS_PERCENT / 100);
  }

  @Test
  void aRunOnFilesIsAFunctionOfItsChoices() {
    Fuzz.Played first = fuzz().play(Choices.random(1));
    Fuzz.Played again = fuzz().play(Choices.random(1));

    assertThat(again.group().trace().hash()).isEqualTo(first.group().trace().hash());
    assertThat(again.history()).isEqualTo(first.history());
    assertThat(first.isHistoryDecided()).isTrue();
    assertThat(first.history().operations())
        .filteredOn(operation -> operation.completion() instanceof Completion.Ok)
        .hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @EnumSource
  void aBugIsFound(Bug bug) {
    Fuzz fuzz =
        fuzz()
            .hosts(
                id ->
                    new StoreHost(voters -> new BadStore(newDirectory(), voters, bug)).blocking());
    for (long seed = 1; seed <= 200; seed++) {
      Optional<Failure> failure = Failure.of(fuzz, Choices.random(seed));
      if (failure.isPresent()) {
        assertThat(failure.get().kind()).containsPattern(bug.found);
        return;
      }
    }
    throw new AssertionError("no run finds " + bug);
  }
}
