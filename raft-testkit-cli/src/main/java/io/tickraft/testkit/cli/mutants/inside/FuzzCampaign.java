package io.tickraft.testkit.cli.mutants.inside;

import io.tickraft.testkit.cli.mutants.Campaign;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.FailureReport;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.Shrinker;
import io.tickraft.testkit.fuzz.Shrunk;
import io.tickraft.testkit.fuzz.Trial;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A campaign of the fuzzer against the core that is loaded with this class. */
public final class FuzzCampaign implements Campaign {

  /** The most by which the time of the shrinker is prolonged on a busy machine. */
  private static final long MAX_SLOWNESS = 10;

  private final Trial trial;

  /** Creates a campaign with groups of any size, and all oracles. */
  public FuzzCampaign() {
    this.trial = new Guarded(Fuzz.ofAnyGroup());
  }

  /** A run whose loops are counted from its beginning. */
  private record Guarded(Trial trial) implements Trial {

    @Override
    public void run(Choices choices) {
      LoopGuard.reset();
      trial.run(choices);
    }

    @Override
    public void run(Choices choices, Oracle observer) {
      LoopGuard.reset();
      trial.run(choices, observer);
    }
  }

  @Override
  public Hunt hunt(Duration time, Duration shrinkTime) {
    long begin = System.nanoTime();
    long cpuBegin = cpuNanos();
    long runs = 0;
    Duration spent = Duration.ZERO;
    while (spent.compareTo(time) < 0) {
      runs++;
      Choices choices = Choices.random(runs);
      boolean fails = Failure.of(trial, choices).isPresent();
      spent = Duration.ofNanos(cpuNanos() - cpuBegin);
      if (fails) {
        // The shrinker looks at the clock, and other programs may use the core.
        long slowness = (System.nanoTime() - begin) / Math.max(1, spent.toNanos());
        Duration limit = shrinkTime.multipliedBy(Math.max(1, Math.min(MAX_SLOWNESS, slowness)));
        return new Hunt(runs, spent, Optional.of(shrink(choices.record(), limit)));
      }
    }
    return new Hunt(runs, spent, Optional.empty());
  }

  /** The time of this thread's core: that of the clock depends on what else the machine does. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private Find shrink(Schedule schedule, Duration time) {
    long cpuBegin = cpuNanos();
    Shrunk shrunk = new Shrinker(trial).maxTime(time).shrink(schedule);
    Duration shrinkTime = Duration.ofNanos(cpuNanos() - cpuBegin);
    return new Find(
        shrunk.failure().kind(),
        schedule.size(),
        shrunk.schedule().size(),
        shrinkTime,
        shrunk.schedule().text(),
        files(schedule, shrunk));
  }

  private Map<String, String> files(Schedule schedule, Shrunk shrunk) {
    Map<String, String> files = new TreeMap<>();
    try {
      FailureReport report = FailureReport.of("mutant", schedule.size(), shrunk, trial);
      files.put("report.txt", report.text());
      report.picture().ifPresent(picture -> files.put("picture.html", picture.html()));
    } catch (AssertionError e) {
      // A scenario does not reset the count of the core's loops: such a run has no report.
      files.clear();
    }
    return files;
  }

  @Override
  public Optional<String> replay(String schedule) {
    return Failure.of(trial, Choices.replay(Schedule.parse(schedule))).map(Failure::kind);
  }
}
