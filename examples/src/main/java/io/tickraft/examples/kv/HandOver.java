package io.tickraft.examples.kv;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.core.TransferResult;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the leadership over before a node stops. Otherwise the group could not write until an
 * election timeout has passed.
 *
 * <p>While the leadership is handed over, writes wait; then their clients are sent to the new
 * leader. The writes that were in progress are answered when the new leader has committed them.
 */
final class HandOver {

  private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);

  private final Proposals proposals;
  private final int electionTicks;
  private final CountDownLatch done = new CountDownLatch(1);
  private boolean begun;

  /**
   * Creates it; nothing happens before {@link #begin}.
   *
   * @param proposals the writes in progress
   * @param electionTicks the election timeout in ticks
   */
  HandOver(Proposals proposals, int electionTicks) {
    this.proposals = proposals;
    this.electionTicks = electionTicks;
  }

  /**
   * Starts to hand over, on the node's event loop. Done at once if there is nothing to hand over.
   */
  void begin(RaftNode node) {
    Status status = node.status();
    if (status.role() != RoleName.LEADER || !hearsAnotherVoter(status)) {
      done.countDown();
      return;
    }
    if (node.transferLeadership() instanceof TransferResult.Started started) {
      LOG.info("node {}: hands the leadership over to node {}", status.id(), started.target());
    }
    begun = true; // If none was started, another transfer is in progress, or nobody can take over.
  }

  private boolean hearsAnotherVoter(Status status) {
    return status.peers().stream()
        .anyMatch(peer -> isAnotherVoter(status, peer) && peer.ticksSinceHeard() < electionTicks);
  }

  private static boolean isAnotherVoter(Status status, PeerStatus peer) {
    return peer.id() != status.id() && status.confState().getVotersList().contains(peer.id());
  }

  /** Called after each run of the loop: checks whether the node leads no more, and owes nothing. */
  void check(RaftNode node) {
    if (begun && done.getCount() > 0) {
      Status status = node.status();
      boolean ended =
          status.role() == RoleName.LEADER
              ? status.transferTarget() == 0 // Refused, or not even started.
              : status.leader() != 0;
      if (ended && proposals.isIdle()) {
        done.countDown();
      }
    }
  }

  /** Ends the wait: the node stops for another reason. */
  void giveUp() {
    done.countDown();
  }

  /**
   * Waits until the leadership is handed over, or that has failed.
   *
   * @param nanos the limit in nanoseconds
   */
  void await(long nanos) {
    try {
      if (!done.await(nanos, TimeUnit.NANOSECONDS)) {
        LOG.warn("the leadership was not handed over in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The node stops at once.
    }
  }
}
