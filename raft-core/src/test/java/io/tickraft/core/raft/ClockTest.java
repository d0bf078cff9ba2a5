package io.tickraft.core.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ClockTest {

  private static final int ELECTION_TICKS = 5;

  private final Clock clock = new Clock(ELECTION_TICKS);

  @Test
  void afterAnInputSomethingMayBeDueAtAnyTime() {
    assertTrue(clock.isDue());
    assertFalse(clock.tickIfWaiting());
    assertFalse(clock.actIfWaiting());
    assertEquals(0, clock.now());
  }

  @Test
  void aNodeThatWaitsTicksUpToItsDeadlineAndNotToIt() {
    clock.waitUntil(3);

    assertTrue(clock.tickIfWaiting());
    assertTrue(clock.tickIfWaiting());
    assertEquals(2, clock.now());
    assertFalse(clock.isDue());
    assertFalse(clock.tickIfWaiting());
    assertEquals(2, clock.now());

    clock.tick();
    assertTrue(clock.isDue());
    assertFalse(clock.actIfWaiting());
  }

  @Test
  void aNodeThatDoesNotWaitActsAtEachTick() {
    clock.waitUntil(Clock.NO_WAIT);

    assertTrue(clock.isDue());
    assertFalse(clock.tickIfWaiting());
    assertFalse(clock.stopWaiting());
  }

  @Test
  void stopsWaitingOnce() {
    clock.waitUntil(10);

    assertTrue(clock.stopWaiting());
    assertTrue(clock.isDue());
    assertFalse(clock.stopWaiting());
  }

  @Test
  void knowsWhetherItHasTickedSinceTimeoutsWereActedOn() {
    clock.waitUntil(10);
    assertFalse(clock.hasTicked());

    clock.tickIfWaiting();
    assertTrue(clock.hasTicked());

    assertTrue(clock.actIfWaiting());
    assertFalse(clock.hasTicked());
  }

  @Test
  void ticksThatWereActedOnOneByOneAreNoDelayOfTheHost() {
    clock.waitUntil(100);

    for (int i = 0; i < 2 * ELECTION_TICKS; i++) {
      clock.tickIfWaiting();
      clock.actIfWaiting();
    }

    assertEquals(2 * ELECTION_TICKS, clock.receivedAt());
    assertFalse(clock.isCatchingUp(ELECTION_TICKS));
  }

  @Test
  void anElectionTimeoutOfTicksInARowIsADelayOfTheHostWhileItWaitsToo() {
    clock.waitUntil(100);

    for (int i = 0; i < ELECTION_TICKS; i++) {
      clock.tickIfWaiting();
    }

    assertEquals(0, clock.receivedAt());
    assertTrue(clock.actIfWaiting());
    assertEquals(ELECTION_TICKS, clock.receivedAt());
    assertTrue(clock.isCatchingUp(1));
  }
}
