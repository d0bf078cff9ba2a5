package io.tickraft.testkit.cli.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.cli.PlantedBug;
import io.tickraft.testkit.cli.campaign.Campaign.End;
import io.tickraft.testkit.cli.campaign.Campaign.Limits;
import io.tickraft.testkit.cli.campaign.Seeds.Shard;
import io.tickraft.testkit.cli.trial.Trials;
import io.tickraft.testkit.fuzz.Trial;
import io.tickraft.testkit.sim.Choices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CampaignTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final List<Run> runs = new ArrayList<>();

  private static Limits limits(int threads, boolean keepsGoing) {
    return new Limits(threads, Optional.empty(), LONG, keepsGoing);
  }

  private static Campaign campaign(long seeds, Trial trial, Limits limits) {
    return new Campaign(new Seeds(1, seeds, Shard.WHOLE), Trials.of(() -> trial), limits);
  }

  private End run(Campaign campaign) {
    return campaign.run(runs::add, () -> {});
  }

  private List<String> violations() {
    return runs.stream()
        .filter(Run::isViolation)
        .map(run -> run.seed() + ": " + run.violation().orElseThrow().failure())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void theRunsAreTheSameWithAnyNumberOfThreads(int threads) {
    assertThat(run(campaign(500, new PlantedBug(), limits(threads, true)))).isEqualTo(End.SEEDS);
    assertThat(runs.stream().map(Run::seed)).hasSize(500).isSorted();
    List<String> expected = violations();
    runs.clear();
    run(campaign(500, new PlantedBug(), limits(1, true)));
    assertThat(violations()).isEqualTo(expected).hasSizeGreaterThan(10);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void theFirstViolationOfAllSeedsEndsACampaign(int threads) {
    // Seed 3 takes longer than those after it, which fail too.
    Trial trial =
        choices -> {
          int kind = choices.at("run", 1).next("kind", 3);
          if (kind == 0) {
            throw new AssertionError("kind 0");
          } else if (kind == 1) {
            sleep(20);
          }
        };
    assertThat(run(campaign(500, trial, limits(threads, false)))).isEqualTo(End.VIOLATION);
    List<Run> first = List.copyOf(runs);
    assertThat(first.get(first.size() - 1).isViolation()).isTrue();
    assertThat(first.stream().filter(Run::isViolation)).hasSize(1);

    runs.clear();
    run(campaign(500, trial, limits(1, false)));
    assertThat(runs).hasSameSizeAs(first);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void noSeedIsLeftOutWhenTheTimeIsOver() {
    Limits limits = new Limits(4, Optional.of(Duration.ofMillis(200)), LONG, false);
    Seeds seeds = Seeds.from(1, new Shard(2, 3));
    Campaign campaign = new Campaign(seeds, Trials.of(() -> c -> sleep(1)), limits);
    assertThat(run(campaign)).isEqualTo(End.TIME);
    assertThat(runs).isNotEmpty();
    for (int i = 0; i < runs.size(); i++) {
      assertThat(runs.get(i).seed()).isEqualTo(2 + 3L * i);
    }
  }

  @Test
  void noTimeIsNoRun() {
    Limits limits = new Limits(2, Optional.of(Duration.ZERO), LONG, false);
    assertThat(run(campaign(10, new PlantedBug(), limits))).isEqualTo(End.TIME);
    assertThat(runs).isEmpty();
  }

  /** On a busy machine a run may get no core for long. */
  @Test
  void aRunThatWaitsForACoreIsNotEndless() {
    Trial trial = choices -> sleep(Duration.ofMillis(400));
    Limits limits = new Limits(1, Optional.empty(), Duration.ofMillis(100), true);

    assertThat(run(campaign(2, trial, limits))).isEqualTo(End.SEEDS);
  }

  /** A computer that sleeps, and a process that is stopped, stand still with all their threads. */
  @Test
  void timeInWhichTheProcessStandsStillMakesNoRunEndless() {
    CountDownLatch awake = new CountDownLatch(1);
    AtomicInteger looks = new AtomicInteger();
    Limits limits = new Limits(1, Optional.empty(), Duration.ofMillis(100), true);
    Campaign campaign = campaign(1, choices -> await(awake), limits);
    End end =
        campaign.run(
            runs::add,
            () -> {
              switch (looks.incrementAndGet()) {
                case 1 -> sleep(Duration.ofMillis(1_200)); // More than a run may wait.
                case 3 -> awake.countDown();
                default -> {}
              }
            });
    assertThat(end).isEqualTo(End.SEEDS);
  }

  @Test
  void aRunThatDoesNotEndIsAViolationAndEndsTheCampaign() {
    CountDownLatch never = new CountDownLatch(1);
    int ofSeed5 = Choices.random(5).next(1 << 30);
    Trial trial =
        choices -> {
          if (choices.next(1 << 30) == ofSeed5) {
            await(never);
          }
        };
    Limits limits = new Limits(2, Optional.empty(), Duration.ofMillis(50), true);
    assertThat(run(campaign(1_000_000_000, trial, limits))).isEqualTo(End.ENDLESS_RUN);

    Run last = runs.get(runs.size() - 1);
    assertThat(runs).hasSize(5);
    assertThat(last.isEndless()).isTrue();
    assertThat(last.violation().orElseThrow().failure().kind()).isEqualTo("endless run");
    assertThat(last.violation().orElseThrow().failure().cause())
        .hasStackTraceContaining("CampaignTest.await");
    never.countDown();
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anInterruptedCampaignDeliversWhatIsOver() {
    Campaign campaign =
        new Campaign(Seeds.from(1, Shard.WHOLE), Trials.of(() -> c -> sleep(1)), limits(3, false));
    End end =
        campaign.run(
            run -> {
              runs.add(run);
              if (runs.size() == 20) {
                campaign.interrupt();
              }
            },
            () -> {});
    assertThat(end).isEqualTo(End.INTERRUPTED);
    assertThat(runs).hasSizeGreaterThanOrEqualTo(20);
  }

  @Test
  void aRunThatDoesNotEndDoesNotHoldUpAnInterruption() {
    CountDownLatch never = new CountDownLatch(1);
    Campaign campaign = campaign(10, choices -> await(never), limits(2, false));
    assertThat(campaign.run(runs::add, campaign::interrupt)).isEqualTo(End.INTERRUPTED);
    assertThat(runs).isEmpty();
    never.countDown();
  }

  @Test
  void anErrorIsAViolationAndALinkageErrorIsNot() {
    Trial large =
        choices -> {
          throw new OutOfMemoryError("of the trial");
        };
    run(campaign(5, large, limits(1, false)));
    assertThat(violations()).containsExactly("1: OutOfMemoryError: of the trial");
    runs.clear();

    Trial recursive =
        choices -> {
          throw new StackOverflowError();
        };
    run(campaign(5, recursive, limits(1, false)));
    assertThat(violations()).hasSize(1);
    assertThat(runs.get(0).violation().orElseThrow().failure().kind())
        .isEqualTo("StackOverflowError: null");

    Trial unlinked =
        choices -> {
          throw new NoSuchMethodError("run");
        };
    assertThatThrownBy(() -> run(campaign(5, unlinked, limits(2, true))))
        .isInstanceOf(NoSuchMethodError.class);
  }

  @Test
  void choicesThatCannotBeNamedDoNotHideAViolation() {
    Trial twice =
        choices -> {
          for (int i = 0; i < 100; i++) {
            choices.at("step %", 1).next("crash", 2);
          }
          throw new AssertionError("after all");
        };
    run(campaign(1, twice, limits(1, false)));
    assertThat(violations()).containsExactly("1: after all");
    assertThat(runs.get(0).violation().orElseThrow().schedule()).isEmpty();
  }
}
