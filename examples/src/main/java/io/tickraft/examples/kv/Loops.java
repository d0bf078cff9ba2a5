package io.tickraft.examples.kv;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.tickraft.examples.kv.net.GuardedLoop;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a node: an event loop for Raft and all connections, and one for long work, so that
 * it does not block the first.
 */
final class Loops {

  private static final Logger LOG = LoggerFactory.getLogger(Loops.class);

  /** How long each thread may take to end what it does. */
  private static final long STOP_MILLIS = 5_000;

  private final GuardedLoop node;
  private final GuardedLoop background;
  private final long stopMillis;

  /**
   * Creates the loops.
   *
   * @param id the node's id
   * @param handler called on any thread with what nobody handles, possibly more than once
   */
  Loops(long id, UncaughtExceptionHandler handler) {
    this(id, handler, STOP_MILLIS);
  }

  /** Creates loops whose threads may take another time to end what they do, in milliseconds. */
  Loops(long id, UncaughtExceptionHandler handler, long stopMillis) {
    this.stopMillis = stopMillis;
    node = GuardedLoop.create("kv-" + id, handler);
    background = GuardedLoop.create("kv-" + id + "-background", handler);
  }

  EventLoop node() {
    return node;
  }

  EventLoop background() {
    return background;
  }

  /** Runs a task on the node's loop, and waits for its end if that does not take too long. */
  void run(Runnable task) {
    try {
      Future<?> done = node.submit(task);
      done.awaitUninterruptibly(stopMillis, TimeUnit.MILLISECONDS);
      if (done.isDone() && !done.isSuccess()) {
        LOG.error("a task has failed while its node stopped", done.cause());
      }
    } catch (RejectedExecutionException e) {
      LOG.debug("the thread has ended before", e);
    }
  }

  /**
   * Ends the threads.
   *
   * @return whether they have ended
   */
  boolean shutdown() {
    return shutdown(background) && shutdown(node);
  }

  private boolean shutdown(GuardedLoop loop) {
    boolean ended =
        loop.shutdownGracefully(0, stopMillis, TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(stopMillis, TimeUnit.MILLISECONDS);
    if (!ended) {
      StringBuilder where = new StringBuilder();
      for (StackTraceElement element : loop.threadProperties().stackTrace()) {
        where.append("\n\tat ").append(element);
      }
      LOG.error(
          "the thread {} has not ended within {} ms. It is{}",
          loop.threadProperties().name(),
          stopMillis,
          where);
    }
    return ended;
  }
}
