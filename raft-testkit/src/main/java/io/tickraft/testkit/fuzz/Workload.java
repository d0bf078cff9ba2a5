package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.StateMachine;

/**
 * A state machine, the requests of its clients, and the model of the correct answers. The testkit's
 * own host runs the state machine.
 *
 * <p>The node that has accepted a command answers it when it applies the command. A query is a
 * linearizable read: the node gets a read index, applies everything up to that index, and answers.
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
   * equal bytes for equal states: a run compares these bytes to compare the states of the members.
   *
   * @return a state machine in its initial state
   */
  M machine();

  /**
   * Returns the answer to a client. For a query, this must not change the state machine.
   *
   * @param machine the state machine; if the input is a command, it has just been applied
   * @param input the command or the query
   * @return the output of the model
   */
  O answer(M machine, I input);
}
