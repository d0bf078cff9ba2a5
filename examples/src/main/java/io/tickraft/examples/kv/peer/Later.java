package io.tickraft.examples.kv.peer;

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

  static void runMillis(EventExecutor loop, long millis, Runnable task) {
    run(loop, TimeUnit.MILLISECONDS.toNanos(millis), task);
  }

  static void runSeconds(EventExecutor loop, long seconds, Runnable task) {
    run(loop, TimeUnit.SECONDS.toNanos(seconds), task);
  }
}
