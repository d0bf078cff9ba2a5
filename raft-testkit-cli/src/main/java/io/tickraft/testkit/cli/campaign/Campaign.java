package io.tickraft.testkit.cli.campaign;

import io.tickraft.testkit.cli.trial.Trials;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Trial;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs seeds in several threads. Whoever listens gets the runs in the order of their seeds, and
 * none after the one that ends the campaign. So for the same seeds it is the same whatever the
 * number of threads.
 *
 * <p>A campaign is used once.
 */
public final class Campaign {

  /** Why a campaign has ended. */
  public enum End {
    /** All seeds were run. */
    SEEDS,
    /** The time is over. */
    TIME,
    /** A run has broken a promise. */
    VIOLATION,
    /** A run did not end. */
    ENDLESS_RUN,
    /** Someone has stopped the campaign. */
    INTERRUPTED
  }

  /**
   * The limits of a campaign.
   *
   * @param threads how many threads run, at least 1
   * @param time the time after which no run begins
   * @param runTime the time of a core after which a run counts as endless; a run that waits, and
   *     uses no core, counts as endless after ten times as long
   * @param keepsGoing whether the campaign goes on after a violation
   */
  public record Limits(
      int threads, Optional<Duration> time, Duration runTime, boolean keepsGoing) {}

  /** A run and its place in the order of the seeds. */
  private record Finished(long position, Run run) {}

  /** How many runs may be over while an earlier one is not. */
  private static final int MAX_AHEAD = 4_096;

  /** How many times longer than its share of a core a run may take by the clock. */
  private static final int MAX_WAIT = 10;

  private static final long LOOK_MILLIS = 100;

  /** What counts at most as the time between two looks; the usual one is {@link #LOOK_MILLIS}. */
  private static final long MAX_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How long runs may go on after someone has stopped the campaign. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Seeds seeds;
  private final Trials trials;
  private final Limits limits;
  private long begin;
  private long lastLook;

  /** The time of this campaign; it stands still while the process is stopped or suspended. */
  private final AtomicLong watchedNanos = new AtomicLong();

  private final AtomicLong next = new AtomicLong();
  private final Semaphore ahead = new Semaphore(MAX_AHEAD);
  private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();
  private final List<Worker> workers = new ArrayList<>();
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

  /** No run begins any more. */
  private volatile boolean isStopped;

  /** When someone has stopped the campaign; empty if nobody has. */
  private volatile Optional<Long> interrupted = Optional.empty();

  /** The runs that wait for an earlier one, by their positions. */
  private final SortedMap<Long, Run> early = new TreeMap<>();

  private long delivered;

  /**
   * Prepares a campaign.
   *
   * @param seeds what is run
   * @param trials make a trial for each thread
   * @param limits when it ends
   */
  public Campaign(Seeds seeds, Trials trials, Limits limits) {
    this.seeds = seeds;
    this.trials = trials;
    this.limits = limits;
  }

  /** Stops the campaign, from any thread: runs that have begun get a second to end. */
  public synchronized void interrupt() {
    if (interrupted.isEmpty()) {
      interrupted = Optional.of(System.nanoTime());
    }
    stop();
  }

  private void stop() {
    isStopped = true;
    ahead.release(limits.threads); // For those that wait.
  }

  /**
   * Runs.
   *
   * @param listener gets each run, in the order of the seeds
   * @param look is called several times a second
   * @return why the campaign has ended
   * @throws LinkageError if the user's classes do not fit
   */
  public End run(Consumer<Run> listener, Runnable look) {
    begin = System.nanoTime();
    lastLook = begin;
    for (int i = 0; i < limits.threads; i++) {
      workers.add(new Worker(trials.create(), i + 1));
    }
    active.set(workers.size());
    workers.forEach(Thread::start);
    try {
      Optional<End> end = Optional.empty();
      while (end.isEmpty() && !isOver()) {
        end = deliver(listener);
        findEndless();
        look.run();
      }
      checkWorkers();
      return end.orElseGet(this::end);
    } finally {
      stop();
    }
  }

  /** Returns whether no run will come any more, or none is waited for. */
  private boolean isOver() {
    if (broken.get() != null) {
      return true;
    }
    Optional<Long> since = interrupted;
    // In this order: a thread ends after it has handed in its last run.
    return (active.get() == 0 && finished.isEmpty())
        || (since.isPresent() && System.nanoTime() - since.get() > GRACE_NANOS);
  }

  private void checkWorkers() {
    Throwable thrown = broken.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private End end() {
    if (interrupted.isPresent()) {
      return End.INTERRUPTED;
    }
    return delivered == seeds.size() ? End.SEEDS : End.TIME;
  }

  /** Waits a little for runs, and passes on those whose turn it is. */
  private Optional<End> deliver(Consumer<Run> listener) {
    try {
      Finished first = finished.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      for (Finished some = first; some != null; some = finished.poll()) {
        if (some.position >= delivered) {
          early.putIfAbsent(some.position, some.run);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      interrupt();
    }
    while (early.containsKey(delivered)) {
      Run run = early.remove(delivered);
      delivered++;
      ahead.release();
      listener.accept(run);
      if (run.isEndless()) {
        return Optional.of(End.ENDLESS_RUN);
      }
      if (run.isViolation() && !limits.keepsGoing) {
        return Optional.of(End.VIOLATION);
      }
    }
    return Optional.empty();
  }

  private void findEndless() {
    long now = System.nanoTime();
    long watched = watchedNanos.addAndGet(Math.min(now - lastLook, MAX_LOOK_NANOS));
    lastLook = now;
    for (Worker worker : workers) {
      Begun begun = worker.begun;
      if (begun != null
          && !worker.isGivenUp
          && (worker.coreNanos() - begun.atCoreNanos > limits.runTime.toNanos()
              || watched - begun.atWatchedNanos > MAX_WAIT * limits.runTime.toNanos())) {
        worker.isGivenUp = true;
        finished.add(new Finished(begun.position, endless(begun.position, worker)));
        stop();
      }
    }
  }

  private Run endless(long position, Thread thread) {
    AssertionError error =
        new AssertionError("the run has not ended after " + limits.runTime.toSeconds() + " s");
    error.setStackTrace(thread.getStackTrace());
    return Run.endless(seeds.at(position), new Failure("endless run", error));
  }

  private boolean isTimeOver() {
    return limits.time.isPresent() && System.nanoTime() - begin >= limits.time.get().toNanos();
  }

  /**
   * A run that is not over: its position, and when it began, by the time of the campaign and by
   * that of its thread.
   */
  private record Begun(long position, long atWatchedNanos, long atCoreNanos) {}

  private final class Worker extends Thread {

    private final Trial trial;

    /** Null between two runs. */
    private volatile @Nullable Begun begun;

    /** Its run counts as endless. Of the thread that looks after the campaign. */
    private boolean isGivenUp;

    Worker(Trial trial, int number) {
      super("run-" + number);
      this.trial = trial;
      setDaemon(true); // A run that does not end must not keep the process.
      setContextClassLoader(trials.loader());
    }

    @Override
    public void run() {
      try {
        while (runNext()) {}
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // By the user's trial.
        broken.compareAndSet(null, new IllegalStateException("the trial interrupts its thread"));
      } catch (Throwable e) {
        broken.compareAndSet(null, e);
      } finally {
        active.decrementAndGet();
      }
    }

    /**
     * Returns the time of a core that this thread has used, in nanoseconds: on a machine that is
     * busy with something else, a run takes long by the clock only.
     */
    long coreNanos() {
      return ManagementFactory.getThreadMXBean().getThreadCpuTime(getId());
    }

    /** Runs the next seed, and returns false if there is none. */
    private boolean runNext() throws InterruptedException {
      ahead.acquire();
      if (isStopped || isTimeOver()) {
        return false;
      }
      long position = next.getAndIncrement();
      if (position >= seeds.size()) {
        return false;
      }
      begun = new Begun(position, watchedNanos.get(), coreNanos());
      Run run = Run.of(trial, seeds.at(position));
      begun = null;
      if (run.isViolation() && !limits.keepsGoing) {
        isStopped = true; // Those before it have begun, and go on.
      }
      finished.add(new Finished(position, run));
      return true;
    }
  }
}
