package io.tickraft.examples.kv;

import io.tickraft.core.DropReason;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftObserver;
import io.tickraft.core.RaftText;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.Message;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens inside the Raft node to the log: what an operator wants to know at INFO, what
 * points to lost data or a wrong setup at WARN, the rest at DEBUG.
 */
final class EventLogger implements RaftObserver {

  private static final Logger LOG = LoggerFactory.getLogger(EventLogger.class);

  /** Messages that are dropped for the same reason. */
  private record Drop(Message.BodyCase kind, long from, DropReason reason) {}

  private final long id;
  private final RepeatedLines drops;

  /**
   * Writes to the log.
   *
   * @param id the node's id
   * @param nanoClock tells how long ago the same line was written
   */
  EventLogger(long id, LongSupplier nanoClock) {
    this.id = id;
    this.drops = new RepeatedLines(nanoClock);
  }

  @Override
  public void onEvent(RaftEvent event) {
    if (event instanceof RaftEvent.MessageDropped dropped) {
      messageDropped(dropped);
    } else if (isForTheOperator(event)) {
      LOG.info("node {}: {}{}", id, RaftText.of(event), advice(event));
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
    if (event instanceof RaftEvent.LeaderChanged changed) {
      return changed.leader() != id; // Its own lead is a change of its role, too.
    } else if (event instanceof RaftEvent.ReplicationChanged changed) {
      return changed.to() == PeerStatus.State.SNAPSHOT;
    }
    return event instanceof RaftEvent.RoleChanged
        || event instanceof RaftEvent.SteppedDown
        || event instanceof RaftEvent.ConfigurationChanged
        || event instanceof RaftEvent.SnapshotAccepted
        || event instanceof RaftEvent.LogTruncated
        || event instanceof RaftEvent.StateRegained;
  }

  private String advice(RaftEvent event) {
    return event instanceof RaftEvent.ConfigurationChanged changed
            && !Members.ids(changed.configuration()).contains(id)
        ? ": this node may be stopped"
        : "";
  }

  private void debug(RaftEvent event) {
    if (LOG.isDebugEnabled()) { // The text of a message takes longer than its drop.
      LOG.debug("node {}: {}", id, RaftText.of(event));
    }
  }

  private void messageDropped(RaftEvent.MessageDropped dropped) {
    Message message = dropped.message();
    Drop drop = new Drop(message.getBodyCase(), message.getFrom(), dropped.reason());
    switch (drop.reason) {
      case CONTRADICTS_COMMITTED, LOST_STATE ->
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

  /**
   * What is dropped mostly comes again, with each heartbeat: a line for all of a minute will do.
   */
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
