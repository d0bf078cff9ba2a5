package io.tickraft.testkit.history;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * The sequential behaviour of a state machine: the outputs that an operation may have in a state,
 * and the states after it. States, inputs and outputs are values: they never change, and are
 * compared with {@code equals}.
 *
 * @param <S> the type of the states
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 */
public interface Model<S, I, O> {

  /**
   * What an operation may do.
   *
   * @param <S> the type of the states
   * @param <O> the type of the outputs
   * @param state the state after the operation
   * @param output the output of the operation
   */
  record Step<S, O>(S state, O output) {}

  /** {@return the state before the first operation} */
  S initial();

  /**
   * Returns what an operation may do.
   *
   * @param state the state before the operation
   * @param input the input of the operation
   * @return all possibilities; one, if the state machine is deterministic
   */
  List<Step<S, O>> steps(S state, I input);

  /**
   * Returns the part of the state that an operation is about, such as the key of a map. Operations
   * on different parts must be independent of each other: each part is checked alone, with an
   * initial state of its own (Herlihy and Wing, 1990, section 3.1, Locality).
   *
   * @param input the input of the operation
   * @return the part, with equality by value; by default all operations are about the same part
   */
  default Object part(I input) {
    return "";
  }

  /**
   * Returns whether an operation never changes the state, whatever the state is. The search is much
   * shorter with this knowledge.
   *
   * @param input the input of the operation
   * @return true only if each step leaves each state as it is; by default false
   */
  default boolean isQuery(I input) {
    return false;
  }

  /**
   * Returns the model of a deterministic state machine.
   *
   * @param <S> the type of the states
   * @param <I> the type of the inputs
   * @param <O> the type of the outputs
   * @param initial the state before the first operation
   * @param step what an operation does
   * @return the model
   */
  static <S, I, O> Model<S, I, O> of(S initial, BiFunction<S, I, Step<S, O>> step) {
    Objects.requireNonNull(initial, "initial");
    Objects.requireNonNull(step, "step");
    return new Model<>() {
      @Override
      public S initial() {
        return initial;
      }

      @Override
      public List<Step<S, O>> steps(S state, I input) {
        return List.of(step.apply(state, input));
      }
    };
  }
}
