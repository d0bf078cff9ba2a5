package io.tickraft.testkit.cli.mutants.inside;

import io.tickraft.testkit.cli.mutants.Campaign;
import io.tickraft.testkit.explore.Counterexample;
import io.tickraft.testkit.explore.Exploration;
import io.tickraft.testkit.explore.NamedExploration;
import io.tickraft.testkit.explore.Ordering;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.oracle.Oracles;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Explores the core that is loaded with this class, within the bounds of one named exploration
 * after the other. The runs it finds are the shortest there are, so that nothing is shrunk.
 */
public final class ExploreCampaign implements Campaign {

  /** Begins a text, before the name of the exploration. */
  private static final String NAME = "// exploration: ";

  /** Liveness is tried from one of so many states. */
  private static final int LIVENESS_OF_ONE_IN = 5_000;

  private final List<NamedExploration> explorations;

  /** Creates a campaign with all named explorations. */
  public ExploreCampaign() {
    this(NamedExploration.all());
  }

  private ExploreCampaign(List<NamedExploration> explorations) {
    this.explorations = explorations;
  }

  @Override
  public Campaign only(List<String> parts) {
    return new ExploreCampaign(parts.stream().map(ExploreCampaign::named).toList());
  }

  private static NamedExploration named(String name) {
    return NamedExploration.named(name)
        .orElseThrow(() -> new IllegalArgumentException("no exploration: " + name));
  }

  /** Returns an exploration in which the loops of the core are counted. */
  private static Exploration guarded(NamedExploration named) {
    return named
        .exploration()
        .checkLivenessOfOneIn(LIVENESS_OF_ONE_IN)
        .oracles(
            () -> {
              LoopGuard.reset();
              return Oracles.all();
            });
  }

  @Override
  public Hunt hunt(Duration time, Duration shrinkTime) {
    long begin = cpuNanos();
    long runs = 0;
    for (NamedExploration named : explorations) {
      runs++;
      Exploration.Result result =
          guarded(named)
              .run(
                  progress -> {
                    LoopGuard.reset();
                    return spent(begin).compareTo(time) < 0;
                  });
      Optional<Counterexample> counterexample = result.counterexample();
      if (counterexample.isPresent()) {
        return new Hunt(runs, spent(begin), Optional.of(find(named, counterexample.get())));
      }
      if (spent(begin).compareTo(time) >= 0) {
        break;
      }
    }
    return new Hunt(runs, spent(begin), Optional.empty());
  }

  private static Find find(NamedExploration named, Counterexample counterexample) {
    int events = counterexample.ordering().size();
    return new Find(
        counterexample.failure().kind(),
        events,
        events,
        Duration.ZERO,
        NAME + named.name() + "\n" + counterexample.ordering().text(),
        Map.of(
            "events.txt",
            counterexample.orderingWithMessages(),
            "picture.html",
            counterexample.picture(named.name()).html()));
  }

  /** Returns the time of this thread's core: that of the clock depends on other programs. */
  private static Duration spent(long begin) {
    return Duration.ofNanos(cpuNanos() - begin);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  @Override
  public Optional<String> replay(String schedule) {
    String name = schedule.lines().findFirst().orElse("").replaceFirst("^" + NAME, "");
    LoopGuard.reset();
    return guarded(named(name)).play(Ordering.parse(schedule)).map(Failure::kind);
  }
}
