package io.tickraft.examples.kv.net;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks after a delay, and logs their exceptions. */
public final class Later {

  private static final Logger LOG = LoggerFactory.getLogger(Later.class);

  private Later() {}

  /**
   * Runs a task after a delay.
   *
   * @param loop the event loop that runs the task
   * @param nanos the delay in nanoseconds
   * @param task the task
   */
  public static void run(EventExecutor loop, long nanos, Runnable task) {
    loop.schedule(task, nanos, TimeUnit.NANOSECONDS)
        .addListener(
            done -> {
              if (!done.isSuccess() && !done.isCancelled()) {
                LOG.error("a task has failed", done.cause());
              }
            });
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
