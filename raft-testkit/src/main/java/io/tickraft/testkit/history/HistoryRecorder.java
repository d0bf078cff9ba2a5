package io.tickraft.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Records the operations of clients.
 *
 * <pre>{@code
 * long start = System.nanoTime();
 * HistoryRecorder<String, Long> recorder =
 *     new HistoryRecorder<>(() -> System.nanoTime() - start);
 * var increment = recorder.begin(1, "increment");
 * try {
 *   increment.ok(counter.increment());
 * } catch (IOException e) {
 *   increment.unknown();
 * }
 * }</pre>
 *
 * <p>Not thread-safe. Each thread has a recorder of its own, with the same clock, and {@link
 * History#merged} makes one history of all. In real time the clock must be monotonic: a clock that
 * is set back causes false errors.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 */
public final class HistoryRecorder<I, O> {

  private final LongSupplier clock;
  private final List<Pending<I, O>> operations = new ArrayList<>();

  /**
   * Creates a recorder of an empty history.
   *
   * @param clock gives the time, in any unit; it never goes back
   */
  public HistoryRecorder(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * Begins an operation: a client is about to send a request.
   *
   * @param client the number of the client, from 0
   * @param input the request
   * @return the operation, which is {@linkplain Completion.Unknown unknown} until it ends
   */
  public Pending<I, O> begin(long client, I input) {
    Pending<I, O> operation = new Pending<>(client, clock, input);
    operations.add(operation);
    return operation;
  }

  /** {@return all operations so far} */
  public History<I, O> history() {
    return new History<>(operations.stream().map(Pending::operation).toList());
  }

  /**
   * An operation that has begun.
   *
   * @param <I> the type of the inputs
   * @param <O> the type of the outputs
   */
  public static final class Pending<I, O> {
    private final long client;
    private final LongSupplier clock;
    private final long invokedAt;
    private final I input;
    private Completion<O> completion = new Completion.Unknown<>();
    private boolean ended;

    private Pending(long client, LongSupplier clock, I input) {
      this.client = client;
      this.clock = clock;
      this.invokedAt = clock.getAsLong();
      this.input = input;
    }

    /**
     * The client has got an answer.
     *
     * @param output the answer
     * @throws IllegalStateException if the operation has ended before
     */
    public void ok(O output) {
      end(new Completion.Ok<>(clock.getAsLong(), output));
    }

    /**
     * The operation certainly has no effect, neither now nor later.
     *
     * @throws IllegalStateException if the operation has ended before
     */
    public void failed() {
      end(new Completion.Failed<>());
    }

    /**
     * The client will never know how the operation ends.
     *
     * @throws IllegalStateException if the operation has ended before
     */
    public void unknown() {
      end(new Completion.Unknown<>());
    }

    private void end(Completion<O> how) {
      if (ended) {
        throw new IllegalStateException("an operation ends once: " + operation());
      }
      ended = true;
      completion = how;
    }

    /** {@return the operation as it is known now} */
    public Operation<I, O> operation() {
      return new Operation<>(client, invokedAt, input, completion);
    }
  }
}
