package io.tickraft.core.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.RaftConfig;
import org.junit.jupiter.api.Test;

/** Which timeout a timer has. */
final class ElectionTimerTest {

  private static final RaftConfig CONFIG = RaftConfig.builder(1).seed(7).build();

  private final Clock clock = new Clock(CONFIG.electionTicks());
  private final ElectionTimer timer = new ElectionTimer(CONFIG, clock, 1);

  private static long expected(long term, long attempt, long campaigns) {
    return ElectionTimeout.ticks(CONFIG.electionTicks(), 7, 0, 1, term, attempt, campaigns);
  }

  /** Ticks until the timeout has passed. */
  private long timeout() {
    long ticks = 0;
    while (!timer.hasTimedOut()) {
      clock.tick();
      ticks++;
    }
    return ticks;
  }

  @Test
  void itsTimeoutIsThatOfTheTermAndTheAttemptInIt() {
    assertThat(timeout()).isEqualTo(expected(1, 0, 0));
    timer.restart(1);
    assertThat(timeout()).isEqualTo(expected(1, 1, 0));
    timer.restart(5);
    assertThat(timeout()).isEqualTo(expected(5, 0, 0));
  }

  @Test
  void itsRangeWidensWithEachCampaignUntilALeaderIsHeard() {
    for (int campaign = 1; campaign <= 6; campaign++) {
      timer.campaigning();
      timer.restart(1 + campaign);
      assertThat(timeout()).isEqualTo(expected(1 + campaign, 0, campaign));
    }

    timer.leaderHeard();
    assertThat(expected(7, 0, 0)).isNotEqualTo(expected(7, 0, 6));
    assertThat(timeout()).isEqualTo(expected(7, 0, 0));
  }
}
