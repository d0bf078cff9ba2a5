package io.tickraft.testkit.history;

/**
 * An operation of a client.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param client the number of the client, for the reader of a report; from 0
 * @param invokedAt the time of the invocation, on the clock of the history
 * @param input the input of the operation
 * @param completion how the operation ended
 */
public record Operation<I, O>(long client, long invokedAt, I input, Completion<O> completion) {

  /**
   * Creates an operation.
   *
   * @param client the number of the client, from 0
   * @param invokedAt the time of the invocation
   * @param input the input of the operation
   * @param completion how the operation ended
   * @throws IllegalArgumentException if the operation ended before its invocation, or the client is
   *     negative
   */
  public Operation {
    if (client < 0) {
      throw new IllegalArgumentException("client: at least 0: " + client);
    }
    if (completion instanceof Completion.Ok<O> ok && ok.at() < invokedAt) {
      throw new IllegalArgumentException(
          "an operation ends at " + ok.at() + ", before its invocation at " + invokedAt);
    }
  }

  /** {@return the time of the answer; {@link Long#MAX_VALUE} if there is none} */
  long end() {
    return completion instanceof Completion.Ok<O> ok ? ok.at() : Long.MAX_VALUE;
  }

  @Override
  public String toString() {
    return HistoryFormat.line(this, String::valueOf, String::valueOf);
  }
}
