package io.tickraft.testkit.contract;

import com.google.protobuf.ByteString;
import io.tickraft.core.Bootstrap;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.testkit.fuzz.FuzzTests;
import io.tickraft.testkit.sim.Choices;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The tests that every {@link Storage} has to pass, together with the code that writes to it.
 * Extend this class, and create your storage in {@link #create}:
 *
 * <pre>{@code
 * class MyStorageTest extends StorageContract {
 *   @Override
 *   protected TestedStore create(long... voters) {
 *     MemoryStorage storage =
 *         voters.length == 0 ? new MemoryStorage() : MemoryStorage.bootstrapped(voters);
 *     return new TestedStore() {
 *       @Override
 *       public Storage storage() {
 *         return storage;
 *       }
 *
 *       @Override
 *       public void persist(Ready ready) {
 *         storage.persist(ready);
 *       }
 *
 *       @Override
 *       public void close() {}
 *     };
 *   }
 * }
 * }</pre>
 *
 * <p>Each test drives a real follower through legal messages, persists its Readys in the store, and
 * compares the storage with a simple model after each write. So only what a node can ask for is
 * tested. A test fails with a {@link ContractViolation}, which names the broken {@link
 * StorageRule}. Optional operations of {@link TestedStore} that a store does not implement are not
 * tested: their tests are skipped.
 *
 * <p>All calls come from one thread: a host that writes in another thread is not tested.
 */
public abstract class StorageContract {

  private static final long[] VOTERS = {1, 2, 3};
  private static final int RANDOM_STEPS = 60;

  /** For subclasses. */
  protected StorageContract() {}

  /**
   * Creates a store in a new place.
   *
   * @param voters the first voters; the storage then holds {@link Bootstrap#snapshot(long...)} and
   *     {@link Bootstrap#hardState()}; if there are none, the storage is empty, for a node that
   *     joins
   * @return the store, which is closed after its test
   */
  protected abstract TestedStore create(long... voters);

  /**
   * Makes the data of a command, or of a snapshot. Override this if the store interprets the data.
   * By default the bytes depend on the index.
   *
   * @param index the index of the command or of the snapshot
   * @param size the wanted size in bytes, from 0
   * @return the data
   */
  protected ByteString command(long index, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (index + i);
    }
    return ByteString.copyFrom(bytes);
  }

  /**
   * Returns the number of random sequences; 20 by default. The system property {@code
   * tickraft.seeds} overrides it.
   *
   * @return the number, from 0
   */
  protected int seeds() {
    return 20;
  }

  private StorageSession session(long... voters) {
    ModelStorage initial = new ModelStorage();
    if (voters.length > 0) {
      initial.install(Bootstrap.snapshot(voters));
      initial.set(Bootstrap.hardState());
    }
    return new StorageSession(create(voters), initial, this::command);
  }

  /** A test with an optional operation of the store. */
  private interface Optionally {
    void run();
  }

  private static void ifOffered(Optionally test) {
    try {
      test.run();
    } catch (NotOffered e) {
      Assumptions.abort(e.getMessage());
    }
  }

  // The first state.

  /** A joining node starts from nothing. */
  @Test
  public void anEmptyStorageHoldsNothing() {
    session().close();
  }

  /** A first voter starts from the bootstrap's snapshot. */
  @Test
  public void aBootstrappedStorageHoldsTheFirstSnapshot() {
    session(VOTERS).close();
  }

  /** A joining node gets a snapshot, and then entries. */
  @Test
  public void anEmptyStorageTakesASnapshotAndEntries() {
    try (StorageSession session = session()) {
      session.install(7);
      session.append(3, 10);
    }
  }

  // Entries.

  /** Entries are read one by one, in parts, and all together. */
  @Test
  public void entriesAreReturnedAsTheyWereWritten() {
    try (StorageSession session = session(VOTERS)) {
      session.append(1, 0);
      session.append(4, 10);
      session.nextTerm();
      session.append(2, 200);
      session.commitTo(session.last());
      session.append(1, 3);
    }
  }

  /** The sum of the sizes decides, and the first entry is returned in any case. */
  @Test
  public void aResultIsLimitedInBytesButHasAtLeastOneEntry() {
    try (StorageSession session = session(VOTERS)) {
      for (int size : new int[] {0, 1, 100, 127, 128, 5_000, 3}) {
        session.append(1, size);
      }
      StorageCheck check = session.checked("when all pairs and limits are read");
      for (long lo = session.first(); lo <= session.last(); lo++) {
        for (int limit : new int[] {1, 10, 150, 300, 5_100, 20_000}) {
          check.entries(lo, session.last() + 1, limit);
        }
      }
    }
  }

  /** Entries of a megabyte, between small ones. */
  @Test
  public void largeEntriesAreReturned() {
    try (StorageSession session = session(VOTERS)) {
      session.append(1, 10);
      session.append(2, 1 << 20);
      session.append(1, 10);
    }
  }

  /** Some thousand entries, in writes of several hundred. */
  @Test
  public void manyEntriesAreReturned() {
    try (StorageSession session = session(VOTERS)) {
      for (int i = 0; i < 6; i++) {
        session.append(500, 20);
      }
      session.commitTo(session.last());
    }
  }

  /** Later writes do not show in earlier results. */
  @Test
  public void aResultNeverChanges() {
    try (StorageSession session = session(VOTERS)) {
      session.append(5, 10);
      List<Entry> result =
          session.checked("before others").entries(session.first(), session.last() + 1, 1 << 20);
      List<Entry> before = new ArrayList<>(result);
      session.nextTerm();
      session.appendAfter(3, 4, 20);
      checkUnchanged(before, result, "entries were replaced");
      session.commitTo(session.last());
      session.nextTerm();
      session.install(session.last() + 10);
      checkUnchanged(before, result, "a snapshot replaced the log");
    }
  }

  private static void checkUnchanged(List<Entry> before, List<Entry> after, String action) {
    if (!before.equals(after)) {
      throw new ContractViolation(
          "the storage",
          StorageRule.RESULT_NEVER_CHANGES,
          "the result of an earlier call, with " + before.size() + " entries",
          "the list has changed when " + action + ", and has " + after.size() + " entries");
    }
  }

  // Replacing a suffix.

  /** A new leader replaces entries by fewer ones, by as many, and by more. */
  @Test
  public void entriesReplaceASuffix() {
    for (int count : new int[] {1, 3, 7}) {
      try (StorageSession session = session(VOTERS)) {
        session.append(6, 10);
        session.nextTerm();
        session.appendAfter(session.last() - 3, count, 20);
        session.append(2, 10);
      }
    }
  }

  /** Everything above the snapshot is replaced. */
  @Test
  public void entriesReplaceTheWholeLog() {
    try (StorageSession session = session(VOTERS)) {
      session.append(5, 10);
      session.nextTerm();
      session.appendAfter(session.first() - 1, 2, 20);
      session.nextTerm();
      session.appendAfter(session.first() - 1, 6, 30);
    }
  }

  // The hard state.

  /** A vote is written without entries, and entries without a new vote. */
  @Test
  public void theHardStateIsReplacedAlone() {
    try (StorageSession session = session(VOTERS)) {
      session.vote(3);
      session.append(2, 10);
      session.vote(2);
      session.vote(3);
      session.append(1, 10);
      session.commitTo(session.last());
    }
  }

  // Snapshots of a leader.

  /** The log ends long before the snapshot. */
  @Test
  public void aSnapshotReplacesAShorterLog() {
    try (StorageSession session = session(VOTERS)) {
      session.append(5, 10);
      session.commitTo(4);
      session.nextTerm();
      session.install(session.last() + 100);
      session.append(3, 10);
      session.install(session.last() + 1);
    }
  }

  /** The log has entries after the index of the snapshot, which a new leader does not have. */
  @Test
  public void aSnapshotReplacesALongerLog() {
    try (StorageSession session = session(VOTERS)) {
      session.append(9, 10);
      session.commitTo(3);
      session.nextTerm();
      session.install(6);
      session.append(2, 10);
    }
  }

  /** The log ends exactly at the index of the snapshot, with an entry of another term. */
  @Test
  public void aSnapshotReplacesALogThatEndsAtItsIndex() {
    try (StorageSession session = session(VOTERS)) {
      session.append(4, 10);
      session.nextTerm();
      session.install(session.last());
      session.append(2, 10);
    }
  }

  // Compaction.

  /** What is compacted is answered with Compacted, and the rest stays. */
  @Test
  public void compactionKeepsTheRest() {
    ifOffered(
        () -> {
          try (StorageSession session = session(VOTERS)) {
            session.append(10, 10);
            session.commitTo(session.last() - 3);
            compactSomething(session);
            session.append(3, 10);
            session.nextTerm();
            session.appendAfter(session.applied(), 2, 20);
          }
        });
  }

  /** The log has been applied and may be compacted as a whole. */
  @Test
  public void entriesFollowACompactedLog() {
    ifOffered(
        () -> {
          try (StorageSession session = session(VOTERS)) {
            for (int i = 0; i < 4; i++) {
              session.append(4, 10);
              session.commitTo(session.last());
              session.compact();
            }
            session.vote(3);
            session.append(2, 10);
            session.nextTerm();
            session.install(session.last() + 5);
          }
        });
  }

  private static void compactSomething(StorageSession session) {
    long removed = session.compact();
    for (int i = 0; i < 20 && removed == 0; i++) {
      // A store may compact only a log that has grown.
      session.append(5, 100);
      session.commitTo(session.last());
      removed = session.compact();
    }
    Assumptions.assumeTrue(removed > 0, "the store removes nothing from a log of 100 entries");
  }

  // Restarts and crashes.

  /** After each kind of write, a store is closed and opened again. */
  @Test
  public void aRestartKeepsAll() {
    ifOffered(
        () -> {
          try (StorageSession session = session(VOTERS)) {
            session.restart();
            session.vote(3);
            session.restart();
            session.append(6, 10);
            session.restart();
            session.nextTerm();
            session.appendAfter(4, 1, 300);
            session.restart();
            session.commitTo(session.last());
            session.restart();
            session.nextTerm();
            session.install(session.last() + 3);
            session.restart();
            session.append(2, 10);
            session.restart();
          }
          try (StorageSession session = session()) {
            session.restart();
          }
        });
  }

  /** A log is compacted, and then the store is opened again. */
  @Test
  public void aRestartKeepsACompactedLog() {
    ifOffered(
        () -> {
          try (StorageSession session = session(VOTERS)) {
            session.append(10, 10);
            session.commitTo(session.last() - 3);
            compactSomething(session);
            session.restart();
            session.append(1, 10);
          }
        });
  }

  /** A crash right after a synced write loses nothing of it. */
  @Test
  public void aCrashKeepsWhatWasSynced() {
    ifOffered(
        () -> {
          try (StorageSession session = session(VOTERS)) {
            session.append(3, 10);
            session.crash();
            session.vote(3);
            session.crash();
            session.append(2, 10);
            session.nextTerm();
            session.appendAfter(session.applied(), 1, 10);
            session.crash();
            session.nextTerm();
            session.install(session.last() + 3);
            session.crash();
          }
        });
  }

  /** Of several writes without a sync, a crash keeps a part that leaves no gap. */
  @Test
  public void aCrashKeepsAPrefixOfWhatWasNotSynced() {
    ifOffered(
        () -> {
          for (int writes = 1; writes <= 5; writes++) {
            try (StorageSession session = session(VOTERS)) {
              session.append(3, 10);
              for (int i = 0; i < writes; i++) {
                session.writeWithoutSync(session.last(), 2, 20);
              }
              session.nextTerm();
              session.writeWithoutSync(session.last() - 1, 3, 30);
              session.crash();
              session.append(2, 10);
            }
          }
        });
  }

  // Everything, in any order.

  /**
   * Random sequences of all kinds of writes, one for each seed. A failing sequence is shrunk.
   *
   * @return the tests
   */
  @TestFactory
  public Stream<DynamicTest> randomSequences() {
    FuzzTests tests = FuzzTests.of(this::randomSequence).seeds(seeds());
    String name = getClass().getCanonicalName();
    return (name == null ? tests : tests.source("new " + name + "()::randomSequence")).tests();
  }

  /**
   * Makes a sequence of writes, as each of {@link #randomSequences()} does. The test that the
   * report of a failing sequence contains calls this with the recorded choices.
   *
   * @param choices which writes
   */
  public void randomSequence(Choices choices) {
    boolean empty = choices.at("start").percent("empty", 10);
    try (StorageSession session = empty ? session() : session(VOTERS)) {
      RandomWrites writes = new RandomWrites(session);
      for (int i = 1; i <= RANDOM_STEPS; i++) {
        writes.step(choices.at("step %", i));
      }
    }
  }
}
