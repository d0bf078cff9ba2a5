package io.tickraft.testkit.picture;

import io.tickraft.proto.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step of a node: an input, what it has changed, and what the node has sent. */
final class Step {

  /** What the input is. */
  enum Kind {
    START,
    CRASH,
    TICK,
    MESSAGE,
    PROPOSAL,
    CHANGE,
    READ,
    TRANSFER,
    ORDER,
    WRITTEN,
    LATER,
    EVENT
  }

  /** The position in the run, from 0; stays the same if earlier steps are dropped. */
  final int number;

  /** Virtual milliseconds since the start; below 0 if there is no clock. */
  final long at;

  final long node;
  final Kind kind;
  final String input;

  /** Whether the step is worth a line only if it changes something. */
  final boolean isRoutine;

  final List<String> effects = new ArrayList<>();
  final List<Entry> applied = new ArrayList<>();

  /** The log indexes that the step is about: first, last, first, last. */
  final List<Long> indexes = new ArrayList<>();

  /** The message that is received; null for other inputs, and for one that nobody has sent. */
  @Nullable SentMessage message;

  /** How many messages it has sent. */
  int sent;

  /** A transcript would not have begun a step yet: nothing has happened that it has words for. */
  boolean isWordless;

  // Set when the step ends.

  /** The ticks of the node since its last line; 0 if the step gets no line. */
  int ticks;

  /** What is told before the step: choices of the run, or commands of a scenario. */
  List<String> notes = List.of();

  /** The node after the step. */
  NodeState after = NodeState.UNKNOWN;

  /** Whether the step has changed its node, or has sent something. */
  boolean isEffective;

  Step(int number, long at, long node, Kind kind, String input, boolean isRoutine) {
    this.number = number;
    this.at = at;
    this.node = node;
    this.kind = kind;
    this.input = input;
    this.isRoutine = isRoutine;
  }

  /** Returns whether the step has no line in a transcript, as it has changed nothing. */
  boolean isHidden() {
    return isRoutine && effects.isEmpty();
  }

  /** The step is about these log indexes. */
  void touches(long first, long last) {
    if (first > 0 && last >= first) {
      indexes.add(first);
      indexes.add(last);
    }
  }

  /** Returns the input in words, with the ticks before it. */
  String words() {
    if (isWordless) {
      return "takes a Ready";
    }
    String counted = ticks == 0 ? "" : ticks == 1 ? "1 tick" : ticks + " ticks";
    if (counted.isEmpty() && input.isEmpty()) {
      return kind == Kind.TICK ? "tick" : "later";
    }
    return counted.isEmpty() || input.isEmpty() ? counted + input : counted + "; " + input;
  }
}
