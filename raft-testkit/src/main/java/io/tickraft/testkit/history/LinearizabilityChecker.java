package io.tickraft.testkit.history;

import io.tickraft.testkit.oracle.OracleViolation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Searches for an order of the operations of a history in which a model allows all answers. Each
 * operation takes effect at one moment between its invocation and its answer; an unknown operation
 * at any later time or never, a failed one never.
 *
 * <p>The search goes through the answers in the order of time, and keeps all configurations that
 * explain the answers so far: a state of the model, and the operations without an answer that have
 * already taken effect (Wing and Gong, Testing and Verifying Concurrent Objects, 1993). Equal
 * configurations are kept once, and an operation takes effect only when an answer needs that (Lowe,
 * Testing for Linearizability, 2017). The worst case is exponential in the number of operations at
 * one time, so the search has a limit. The checker suits histories of a few hundred operations on
 * one part of the state.
 *
 * @param <S> the type of the states of the model
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 */
public final class LinearizabilityChecker<S, I, O> {

  private static final long DEFAULT_STEPS = 1_000_000;

  private final Model<S, I, O> model;
  private long maxSteps = DEFAULT_STEPS;

  /**
   * Creates a checker.
   *
   * @param model defines the correct answers
   */
  public LinearizabilityChecker(Model<S, I, O> model) {
    this.model = model;
  }

  /**
   * Sets after how many steps of the model a search is given up; default 1,000,000.
   *
   * @param steps the number of steps, at least 1
   * @return this
   * @throws IllegalArgumentException if the number is below 1
   */
  public LinearizabilityChecker<S, I, O> maxSteps(long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("steps: at least 1: " + steps);
    }
    this.maxSteps = steps;
    return this;
  }

  /**
   * Checks a history.
   *
   * @param history the history
   * @return whether it is linearizable; of several errors, the first one in time
   */
  public Verdict<I, O> check(History<I, O> history) {
    List<Operation<I, O>> order = new ArrayList<>();
    Verdict.NotLinearizable<I, O> first = null;
    long left = maxSteps;
    boolean undecided = false;
    for (List<Operation<I, O>> part : parts(history).values()) {
      Search<S, I, O> search = new Search<>(model, part, left);
      Verdict<I, O> verdict = search.verdict();
      left -= search.steps();
      if (verdict instanceof Verdict.Linearizable<I, O> linearizable) {
        order.addAll(linearizable.order());
      } else if (verdict instanceof Verdict.NotLinearizable<I, O> not
          && (first == null || not.misfit().end() < first.misfit().end())) {
        first = not;
      }
      undecided |= verdict instanceof Verdict.Undecided;
    }
    if (first != null) {
      return first;
    }
    return undecided
        ? new Verdict.Undecided<>(maxSteps - left)
        : new Verdict.Linearizable<>(List.copyOf(order));
  }

  private Map<Object, List<Operation<I, O>>> parts(History<I, O> history) {
    Map<Object, List<Operation<I, O>>> parts = new LinkedHashMap<>();
    for (Operation<I, O> operation : history.operations()) {
      boolean matters =
          operation.completion() instanceof Completion.Ok
              || (operation.completion() instanceof Completion.Unknown
                  && !model.isQuery(operation.input()));
      if (matters) {
        parts
            .computeIfAbsent(model.part(operation.input()), part -> new ArrayList<>())
            .add(operation);
      }
    }
    return parts;
  }

  /**
   * Checks a history, and throws if it is not linearizable.
   *
   * @param history the history
   * @return whether the search was completed; false if it was given up
   * @throws OracleViolation if the history is not linearizable; the message is {@link
   *     Verdict.NotLinearizable#text()}
   */
  public boolean verify(History<I, O> history) {
    Verdict<I, O> verdict = check(history);
    if (verdict instanceof Verdict.NotLinearizable<I, O> not) {
      throw new OracleViolation("linearizability", not.text());
    }
    return verdict instanceof Verdict.Linearizable;
  }
}
