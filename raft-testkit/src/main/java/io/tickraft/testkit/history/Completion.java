package io.tickraft.testkit.history;

/**
 * How an operation ended for its client.
 *
 * @param <O> the type of the outputs
 */
public sealed interface Completion<O> {

  /**
   * The client got an answer: the operation has taken effect.
   *
   * @param <O> the type of the outputs
   * @param at the time of the answer, not before the invocation
   * @param output the answer
   */
  record Ok<O>(long at, O output) implements Completion<O> {}

  /**
   * The operation certainly has no effect, neither now nor later.
   *
   * @param <O> the type of the outputs
   */
  record Failed<O>() implements Completion<O> {}

  /**
   * The client got no answer: the operation may take effect at any time after its invocation, or
   * never.
   *
   * @param <O> the type of the outputs
   */
  record Unknown<O>() implements Completion<O> {}
}
