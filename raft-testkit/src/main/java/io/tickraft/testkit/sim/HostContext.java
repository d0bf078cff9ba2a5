package io.tickraft.testkit.sim;

import io.tickraft.core.Outcome;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadState;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import java.util.List;

/**
 * What a {@link Host} gets from the simulator, from one start of its node to the next crash: its
 * time, its network, its configuration, and the oracle to be told what the host does.
 */
public interface HostContext {

  /** {@return the id of the node, from 1} */
  long id();

  /**
   * {@return the configuration of the node} Its incarnation is another one at each start: the
   * simulator counts the starts.
   */
  RaftConfig config();

  /**
   * {@return the voters with which the group begins, ascending} Empty if the node joins a group
   * that exists: then it starts from an empty storage, without a bootstrap.
   */
  List<Long> voters();

  /** {@return the time, in virtual milliseconds since the start of the simulation} */
  long now();

  /**
   * Calls back after some time, in the loop of the host; never after a crash. {@link
   * Host#inputsDelivered()} is called after the action.
   *
   * @param millis the time, in virtual milliseconds, at least 0
   * @param action the action
   */
  void after(long millis, Runnable action);

  /**
   * Sends a message over the network.
   *
   * @param message the message
   */
  void send(Message message);

  /**
   * Reports the outcome of a read that the node was asked for.
   *
   * @param read the outcome
   */
  void ended(ReadState read);

  /**
   * Reports another outcome.
   *
   * @param outcome the outcome
   */
  void ended(Outcome outcome);

  /**
   * Returns the choices of an occasion of this node since its start, such as {@code "write %"}.
   *
   * @param pattern what the occasion is, as in {@link Choices#at}
   * @param ordinal which one it is
   * @return the choices
   */
  Choices choices(String pattern, long ordinal);

  /**
   * {@return the oracle that checks the run} A host tells it what it does: see {@link SimHost} for
   * each call, or use a SimHost, which does it.
   */
  Oracle oracle();
}
