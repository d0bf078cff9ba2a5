package io.tickraft.core;

import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Wire.entries;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Asking a node that has nothing to do costs nothing. */
final class IdleNodeTest {

  private static final int CALLS = 100_000;

  static Stream<Arguments> idle() {
    return Stream.of(
        Arguments.of("follower", (Supplier<Host>) Host::follower),
        Arguments.of("candidate", (Supplier<Host>) Host::candidate),
        Arguments.of("leader", (Supplier<Host>) Host::leader),
        Arguments.of("follower with a Ready out", (Supplier<Host>) IdleNodeTest::withAReadyOut));
  }

  private static Host withAReadyOut() {
    Host host = Host.follower(config -> config.maxOutstandingReadys(1));
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    host.node.ready();
    host.node.step(append(2, 2, 2, 2, 1, entries(3, 2)));
    return host;
  }

  private static long allocatedBy(Host host) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    int ready = 0;
    for (int i = 0; i < CALLS; i++) {
      ready += host.node.hasReady() ? 1 : 0;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(ready).isZero();
    return allocated;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("idle")
  void hasReadyAllocatesNothing(String name, Supplier<Host> state) {
    Host host = state.get();
    long least = Long.MAX_VALUE;
    // The first rounds are interpreted and compiled; what is measured around the calls is constant.
    for (int round = 0; round < 10 && least > CALLS / 100; round++) {
      least = Math.min(least, allocatedBy(host));
    }

    assertThat(least).as("bytes in %d calls of a %s", CALLS, name).isLessThanOrEqualTo(CALLS / 100);
  }

  @Test
  void aHostIsLateOnlyAfterAnElectionTimeoutHoweverLongItWasIdleBefore() {
    Host host = Host.follower();
    host.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    host.ticks(9);
    host.node.step(heartbeat(2, 2, 2, 1));
    host.persist(host.node.ready()); // It contains entry 2, which is not applied.

    for (int i = 0; i < 9; i++) {
      host.ticks(1);
      host.node.step(heartbeat(2, 2, 2, 1));
    }
    assertThat(host.eventsOf(RaftEvent.ApplyOverdue.class)).isEmpty();

    host.ticks(1);
    assertThat(host.eventsOf(RaftEvent.ApplyOverdue.class))
        .containsExactly(new RaftEvent.ApplyOverdue(2, 1, 10));
  }

  @Test
  void theMeasurementSeesAnAllocation() {
    Host host = Host.follower();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long ids = 0;
    for (int i = 0; i < CALLS; i++) {
      ids += host.node.status().id();
    }

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isGreaterThan(CALLS);
    assertThat(ids).isEqualTo(CALLS);
  }
}
