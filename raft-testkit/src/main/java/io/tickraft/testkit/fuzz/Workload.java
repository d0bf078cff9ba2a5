package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.history.Model;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.StateMachine;

/**
 * What the clients of a run ask a state machine for, and what it promises them. A run records what
 * each client asked for and was told, and fails if the model does not explain it: a group must look
 * to its clients like one state machine (linearizability, Raft thesis, chapter 6).
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
public interface Workload<M extends StateMachine, I, O> extends CommandSource {

  /**
   * Creates a state machine, for each start of a node. Its {@link StateMachine#save()} must return
   * equal bytes for equal states: the states of the members are compared by it.
   *
   * @return a state machine in its initial state
   */
  M machine();

  /**
   * Returns what a command asks for.
   *
   * @param command a command that {@link #command} has made
   * @return the input of the model
   */
  I input(ByteString command);

  /**
   * Makes a query.
   *
   * @param number the number of the query in this run, from 1
   * @param choices make all random decisions about the query
   * @return the input of the model
   */
  I query(long number, Choices choices);

  /**
   * Returns what a client is told. For a query, this must not change the state machine.
   *
   * @param machine the state machine: it has just applied the command, or is asked the query
   * @param input the command or the query
   * @return the output of the model
   */
  O answer(M machine, I input);

  /** {@return what the state machine promises} */
  Model<?, I, O> model();

  /**
   * Returns whether the state machine ignores a command that it has applied before (thesis, section
   * 6.3). Only then nodes forward proposals to their leader: the network may duplicate those.
   *
   * @return whether a command takes effect once; by default false
   */
  default boolean deduplicates() {
    return false;
  }
}
