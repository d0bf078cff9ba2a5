package io.tickraft.testkit.fuzz;

import io.tickraft.core.RaftEvent;
import io.tickraft.core.Storage;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Corruption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A message that is corrupted so that any receiver can tell is dropped whole: the node reports it,
 * and its state does not change.
 */
final class CorruptedMessages implements Oracle {

  private static final String PROMISE = "corrupted messages are dropped";

  /** What is known of a node. */
  private static final class Receiver {
    Optional<NodeView> view = Optional.empty();

    /** The corrupted message that the node has not reported yet. */
    Optional<Message> unreported = Optional.empty();

    /** The inputs since the last view: the ticks and messages of a late host come together. */
    int inputs;

    boolean lastIsCorrupted;
  }

  private final Map<Long, Receiver> receivers = new TreeMap<>();

  private Receiver receiver(long node) {
    Receiver receiver = receivers.get(node);
    if (receiver == null) {
      receiver = new Receiver();
      receivers.put(node, receiver);
    }
    return receiver;
  }

  /** A node has reported an event. */
  void event(long node, RaftEvent event) {
    if (event instanceof RaftEvent.MessageDropped dropped) {
      Receiver receiver = receiver(node);
      receiver.unreported =
          receiver.unreported.filter(message -> !message.equals(dropped.message()));
    }
  }

  @Override
  public void opened(long node, Storage storage) {
    receivers.remove(node); // What it was doing when it crashed is not reported any more.
  }

  @Override
  public void ticked(long node) {
    input(node, false);
  }

  @Override
  public void received(long node, Message message) {
    boolean isCorrupted = Corruption.isCorrupted(message);
    Receiver receiver = input(node, isCorrupted);
    if (isCorrupted) {
      receiver.unreported = Optional.of(message);
    }
  }

  private Receiver input(long node, boolean isCorrupted) {
    Receiver receiver = receiver(node);
    checkReported(node, receiver);
    receiver.inputs++;
    receiver.lastIsCorrupted = isCorrupted;
    return receiver;
  }

  private static void checkReported(long node, Receiver receiver) {
    if (receiver.unreported.isPresent()) {
      throw new OracleViolation(
          PROMISE, "node " + node + " has not dropped " + receiver.unreported.get());
    }
  }

  @Override
  public void stepped(NodeView view) {
    Receiver receiver = receiver(view.node());
    checkReported(view.node(), receiver);
    if (receiver.inputs == 1 && receiver.lastIsCorrupted) {
      receiver.view.ifPresent(before -> checkUnchanged(before, view));
    }
    receiver.view = Optional.of(view);
    receiver.inputs = 0;
  }

  private static void checkUnchanged(NodeView before, NodeView after) {
    if (before.role() != after.role()
        || before.term() != after.term()
        || before.vote() != after.vote()
        || before.leader() != after.leader()
        || before.lastTerm() != after.lastTerm()
        || before.lastIndex() != after.lastIndex()
        || before.commitIndex() != after.commitIndex()
        || !before.peers().toString().equals(after.peers().toString())) {
      throw new OracleViolation(PROMISE, "a corrupted message changes " + before + "\nto " + after);
    }
  }
}
