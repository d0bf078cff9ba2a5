package io.tickraft.examples.kv.net;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/** Runs tasks after a delay, and {@linkplain Uncaught#report reports} what they throw. */
// The task itself handles its failure.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Later {

  private Later() {}

  /**
   * Runs a task after a delay.
   *
   * @param loop the event loop that runs the task
   * @param nanos the delay in nanoseconds
   * @param task the task
   */
  public static void run(EventExecutor loop, long nanos, Runnable task) {
    loop.schedule(
        () -> {
          try {
            task.run();
          } catch (Throwable e) {
            Uncaught.report(e);
          }
        },
        nanos,
        TimeUnit.NANOSECONDS);
  }

  /** Runs a task after a delay in milliseconds. */
  public static void runMillis(EventExecutor loop, long millis, Runnable task) {
    run(loop, TimeUnit.MILLISECONDS.toNanos(millis), task);
  }

  /** Runs a task after a delay in seconds. */
  public static void runSeconds(EventExecutor loop, long seconds, Runnable task) {
    run(loop, TimeUnit.SECONDS.toNanos(seconds), task);
  }
}
