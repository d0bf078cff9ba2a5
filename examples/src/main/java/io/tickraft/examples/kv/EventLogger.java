package io.tickraft.examples.kv;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftObserver;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.ConfState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens inside the Raft node to the log: what an operator wants to know at INFO, what
 * points to lost data or a wrong setup at WARN, the rest at DEBUG.
 */
final class EventLogger implements RaftObserver {

  private static final Logger LOG = LoggerFactory.getLogger(EventLogger.class);

  private final long id;

  EventLogger(long id) {
    this.id = id;
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
    switch (dropped.reason()) {
      case CONTRADICTS_COMMITTED, LOST_STATE, SECOND_LEADER, OTHER_GROUP, MALFORMED ->
          LOG.warn(
              "node {}: dropped a {} from node {}: {}",
              id,
              dropped.message().getBodyCase(),
              dropped.message().getFrom(),
              dropped.reason());
      default ->
          LOG.debug(
              "node {}: dropped a {} from node {}: {}",
              id,
              dropped.message().getBodyCase(),
              dropped.message().getFrom(),
              dropped.reason());
    }
  }
}
