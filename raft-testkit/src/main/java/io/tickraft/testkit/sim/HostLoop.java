package io.tickraft.testkit.sim;

import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The event loop of a host. A sync that the loop waits for blocks it, and so does a pause of the
 * whole process; inputs wait meanwhile. After the block, the loop first finishes the task that the
 * sync interrupted, then delivers the due ticks, then all messages, then runs all other tasks.
 */
final class HostLoop {

  /** Takes the inputs of the node. */
  interface Target {
    void tick();

    void step(Message message);

    /** All ticks and messages are delivered: the node may now act on its timeouts. */
    void inputsDelivered();
  }

  private final int maxDueTicks;
  private final FaultCounters faults;

  /** The number of blocks in effect; the loop runs only at 0. */
  private int blocks;

  private int dueTicks;
  private final ArrayDeque<Message> messages = new ArrayDeque<>();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  /** The rest of the task that a sync interrupted; set when the sync ends. */
  private @Nullable Runnable unfinished;

  /**
   * Starts a loop that is not blocked.
   *
   * @param maxDueTicks the maximum number of ticks that wait, as in {@link
   *     io.tickraft.core.TickSchedule}; further ones are dropped
   * @param faults counts late and dropped inputs
   */
  HostLoop(int maxDueTicks, FaultCounters faults) {
    this.maxDueTicks = maxDueTicks;
    this.faults = faults;
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

  /** Ends the block by a sync; {@code rest} is the rest of the interrupted task. */
  void unblock(Runnable rest) {
    unfinished = rest;
    blocks--;
  }

  void addTick() {
    if (dueTicks < maxDueTicks) {
      dueTicks++;
    } else {
      faults.droppedTicks++;
    }
  }

  void add(Message message) {
    messages.addLast(message);
  }

  void add(Runnable task) {
    tasks.addLast(task);
  }

  /** Delivers all inputs that have waited, until one of them blocks the loop again. */
  void deliverTo(Target target) {
    if (unfinished != null) {
      Runnable rest = unfinished;
      unfinished = null;
      rest.run();
      if (isBlocked()) {
        return;
      }
    }
    faults.lateTicks += dueTicks;
    faults.lateMessages += messages.size();
    if (dueTicks > 0 && !messages.isEmpty()) {
      faults.ticksBeforeMessages++;
    }
    while (dueTicks > 0 && !isBlocked()) {
      dueTicks--;
      target.tick();
    }
    while (!messages.isEmpty() && !isBlocked()) {
      target.step(messages.removeFirst());
    }
    if (!isBlocked()) {
      target.inputsDelivered();
    }
    while (!tasks.isEmpty() && !isBlocked()) {
      tasks.removeFirst().run();
    }
  }
}
