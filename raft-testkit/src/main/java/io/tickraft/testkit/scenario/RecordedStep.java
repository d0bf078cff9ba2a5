package io.tickraft.testkit.scenario;

import io.tickraft.core.RaftConfig;
import io.tickraft.testkit.oracle.ReadyView;
import java.util.ArrayList;
import java.util.List;

/** What a host has done in one go: an input of its node, and then its part of the contract. */
final class RecordedStep {

  /** An input of a node. */
  sealed interface Input {
    /** None: only time has passed, in which a write was done or entries were applied. */
    record None() implements Input {}

    /**
     * A start.
     *
     * @param config the configuration
     * @param storage the options of the storage; empty after a crash
     */
    record Start(RaftConfig config, List<String> storage) implements Input {}

    /** Ticks, and then messages, by their names; after them the node acts on timeouts. */
    record Delivery(int ticks, List<String> messages) implements Input {}

    /** Another command; {@code text} follows its name and node. */
    record Call(String name, String text) implements Input {}
  }

  /** What a host does. */
  enum Kind {
    READY,
    WRITE,
    ACKNOWLEDGE,
    APPLY,
    COMPACT
  }

  /**
   * A part of what a host does; {@code number} is an index to apply or how many entries to keep.
   */
  record Part(Kind kind, long number) {}

  final long node;
  private Input input;
  private final List<Part> parts = new ArrayList<>();

  /** Whether the node has acted on its timeouts since the input. */
  private boolean isActedOn;

  /** Whether a host that does everything at once has done exactly the same. */
  private boolean isPrompt;

  /** The last index that the Readys taken in this step ask to apply; 0: none. */
  private long toApply;

  RecordedStep(long node, Input input, boolean isIdle) {
    this.node = node;
    this.input = input;
    this.isPrompt = isIdle && !(input instanceof Input.None);
  }

  Input input() {
    return input;
  }

  List<Part> parts() {
    return parts;
  }

  void actedOn() {
    isActedOn = true;
  }

  /** Adds a tick or a message that is delivered together with those before; or returns false. */
  boolean joins(int ticks, List<String> messages) {
    if (isActedOn || !parts.isEmpty() || !(input instanceof Input.Delivery before)) {
      return false;
    }
    if (ticks > 0 && !before.messages().isEmpty()) {
      return false;
    }
    List<String> all = new ArrayList<>(before.messages());
    all.addAll(messages);
    input = new Input.Delivery(before.ticks() + ticks, all);
    return true;
  }

  void taken(ReadyView ready) {
    isPrompt &= follows(Kind.READY);
    parts.add(new Part(Kind.READY, 0));
    toApply =
        ready.committedEntries().isEmpty()
            ? ready.snapshot().map(s -> s.getMetadata().getIndex()).orElse(0L)
            : ready.committedEntries().get(ready.committedEntries().size() - 1).getIndex();
  }

  void written() {
    isPrompt &= follows(Kind.WRITE);
    parts.add(new Part(Kind.WRITE, 0));
  }

  void acknowledged() {
    isPrompt &= follows(Kind.ACKNOWLEDGE);
    parts.add(new Part(Kind.ACKNOWLEDGE, 0));
  }

  void applied(long index) {
    int last = parts.size() - 1;
    if (last >= 0 && parts.get(last).kind() == Kind.APPLY) {
      parts.set(last, new Part(Kind.APPLY, index));
    } else {
      isPrompt &= follows(Kind.APPLY);
      parts.add(new Part(Kind.APPLY, index));
    }
  }

  void compacted(int kept) {
    parts.add(new Part(Kind.COMPACT, kept));
  }

  /** Returns whether a host that does everything at once does this next. */
  private boolean follows(Kind kind) {
    Kind last = parts.isEmpty() ? null : parts.get(parts.size() - 1).kind();
    return switch (kind) {
      case READY ->
          last == null || last == Kind.APPLY || (last == Kind.ACKNOWLEDGE && toApply == 0);
      case WRITE -> last == Kind.READY;
      case ACKNOWLEDGE -> last == Kind.WRITE;
      case APPLY -> last == Kind.ACKNOWLEDGE;
      case COMPACT -> true;
    };
  }

  /**
   * Returns whether a host that does everything at once has done exactly the same.
   *
   * @param isLast whether the run ends in this step: then the host may not have done everything
   */
  boolean isPrompt(boolean isLast) {
    if (!isPrompt || isLast) {
      return isPrompt;
    }
    long applied = 0;
    Kind last = Kind.ACKNOWLEDGE;
    for (Part part : parts) {
      applied = part.kind() == Kind.APPLY ? part.number() : applied;
      last = part.kind();
    }
    return last != Kind.READY && last != Kind.WRITE && applied >= toApply;
  }
}
