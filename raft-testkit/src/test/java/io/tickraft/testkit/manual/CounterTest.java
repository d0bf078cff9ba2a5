package io.tickraft.testkit.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.explore.EventKind;
import io.tickraft.testkit.explore.Exploration;
import io.tickraft.testkit.explore.Prelude;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.FuzzTests;
import io.tickraft.testkit.sim.StoreHost;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The manual's first runs of a state machine of one's own. */
final class CounterTest {

  @TestFactory
  Stream<DynamicTest> allNodesCountTheSame() {
    Fuzz fuzz = Fuzz.ofAnyGroup().machines(Counter::new);
    return FuzzTests.of(fuzz).pinned(8, 17).seeds(100).time(Duration.ofSeconds(30)).tests();
  }

  @Test
  void noOrderingBreaksAPromise() {
    Exploration.Result result =
        Exploration.of(3)
            .machines(Counter::new)
            .startAfter(Prelude.leader())
            .allow(EventKind.PROPOSE, 1)
            .allow(EventKind.TICK, 1)
            .allow(EventKind.CRASH, 1)
            .inFlight(4)
            .run();
    assertThat(result.isExhausted()).isTrue();
    assertThat(result.counterexample()).isEmpty();
  }

  @Test
  void noOrderingShowsABugOfTheStore() {
    Exploration.Result result =
        Exploration.of(3)
            .stores(CounterStore::new)
            .startAfter(Prelude.leader())
            .allow(EventKind.PROPOSE, 1)
            .allow(EventKind.COMPACT, 1)
            .allow(EventKind.CRASH, 1)
            .inFlight(3)
            .run();
    assertThat(result.isExhausted()).isTrue();
    assertThat(result.counterexample()).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> clientsSeeOneCounter() {
    return FuzzTests.of(Fuzz.ofAnyGroup().workload(new CounterClients())).seeds(100).tests();
  }

  @TestFactory
  Stream<DynamicTest> theStoreWorks() {
    Fuzz fuzz = Fuzz.ofAnyGroup().hosts(id -> new StoreHost(CounterStore::new));
    return FuzzTests.of(fuzz).seeds(100).tests();
  }

  @TestFactory
  Stream<DynamicTest> theHostWorks() {
    return FuzzTests.of(Fuzz.ofAnyGroup().hosts(id -> new CounterHost())).seeds(100).tests();
  }
}
