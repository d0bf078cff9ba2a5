package io.tickraft.examples.kv;

import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Halts this process after a while, whatever its other threads do: a node that cannot stop, or has
 * no memory left, must not live on and ignore signals. What is on the disk is as after a kill.
 *
 * <p>The thread is started before it is needed, and {@link #haltIn} needs no memory.
 */
final class LastResort implements AutoCloseable {

  private final IntConsumer halt;
  private final Thread thread = new Thread(this::run, "last-resort");
  private volatile boolean isSet;
  private volatile boolean closed;

  // Written before the process is to be halted, by one thread at a time.
  private volatile long deadlineNanos;
  private volatile int exitCode;

  /**
   * Creates it, and starts its thread.
   *
   * @param halt ends the process at once, with an exit code
   */
  static LastResort started(IntConsumer halt) {
    LastResort lastResort = new LastResort(halt);
    lastResort.thread.setDaemon(true);
    lastResort.thread.start();
    return lastResort;
  }

  private LastResort(IntConsumer halt) {
    this.halt = halt;
  }

  /**
   * Has the process halted. A later call may make it earlier, but does not change the exit code.
   *
   * @param nanos the time until then in nanoseconds
   */
  synchronized void haltIn(long nanos, int code) {
    long at = System.nanoTime() + nanos;
    if (!isSet) {
      exitCode = code;
    }
    if (!isSet || at - deadlineNanos < 0) {
      deadlineNanos = at;
    }
    isSet = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      if (!isSet) {
        LockSupport.park(this);
        continue;
      }
      long left = deadlineNanos - System.nanoTime();
      if (left <= 0) {
        halt.accept(exitCode);
        return;
      }
      LockSupport.parkNanos(this, left);
    }
  }

  /** Waits until the thread has ended. */
  void join() throws InterruptedException {
    thread.join();
  }

  /** Lets the process live. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
