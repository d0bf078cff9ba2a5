package io.tickraft.testkit.contract;

import io.tickraft.core.NodeFailedException;
import io.tickraft.testkit.oracle.Oracle;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Checks when a node is called: by whom, not within another call, and not before its ticks. */
final class Calls {

  private final HostWatch watch;
  private final NodeMemory memory;
  private final WatchedStorage storage;
  private final SingleOwner owner = new SingleOwner();

  /** Whether a call is being made. */
  private boolean isInside;

  /** Whether another node was opened in place of this one. */
  private boolean isReplaced;

  /** The ticks that are due and not delivered, as far as the host has reported them. */
  private long dueTicks;

  Calls(HostWatch watch, NodeMemory memory, WatchedStorage storage) {
    this.watch = watch;
    this.memory = memory;
    this.storage = storage;
  }

  /** Another node was opened in place of this one. */
  void replaced() {
    isReplaced = true;
  }

  void handOver() {
    owner.handOver();
  }

  void ticksDue(long ticks) {
    dueTicks += ticks;
  }

  boolean isInside() {
    return isInside;
  }

  /**
   * Checks that a call may begin, and makes it.
   *
   * @param before tells the oracle of the call
   */
  <R> R make(Consumer<Oracle> before, Supplier<R> call) {
    begin(before);
    return ask(call);
  }

  /** Checks that a call may begin. */
  void begin(Consumer<Oracle> before) {
    watch.guarded(
        () -> {
          checkMayCall();
          if (dueTicks > 0) {
            throw memory.violation(
                HostRule.TICKS_BEFORE_OTHER_CALLS,
                "tick(), as " + dueTicks + " ticks are due",
                "another call");
          }
          watch.tell(before);
        });
  }

  /** Checks that a tick may be delivered. */
  void beginTick(Consumer<Oracle> before) {
    watch.guarded(
        () -> {
          checkMayCall();
          dueTicks = Math.max(0, dueTicks - 1);
          watch.tell(before);
        });
  }

  private void checkMayCall() {
    if (isReplaced) {
      throw memory.violation(
          HostRule.ONE_NODE_AT_A_TIME,
          "calls of the node that was opened last",
          "a call of an earlier one");
    }
    owner
        .enter()
        .ifPresent(
            problem -> {
              throw memory.violation(HostRule.CALLED_BY_ITS_OWNER, "calls of one thread", problem);
            });
    if (isInside) {
      throw memory.violation(
          HostRule.NOT_CALLED_DURING_A_CALL, "no call until the present one has returned", "one");
    }
  }

  /** Makes a call that is checked, or that is not the host's. */
  <R> R ask(Supplier<R> call) {
    isInside = true;
    R result;
    try {
      result = call.get();
    } catch (NodeFailedException e) {
      // What an observer or a storage throws fails the node. The cause says more.
      if (e.getCause() instanceof ContractViolation violation) {
        throw violation;
      }
      throw e;
    } finally {
      isInside = false;
    }
    watch.guarded(storage::callEnded);
    return result;
  }
}
