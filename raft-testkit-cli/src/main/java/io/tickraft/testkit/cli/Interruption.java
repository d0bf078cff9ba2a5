package io.tickraft.testkit.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C, or a signal that ends the process, while this is open: it waits until this is closed. */
final class Interruption implements AutoCloseable {

  private static final long MAX_WAIT_SECONDS = 10;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean hasCome;

  /** Waits for the signal; {@code stop} makes the command come to an end. */
  Interruption(Runnable stop) {
    hook = new Thread(() -> interrupt(stop), "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void interrupt(Runnable stop) {
    hasCome = true;
    stop.run();
    try {
      // The process ends when this returns.
      closed.await(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether the signal has come. */
  boolean hasCome() {
    return hasCome;
  }

  @Override
  public void close() {
    closed.countDown();
    if (!hasCome) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        return; // The signal comes just now, and has nothing to wait for.
      }
    }
  }
}
