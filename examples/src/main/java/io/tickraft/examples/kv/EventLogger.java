package io.tickraft.examples.kv;

import io.tickraft.core.DropReason;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftObserver;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.ConfState;
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
    if (event instanceof RaftEvent.RoleChanged changed) {
      LOG.info("node {}: {} in term {}", id, changed.to(), changed.term());
    } else if (event instanceof RaftEvent.LeaderChanged changed) {
      if (changed.leader() == 0) {
        LOG.info("node {}: knows no leader in term {}", id, changed.term());
      } else if (changed.leader() != id) {
        LOG.info("node {}: follows node {} in term {}", id, changed.leader(), changed.term());
      }
    } else if (event instanceof RaftEvent.SteppedDown down) {
      LOG.info("node {}: leads no longer in term {}: {}", id, down.term(), down.reason());
    } else if (event instanceof RaftEvent.ConfigurationChanged changed) {
      configurationChanged(changed.configuration());
    } else if (event instanceof RaftEvent.SnapshotAccepted accepted) {
      LOG.info("node {}: takes over a snapshot at {}", id, accepted.id());
    } else if (event instanceof RaftEvent.LogTruncated truncated) {
      LOG.info(
          "node {}: removed the uncommitted entries {}..{}",
          id,
          truncated.fromIndex(),
          truncated.toIndex());
    } else if (event instanceof RaftEvent.ReplicationChanged changed) {
      replicationChanged(changed);
    } else if (event instanceof RaftEvent.MessageDropped dropped) {
      messageDropped(dropped);
    } else {
      LOG.debug("node {}: {}", id, event);
    }
  }

  private void configurationChanged(ConfState configuration) {
    LOG.info(
        "node {}: the voters are {} now, the learners {}{}",
        id,
        configuration.getVotersList(),
        configuration.getLearnersList(),
        Members.ids(configuration).contains(id) ? "" : ": this node may be stopped");
  }

  private void replicationChanged(RaftEvent.ReplicationChanged changed) {
    if (changed.to() == PeerStatus.State.SNAPSHOT) {
      LOG.info("node {}: node {} needs a snapshot", id, changed.peer());
    } else {
      LOG.debug("node {}: {}", id, changed);
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
      default ->
          LOG.debug(
              "node {}: dropped a {} from node {}: {}", id, drop.kind, drop.from, drop.reason);
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
          drop.kind,
          drop.from,
          count == 1 ? "" : ", " + count + " times since the last such line",
          drop.reason,
          advice);
    }
  }
}
