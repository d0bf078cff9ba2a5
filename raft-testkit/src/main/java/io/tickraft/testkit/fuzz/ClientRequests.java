package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.history.Model;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Host;
import io.tickraft.testkit.sim.HostContext;

/**
 * What the clients of a run ask for, and what they are promised. A run records what each client
 * asked for and was told, and fails if the model does not explain it: a group must look to its
 * clients like one state machine (linearizability, Raft thesis, chapter 6).
 *
 * <p>Hosts of the user's own run the state machines and tell the clients: the reply to a command by
 * {@link HostContext#replied}, and the answer to a query by {@link HostContext#answerRead} and
 * {@link Host#answer}. For the testkit's own host see {@link Workload}.
 *
 * <pre>{@code
 * Fuzz fuzz = Fuzz.ofAnyGroup().hosts(MyHost::new).clients(new MyRequests());
 * }</pre>
 *
 * @param <I> the type of the inputs of the model: commands and queries
 * @param <O> the type of the outputs of the model: what hosts reply and answer
 */
public interface ClientRequests<I, O> extends CommandSource {

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
