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
   * Blocks the loop of the host, as a write does that the loop waits for. The node gets no input
   * meanwhile. After the block the rest of the interrupted task is run; then the ticks that became
   * due are delivered, then the messages, and then {@link Host#inputsDelivered()} is called. The
   * rest may block the loop again. The caller does nothing more with the node.
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
   * Replies to the client of a command, if it has proposed the command to this node. A host whose
   * clients are not checked does not reply.
   *
   * @param entry the entry of the command, which the state machine has applied
   * @param reply what the state machine says, as {@link SimulationOptions#clients clients} expect
   *     it
   */
  void replied(Entry entry, Object reply);

  /**
   * Answers a read that a client has asked this node for: the simulator passes the client's query
   * to {@link Host#answer}. Called when the read index is confirmed and everything up to it is
   * applied. A host whose clients are not checked does not answer.
   *
   * @param readContext the context of the read
   */
  void answerRead(ByteString readContext);

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
