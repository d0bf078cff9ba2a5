package io.tickraft.examples.kv.net;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;

/**
 * Reports what nobody handles to the uncaught exception handler of the current thread. Netty
 * catches everything that tasks, handlers and listeners throw, and only logs it: the node would go
 * on in a state that nobody knows.
 */
public final class Uncaught {

  private Uncaught() {}

  /**
   * Marks exceptions after which the node must stop, whoever asked for what has failed. The message
   * is one line for the operator, and needs no stack trace.
   */
  public interface Fatal {}

  /** Reports it. Needs no memory: there may be none left. */
  public static void report(Throwable thrown) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
  }

  /**
   * Reports errors, and exceptions that are {@link Fatal}. For handlers of connections: anything
   * else that they throw ends only the connection.
   *
   * @return whether it was reported
   */
  public static boolean reportIfFatal(Throwable thrown) {
    boolean fatal = thrown instanceof Error || thrown instanceof Fatal;
    if (fatal) {
      report(thrown);
    }
    return fatal;
  }

  /** {@return a listener that reports what the given one throws} */
  public static <F extends Future<?>> GenericFutureListener<F> reporting(
      GenericFutureListener<F> listener) {
    return future -> {
      try {
        listener.operationComplete(future);
      } catch (Throwable e) {
        report(e);
      }
    };
  }
}
