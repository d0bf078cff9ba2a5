package io.tickraft.testkit.history;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state after some operations.
 *
 * @param state the state
 * @param done the numbers of those operations that are pending; never changed
 * @param last the last of the operations; null if there is none
 */
record Configuration<S, I, O>(S state, BitSet done, @Nullable Link<I, O> last) {

  /** An operation and those before it. */
  record Link<I, O>(
      Operation<I, O> operation, Object state, @Nullable Link<I, O> before, int length) {}

  /** Returns the configuration after one more operation, which is pending. */
  Configuration<S, I, O> then(Timeline.Pending<I, O> next, S stateAfter) {
    BitSet more = (BitSet) done.clone();
    more.set(next.number());
    return new Configuration<>(
        stateAfter, more, new Link<>(next.operation(), stateAfter, last, length() + 1));
  }

  int length() {
    return last == null ? 0 : last.length;
  }

  /** Returns the same configuration after the answer of an operation. */
  Configuration<S, I, O> without(int number) {
    BitSet rest = (BitSet) done.clone();
    rest.clear(number);
    return new Configuration<>(state, rest, last);
  }

  /** Returns all operations in their order. */
  List<Verdict.Placed<I, O>> order() {
    ArrayDeque<Verdict.Placed<I, O>> order = new ArrayDeque<>();
    for (Link<I, O> link = last; link != null; link = link.before) {
      order.addFirst(new Verdict.Placed<>(link.operation, String.valueOf(link.state)));
    }
    return List.copyOf(order);
  }
}
