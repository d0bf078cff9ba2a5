package io.tickraft.testkit.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The operations of the clients of one run, in the order of the invocations.
 *
 * <p>One operation precedes another if its answer came before the invocation of the other. Two
 * operations with equal times are concurrent: a clock that is too coarse can hide an error, but
 * never causes a false one.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param operations the operations by ascending time of invocation
 */
public record History<I, O>(List<Operation<I, O>> operations) {

  /**
   * Creates a history.
   *
   * @param operations the operations, in any order
   */
  public History {
    List<Operation<I, O>> sorted = new ArrayList<>(operations);
    sorted.sort(Comparator.comparingLong(Operation::invokedAt));
    operations = List.copyOf(sorted);
  }

  /**
   * Merges the histories of several threads, which were recorded with the same clock.
   *
   * @param <I> the type of the inputs
   * @param <O> the type of the outputs
   * @param parts the histories
   * @return all their operations
   */
  public static <I, O> History<I, O> merged(Collection<History<I, O>> parts) {
    return new History<>(parts.stream().flatMap(part -> part.operations.stream()).toList());
  }

  /** {@return how many operations there are} */
  public int size() {
    return operations.size();
  }

  /** {@return one line for each operation} */
  @Override
  public String toString() {
    StringBuilder lines = new StringBuilder();
    operations.forEach(operation -> lines.append(operation).append('\n'));
    return lines.toString();
  }
}
