package io.tickraft.core.fuzz;

import io.tickraft.proto.ConfState;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the state machine of a fuzzed node has applied, the configuration that it has stored with
 * it, and those that it has been told and has yet to apply.
 */
final class FuzzedMachine {

  private long applied;
  private ConfState confState;
  private final Deque<Handed> handedOut = new ArrayDeque<>();

  private record Handed(long index, ConfState confState) {}

  FuzzedMachine(long applied, ConfState confState) {
    this.applied = applied;
    this.confState = confState;
  }

  /** It starts again from a snapshot. */
  void restore(long index, ConfState itsConfState) {
    applied = index;
    confState = itsConfState;
  }

  /** It starts again from what it has applied. */
  void restart() {
    handedOut.clear();
  }

  /** A Ready was taken. */
  void handedOut(Taken taken) {
    taken
        .confState()
        .ifPresent(itsConfState -> handedOut.addLast(new Handed(lastOf(taken), itsConfState)));
  }

  private static long lastOf(Taken taken) {
    return taken.committed().isEmpty()
        ? taken.snapshot().orElseThrow().getMetadata().getIndex()
        : taken.committed().get(taken.committed().size() - 1).getIndex();
  }

  /** It has applied all up to {@code index}. */
  void apply(long index) {
    applied = index;
    while (!handedOut.isEmpty() && handedOut.getFirst().index <= index) {
      confState = handedOut.removeFirst().confState;
    }
  }

  long applied() {
    return applied;
  }

  /** The configuration after what is applied. */
  ConfState confState() {
    return confState;
  }

  /** The configuration that was handed out last, or else the one after what is applied. */
  ConfState latest() {
    return handedOut.isEmpty() ? confState : handedOut.getLast().confState;
  }

  /** Whether a configuration was handed out and is not applied. */
  boolean isChanging() {
    return !handedOut.isEmpty();
  }
}
