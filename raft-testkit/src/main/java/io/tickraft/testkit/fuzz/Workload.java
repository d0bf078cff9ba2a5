package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.StateMachine;

/**
 * What the clients of a run ask a state machine for, and what it promises them, with the state
 * machine itself: the testkit's own host runs it.
 *
 * <p>A command is answered by the node that has accepted it, when it applies the command. A query
 * is a linearizable read: the node gets a read index, applies everything up to it, and answers.
 *
 * <pre>{@code
 * Fuzz fuzz = Fuzz.ofAnyGroup().workload(new MyWorkload());
 * }</pre>
 *
 * @param <M> the type of the state machine
 * @param <I> the type of the inputs of the model: commands and queries
 * @param <O> the type of the outputs of the model
 */
public interface Workload<M extends StateMachine, I, O> extends ClientRequests<I, O> {

  /**
   * Creates a state machine, for each start of a node. Its {@link StateMachine#save()} must return
   * equal bytes for equal states: the states of the members are compared by it.
   *
   * @return a state machine in its initial state
   */
  M machine();

  /**
   * Returns what a client is told. For a query, this must not change the state machine.
   *
   * @param machine the state machine: it has just applied the command, or is asked the query
   * @param input the command or the query
   * @return the output of the model
   */
  O answer(M machine, I input);
}
