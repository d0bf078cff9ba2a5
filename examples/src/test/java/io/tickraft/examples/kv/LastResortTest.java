package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LastResortTest {

  private static final long LATE = TimeUnit.HOURS.toNanos(1);

  private final BlockingQueue<Integer> halts = new LinkedBlockingQueue<>();

  @Test
  void theProcessIsHaltedWhateverElseItDoes() throws InterruptedException {
    try (LastResort lastResort = LastResort.started(halts::add)) {
      lastResort.haltIn(0, 3);
      assertThat(halts.take()).isEqualTo(3);
    }
  }

  @Test
  void aLaterCallMayMakeItEarlierButNotLater() throws InterruptedException {
    try (LastResort lastResort = LastResort.started(halts::add)) {
      lastResort.haltIn(LATE, 3);
      lastResort.haltIn(1, 1);
      lastResort.haltIn(LATE, 2);
      assertThat(halts.take()).isEqualTo(3);
    }
  }

  @Test
  void aProcessThatEndsByItselfIsNotHalted() throws InterruptedException {
    LastResort lastResort = LastResort.started(halts::add);
    lastResort.haltIn(LATE, 1);
    lastResort.close();
    lastResort.join();
    assertThat(halts).isEmpty();
  }
}
