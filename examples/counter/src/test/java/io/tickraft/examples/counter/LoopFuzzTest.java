package io.tickraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.FuzzTests;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Host;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example's own loops in groups in all kinds of trouble: time and network are simulated, and
 * each call of the node is watched.
 */
final class LoopFuzzTest {

  @TempDir Path dir;

  private final AtomicInteger nodes = new AtomicInteger();

  private Fuzz fuzz(boolean isAsync, boolean isHasty) {
    return Fuzz.ofAnyGroup().clients(new CounterClients()).hosts(id -> host(isAsync, isHasty));
  }

  private Host host(boolean isAsync, boolean isHasty) {
    Path node = dir.resolve("node-" + nodes.incrementAndGet());
    return Watching.create(Host.class, "LoopHost", node, isAsync, isHasty);
  }

  @TestFactory
  Stream<DynamicTest> theLoopKeepsAllPromises() {
    return FuzzTests.of(fuzz(false, false)).seeds(15).tests();
  }

  @TestFactory
  Stream<DynamicTest> theAsyncLoopKeepsAllPromises() {
    return FuzzTests.of(fuzz(true, false)).seeds(15).tests();
  }

  @Test
  void aLoopThatSendsVotesBeforeTheyAreWrittenIsFound() {
    Optional<Failure> failure = Failure.of(fuzz(false, true), Choices.random(1));
    assertThat(failure.get().kind()).contains("SENT_AFTER_PERSIST");
  }
}
