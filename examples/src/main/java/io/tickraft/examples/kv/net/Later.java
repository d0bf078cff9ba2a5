package io.tickraft.examples.kv.net;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks after a while, and does not lose what they throw. */
public final class Later {

  private static final Logger LOG = LoggerFactory.getLogger(Later.class);

  private Later() {}

  /**
   * Runs a task after a while.
   *
   * @param loop where
   * @param nanos after how many nanoseconds
   * @param task what
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

  /** Runs a task after so many milliseconds. */
  public static void runMillis(EventExecutor loop, long millis, Runnable task) {
    run(loop, TimeUnit.MILLISECONDS.toNanos(millis), task);
  }

  /** Runs a task after so many seconds. */
  public static void runSeconds(EventExecutor loop, long seconds, Runnable task) {
    run(loop, TimeUnit.SECONDS.toNanos(seconds), task);
  }
}
