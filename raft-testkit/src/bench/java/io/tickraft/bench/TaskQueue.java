package io.tickraft.bench;

import io.microraft.executor.RaftNodeExecutor;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** Runs the tasks of MicroRaft's nodes in the thread that calls {@link #runOne()}. */
final class TaskQueue implements RaftNodeExecutor {

  /** After how many tasks the clock is read for scheduled ones. */
  private static final int TASKS_BETWEEN_READS = 1024;

  /** A task that is not due yet. */
  private record Scheduled(Runnable task, long due) {}

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Scheduled> scheduled =
      new PriorityQueue<>((a, b) -> Long.signum(a.due - b.due));
  private int tasksSinceRead;

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void submit(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    scheduled.add(new Scheduled(task, System.nanoTime() + unit.toNanos(delay)));
  }

  /** Runs one task, and returns whether there was one. */
  boolean runOne() {
    if (++tasksSinceRead >= TASKS_BETWEEN_READS) {
      queueDueTasks();
    }
    Runnable task = tasks.poll();
    if (task == null) {
      return false;
    }
    task.run();
    return true;
  }

  /** Queues the scheduled tasks whose time has come. */
  void queueDueTasks() {
    tasksSinceRead = 0;
    long now = System.nanoTime();
    while (!scheduled.isEmpty() && scheduled.peek().due - now <= 0) {
      tasks.add(scheduled.remove().task);
    }
  }
}
