package io.tickraft.examples.kv.net;

import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * An event loop with one thread. Its handler gets what a task throws, what is {@linkplain
 * Uncaught#report reported} on its thread, and an exception if the thread ends although nobody has
 * shut down the loop.
 *
 * <p>Tasks that run later must be scheduled by {@link Later}.
 */
public final class GuardedLoop extends SingleThreadIoEventLoop {

  private volatile boolean isShutDown;

  private GuardedLoop(ThreadFactory threads) {
    super(null, threads, NioIoHandler.newFactory());
  }

  /**
   * Creates a loop. Its thread is started with the first task.
   *
   * @param name the first part of the thread's name
   * @param handler called on any thread, possibly more than once
   */
  public static GuardedLoop create(String name, UncaughtExceptionHandler handler) {
    GuardedLoop loop =
        new GuardedLoop(
            new DefaultThreadFactory(name) {
              @Override
              protected Thread newThread(Runnable task, String threadName) {
                Thread thread = super.newThread(task, threadName);
                thread.setUncaughtExceptionHandler(handler);
                return thread;
              }
            });
    loop.terminationFuture()
        .addListener(
            ended -> {
              if (!loop.isShutDown) {
                handler.uncaughtException(
                    Thread.currentThread(),
                    new IllegalStateException("the thread of the event loop has ended: " + name));
              }
            });
    return loop;
  }

  @Override
  public void execute(Runnable task) {
    super.execute(() -> run(task));
  }

  @Override
  public void lazyExecute(Runnable task) {
    super.lazyExecute(() -> run(task));
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      Uncaught.report(e);
    }
  }

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    isShutDown = true;
    return super.shutdownGracefully(quietPeriod, timeout, unit);
  }
}
