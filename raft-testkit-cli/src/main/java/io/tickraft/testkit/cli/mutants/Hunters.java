package io.tickraft.testkit.cli.mutants;

import io.tickraft.testkit.cli.UsageException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Runs the campaigns against mutants, several at once, each on one core. */
final class Hunters {

  /** How often a campaign is looked after, in milliseconds. */
  private static final long LOOK_MILLIS = 100;

  private final Method method;
  private final MutantCompiler compiler;
  private final Duration time;
  private final Duration shrinkTime;
  private final Duration slack;
  private final int jobs;

  /**
   * Prepares campaigns.
   *
   * @param method how mutants are hunted
   * @param compiler compiles the mutants
   * @param time the time for each mutant, without shrinking, as time of a core
   * @param shrinkTime the time for shrinking a run that fails
   * @param slack how much longer a campaign may take before it is given up
   * @param jobs how many campaigns run at once, at least 1
   */
  Hunters(
      Method method,
      MutantCompiler compiler,
      Duration time,
      Duration shrinkTime,
      Duration slack,
      int jobs) {
    this.method = method;
    this.compiler = compiler;
    this.time = time;
    this.shrinkTime = shrinkTime;
    this.slack = slack;
    this.jobs = jobs;
  }

  /**
   * Hunts mutants.
   *
   * @param mutants the mutants
   * @param done takes each verdict as it comes, one at a time
   * @return the verdicts, in the order of the mutants
   */
  List<Verdict> hunt(List<Mutant> mutants, Consumer<Verdict> done) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(jobs, daemons());
    try {
      List<Future<Verdict>> pending = new ArrayList<>();
      for (Mutant mutant : mutants) {
        pending.add(pool.submit(hunt(mutant, done)));
      }
      List<Verdict> verdicts = new ArrayList<>();
      for (Future<Verdict> verdict : pending) {
        verdicts.add(verdict.get());
      }
      return verdicts;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private static ThreadFactory daemons() {
    return task -> {
      Thread thread = new Thread(task, "mutants");
      thread.setDaemon(true);
      return thread;
    };
  }

  private Callable<Verdict> hunt(Mutant mutant, Consumer<Verdict> done) {
    return () -> {
      Verdict verdict = hunt(mutant);
      synchronized (this) {
        done.accept(verdict);
      }
      return verdict;
    };
  }

  private Verdict hunt(Mutant mutant) throws InterruptedException {
    Campaign campaign;
    try {
      campaign = MutantLoader.campaign(method.campaign(), compiler.compile(mutant));
    } catch (UsageException e) {
      return Verdict.problem(mutant, String.valueOf(e.getMessage()));
    }
    return hunt(mutant, campaign);
  }

  /**
   * Hunts in a thread of its own. The core's loops are guarded, so a campaign comes to its end. But
   * a loop in what the core calls is not: then the thread is left alone, and the verdict says so.
   */
  Verdict hunt(Mutant mutant, Campaign campaign) throws InterruptedException {
    AtomicReference<Verdict> verdict =
        new AtomicReference<>(
            Verdict.problem(mutant, "the campaign does not end, and was given up"));
    Thread thread = daemons().newThread(() -> verdict.set(verdictOf(mutant, campaign)));
    thread.start();
    long most = time.plus(shrinkTime).plus(slack).toNanos();
    while (thread.isAlive() && cpuNanos(thread) < most) {
      thread.join(LOOK_MILLIS);
    }
    return Objects.requireNonNull(verdict.get());
  }

  private static long cpuNanos(Thread thread) {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
  }

  private Verdict verdictOf(Mutant mutant, Campaign campaign) {
    try {
      return Verdict.of(mutant, campaign.hunt(time, shrinkTime));
    } catch (RuntimeException | Error e) {
      // Not of the mutant's core, whose failures are finds: of the testkit or of the machine.
      return Verdict.problem(mutant, "the campaign has failed: " + e);
    }
  }
}
