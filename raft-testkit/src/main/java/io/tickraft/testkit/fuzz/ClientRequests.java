package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.history.Model;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Host;
import io.tickraft.testkit.sim.HostContext;

/**
 * The requests of the clients of a run, and a model of the correct answers. A run records each
 * request and its answer, and fails if the model does not allow the answers: a group must behave
 * like one state machine (linearizability, Raft thesis, chapter 6).
 *
 * <p>Hosts of the user's own run the state machines and answer the clients: a command with {@link
 * HostContext#replied}, and a query with {@link HostContext#answerRead} and {@link Host#answer}.
 * For the testkit's own host see {@link Workload}.
 *
 * <pre>{@code
 * Fuzz fuzz = Fuzz.ofAnyGroup().hosts(MyHost::new).clients(new MyRequests());
 * }</pre>
 *
 * @param <I> the type of the inputs of the model: commands and queries
 * @param <O> the type of the outputs of the model: the answers of hosts
 */
public interface ClientRequests<I, O> extends CommandSource {

  /**
   * Returns the model's input for a command.
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

  /** {@return the model of the state machine} */
  Model<?, I, O> model();

  /**
   * Returns whether the state machine ignores a command that it has applied before (thesis, section
   * 6.3). Only then do nodes forward proposals to their leader, as the network may duplicate a
   * forwarded proposal.
   *
   * @return whether a command takes effect once; by default false
   */
  default boolean deduplicates() {
    return false;
  }
}
