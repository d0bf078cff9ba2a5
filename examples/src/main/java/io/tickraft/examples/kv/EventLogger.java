package io.tickraft.examples.kv;

import io.tickraft.core.DropReason;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftObserver;
import io.tickraft.core.RaftText;
import io.tickraft.examples.kv.net.RepeatedLines;
import io.tickraft.proto.Message;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the events of the Raft node: at INFO what an operator wants to know, at WARN what indicates
 * lost data, a wrong setup or a host that is late, at DEBUG the rest.
 */
final class EventLogger implements RaftObserver {

  private static final Logger LOG = LoggerFactory.getLogger(EventLogger.class);

  /** How many events of one kind are logged in a minute: far more than a healthy group has. */
  private static final int EVENTS_IN_A_MINUTE = 20;

  /** Identifies messages from one node that are dropped for the same reason. */
  private record Drop(Message.BodyCase kind, long from, DropReason reason) {}

  private final long id;
  private final BooleanSupplier isRemoved;
  private final RepeatedLines drops;
  private final RepeatedLines events;

  /**
   * Creates a logger.
   *
   * @param id the node's id
   * @param nanoClock the time in nanoseconds, for the limit on repeated lines
   * @param isRemoved whether the node was removed from the group, as of its applied index
   */
  EventLogger(long id, LongSupplier nanoClock, BooleanSupplier isRemoved) {
    this.id = id;
    this.isRemoved = isRemoved;
    this.drops = new RepeatedLines(nanoClock);
    this.events = new RepeatedLines(nanoClock, EVENTS_IN_A_MINUTE);
  }

  @Override
  public void onEvent(RaftEvent event) {
    if (event instanceof RaftEvent.MessageDropped dropped) {
      messageDropped(dropped);
    } else if (isForTheOperator(event)) {
      info(event);
      if (event instanceof RaftEvent.ConfigurationChanged && isRemoved.getAsBoolean()) {
        warnOfRemoval(id);
      }
    } else if (event instanceof RaftEvent.RemovalLikely
        || event instanceof RaftEvent.PersistOverdue
        || event instanceof RaftEvent.ApplyOverdue
        || event instanceof RaftEvent.StateLost
        || event instanceof RaftEvent.SnapshotTooLarge) {
      LOG.warn("node {}: {}", id, RaftText.of(event));
    } else {
      debug(event);
    }
  }

  private boolean isForTheOperator(RaftEvent event) {
    if (event instanceof RaftEvent.RoleChanged changed) {
      return changed.from() != changed.to(); // A new term alone is followed by a LeaderChanged.
    } else if (event instanceof RaftEvent.LeaderChanged changed) {
      return changed.leader() != id; // Its own leadership is already logged as a RoleChanged.
    } else if (event instanceof RaftEvent.ReplicationChanged changed) {
      return changed.to() == PeerStatus.State.SNAPSHOT;
    }
    return event instanceof RaftEvent.SteppedDown
        || event instanceof RaftEvent.ConfigurationChanged
        || event instanceof RaftEvent.SnapshotAccepted
        || event instanceof RaftEvent.LogTruncated
        || event instanceof RaftEvent.StateRegained;
  }

  /** Another node can cause any number of elections, and a line for each would fill the disk. */
  private void info(RaftEvent event) {
    long count = events.count(event.getClass());
    if (count > 0) {
      String before = count == 1 ? "" : (count - 1) + " such lines were left out; ";
      LOG.info("node {}: {}{}", id, before, RaftText.of(event));
    } else {
      debug(event);
    }
  }

  /** Logs that a node is of no more use. */
  static void warnOfRemoval(long id) {
    LOG.warn(
        "node {}: removed from the group for good, serves no clients: stop it, and delete its"
            + " directory",
        id);
  }

  private void debug(RaftEvent event) {
    if (LOG.isDebugEnabled()) { // Making the text costs more than dropping the message.
      LOG.debug("node {}: {}", id, RaftText.of(event));
    }
  }

  private void messageDropped(RaftEvent.MessageDropped dropped) {
    Message message = dropped.message();
    Drop drop = new Drop(message.getBodyCase(), message.getFrom(), dropped.reason());
    switch (drop.reason) {
      case LOST_STATE ->
          warn(
              drop,
              ": this node, or node "
                  + drop.from
                  + ", has lost data that it had acknowledged: remove it from the group and let it"
                  + " join under a new id with an empty directory");
      case SECOND_LEADER, OTHER_GROUP, MALFORMED -> warn(drop, "");
      default -> debug(dropped);
    }
  }

  /** A drop often repeats with each heartbeat: one line a minute is enough. */
  private void warn(Drop drop, String advice) {
    long count = drops.count(drop);
    if (count > 0) {
      LOG.warn(
          "node {}: dropped a {} from node {}{}: {}{}",
          id,
          RaftText.of(drop.kind),
          drop.from,
          count == 1 ? "" : ", " + count + " times since the last such line",
          drop.reason,
          advice);
    }
  }
}
