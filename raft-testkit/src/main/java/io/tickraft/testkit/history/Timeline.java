package io.tickraft.testkit.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answers of a history in the order of time, and which operations are pending at each of them.
 *
 * <p>An operation is pending from its invocation to its answer, or for ever if it gets none. It has
 * a number meanwhile, and numbers are used again.
 */
final class Timeline<I, O> {

  private static final int NONE = -1;

  /** A pending operation; {@code sameBefore} is that of {@link #isUsable}, or -1. */
  record Pending<I, O>(int number, Operation<I, O> operation, int sameBefore) {

    boolean isUnknown() {
      return operation.completion() instanceof Completion.Unknown;
    }

    /**
     * Returns whether the operation may be the next one to take effect. Of operations that ask for
     * the same and get no answer, the one that began first may take the place of any other.
     */
    boolean isUsable(BitSet done) {
      return !done.get(number) && (sameBefore == NONE || done.get(sameBefore));
    }
  }

  /**
   * An answer.
   *
   * @param answered the operation
   * @param pending all pending operations, the answered one first, the others by their ends
   */
  record Answer<I, O>(Pending<I, O> answered, List<Pending<I, O>> pending) {}

  private record Event<I, O>(long at, boolean isAnswer, Operation<I, O> operation) {}

  private final List<Answer<I, O>> answers = new ArrayList<>();

  /** The numbers of all operations that never get an answer. */
  private final BitSet unknown = new BitSet();

  Timeline(List<Operation<I, O>> operations) {
    Map<Integer, Pending<I, O>> pending = new TreeMap<>();
    Map<I, Integer> lastOfKind = new LinkedHashMap<>();
    for (Event<I, O> event : events(operations)) {
      if (event.isAnswer) {
        answers.add(answer(event.operation, pending));
      } else {
        begin(event.operation, pending, lastOfKind);
      }
    }
  }

  private List<Event<I, O>> events(List<Operation<I, O>> operations) {
    List<Event<I, O>> events = new ArrayList<>();
    for (Operation<I, O> operation : operations) {
      events.add(new Event<>(operation.invokedAt(), false, operation));
      if (operation.completion() instanceof Completion.Ok) {
        events.add(new Event<>(operation.end(), true, operation));
      }
    }
    // Of equal times, invocations come first: such operations are concurrent.
    events.sort(Comparator.<Event<I, O>>comparingLong(Event::at).thenComparing(Event::isAnswer));
    return events;
  }

  private void begin(
      Operation<I, O> operation, Map<Integer, Pending<I, O>> pending, Map<I, Integer> lastOfKind) {
    // Those without an answer keep their numbers, which are apart from those that are used again.
    boolean isUnknown = operation.completion() instanceof Completion.Unknown;
    int number = isUnknown ? 1 : 0;
    while (pending.containsKey(number)) {
      number += 2;
    }
    unknown.set(number, isUnknown);
    int sameBefore = NONE;
    if (isUnknown) {
      Integer before = lastOfKind.put(operation.input(), number);
      sameBefore = before == null ? NONE : before;
    }
    pending.put(number, new Pending<>(number, operation, sameBefore));
  }

  private Answer<I, O> answer(Operation<I, O> operation, Map<Integer, Pending<I, O>> pending) {
    Pending<I, O> answered =
        pending.values().stream()
            .filter(one -> one.operation.equals(operation))
            .findFirst()
            .orElseThrow();
    List<Pending<I, O>> all = new ArrayList<>(pending.values());
    all.remove(answered);
    all.sort(Comparator.comparingLong(one -> one.operation.end()));
    all.add(0, answered);
    pending.remove(answered.number);
    return new Answer<>(answered, List.copyOf(all));
  }

  List<Answer<I, O>> answers() {
    return answers;
  }

  /** Returns the numbers of all operations that never get an answer. */
  BitSet unknown() {
    return unknown;
  }
}
