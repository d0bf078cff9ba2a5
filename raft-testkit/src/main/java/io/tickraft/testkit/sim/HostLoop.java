package io.tickraft.testkit.sim;

import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The event loop of a host that may be blocked: by a sync that it waits for, or by a pause of the
 * whole process. What comes meanwhile waits. When the loop goes on it first finishes what it was
 * doing, then delivers the ticks that are due, then all messages, then everything else.
 */
final class HostLoop {

  /** What the loop delivers to. */
  interface Target {
    void tick();

    void step(Message message);

    /** All ticks and messages are delivered: now time-outs may be acted on. */
    void inputsDelivered();
  }

  private final int maxDueTicks;
  private final Troubles troubles;

  /** How many reasons there are to be blocked; the loop runs only if there is none. */
  private int blocks;

  private int dueTicks;
  private final ArrayDeque<Message> messages = new ArrayDeque<>();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  /** What the loop was doing when a sync blocked it, from the end of the sync on. */
  private @Nullable Runnable unfinished;

  /**
   * Starts a loop that is not blocked.
   *
   * @param maxDueTicks how many ticks are delivered at once at the most, as {@link
   *     io.tickraft.core.TickSchedule} has it; the others are dropped
   * @param troubles counts what was late
   */
  HostLoop(int maxDueTicks, Troubles troubles) {
    this.maxDueTicks = maxDueTicks;
    this.troubles = troubles;
  }

  boolean isBlocked() {
    return blocks > 0;
  }

  void block() {
    blocks++;
  }

  /** Ends one block. */
  void unblock() {
    blocks--;
  }

  /** Ends the block by a sync, after which there is something left to do. */
  void unblock(Runnable rest) {
    unfinished = rest;
    blocks--;
  }

  void addTick() {
    if (dueTicks < maxDueTicks) {
      dueTicks++;
    } else {
      troubles.droppedTicks++;
    }
  }

  void add(Message message) {
    messages.addLast(message);
  }

  void add(Runnable task) {
    tasks.addLast(task);
  }

  /** Delivers all that has waited. */
  void deliverTo(Target target) {
    if (unfinished != null) {
      Runnable rest = unfinished;
      unfinished = null;
      rest.run();
    }
    troubles.lateTicks += dueTicks;
    troubles.lateMessages += messages.size();
    if (dueTicks > 0 && !messages.isEmpty()) {
      troubles.ticksBeforeMessages++;
    }
    for (; dueTicks > 0; dueTicks--) {
      target.tick();
    }
    drain(messages, target::step);
    target.inputsDelivered();
    drain(tasks, Runnable::run);
  }

  private static <T> void drain(ArrayDeque<T> queue, Consumer<T> action) {
    while (!queue.isEmpty()) {
      action.accept(queue.removeFirst());
    }
  }
}
