package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.Outcome;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import java.util.List;

/**
 * What a {@link Host} gets from the simulator, from one start of its node to the next crash: the
 * time, the network, the configuration, and the oracle to which the host reports.
 */
public interface HostContext {

  /** {@return the id of the node, from 1} */
  long id();

  /** {@return the configuration of the node} Its incarnation counts the starts of the node. */
  RaftConfig config();

  /**
   * {@return the voters with which the group begins, ascending} Empty if the node joins an existing
   * group: then the node starts from an empty storage, without a bootstrap.
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
   * Blocks the loop of the host, like a write for which the loop waits. The node gets no input
   * meanwhile. After the block, the rest of the interrupted task is run. Then the ticks that became
   * due are delivered, then the messages, and then {@link Host#inputsDelivered()} is called. The
   * rest may block the loop again. After this call, the caller must not use the node any more.
   *
   * @param millis the time, in virtual milliseconds, at least 0
   * @param rest the rest of the task; not run if the node crashes during the block
   */
  void block(long millis, Runnable rest);

  /**
   * Sends a message over the network.
   *
   * @param message the message
   */
  void send(Message message);

  /**
   * Reports the result of a read.
   *
   * @param read the result
   */
  void ended(ReadState read);

  /**
   * Reports an outcome.
   *
   * @param outcome the outcome
   */
  void ended(Outcome outcome);

  /**
   * Replies to the client of a command, if it has proposed the command to this node. A host whose
   * clients are not checked does not reply.
   *
   * @param entry the entry of the command, which the state machine has applied
   * @param reply the reply of the state machine, of the type that the {@link
   *     SimulationOptions#clients clients} expect
   */
  void replied(Entry entry, Object reply);

  /**
   * Answers a client's read at this node: the simulator passes the client's query to {@link
   * Host#answer}. Called when the read index is confirmed and everything up to it is applied. A
   * host whose clients are not checked does not answer.
   *
   * @param readContext the context of the read
   */
  void answerRead(ByteString readContext);

  /**
   * Returns the choices of an occasion of this node since its start, such as {@code "write %"}.
   *
   * @param pattern what the occasion is, as in {@link Choices#at}
   * @param ordinal the number of the occasion
   * @return the choices
   */
  Choices choices(String pattern, long ordinal);

  /**
   * {@return the oracle that checks the run} A host reports what it does to the oracle. {@link
   * SimHost} makes these calls, and describes each of them.
   */
  Oracle oracle();
}
