package io.tickraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.FuzzTests;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.StoreHost;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example's file and state machine in groups in all kinds of trouble, on real files, with
 * clients whose history is checked. {@code -Dtickraft.seeds=1000} fuzzes longer.
 */
final class CounterFuzzTest {

  @TempDir Path dir;

  private final AtomicInteger nodes = new AtomicInteger();

  private Fuzz fuzz(LongFunction<StoreHost> hosts) {
    return Fuzz.ofAnyGroup().clients(new CounterClients()).hosts(hosts);
  }

  private Path newNode() {
    return dir.resolve("node-" + nodes.incrementAndGet());
  }

  @TestFactory
  Stream<DynamicTest> theFileAndTheCounterKeepAllPromises() {
    return FuzzTests.of(fuzz(id -> new StoreHost(voters -> new CounterStore(newNode(), voters))))
        .seeds(20)
        .tests();
  }

  // Bugs that are planted, and found.

  private void assertFound(LongFunction<StoreHost> hosts, String kind) {
    Fuzz fuzz = fuzz(hosts);
    for (long seed = 1; seed <= 100; seed++) {
      Optional<Failure> failure = Failure.of(fuzz, Choices.random(seed));
      if (failure.isPresent()) {
        assertThat(failure.get().kind()).containsPattern(kind);
        return;
      }
    }
    throw new AssertionError("no run finds the bug");
  }

  @Test
  void aFileThatIsNotForcedIsFound() {
    class UnforcedLog extends TestedLog {
      UnforcedLog(Path dir) {
        super(dir);
      }

      @Override
      void force(FileChannel channel) {}
    }

    assertFound(
        id ->
            new StoreHost(
                voters -> new CounterStore(newNode(), voters, UnforcedLog::new, Counter::new)),
        "RESTARTED_ON_ALL_THAT_WAS_ACKNOWLEDGED|is damaged");
  }

  /** It keeps its state over a restart, and the node is not told. */
  @Test
  void aCounterThatAppliesEntriesAgainIsFound() {
    class KeptCounter extends Counter {
      @Override
      void restore(Snapshot snapshot) {
        if (snapshot.getMetadata().getIndex() > applied) {
          super.restore(snapshot);
        }
      }
    }

    assertFound(
        id -> {
          Counter kept = new KeptCounter();
          return new StoreHost(
              voters -> new CounterStore(newNode(), voters, TestedLog::new, () -> kept));
        },
        "equal states|linearizability");
  }
}
