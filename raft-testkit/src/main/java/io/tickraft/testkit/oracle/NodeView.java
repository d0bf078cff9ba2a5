package io.tickraft.testkit.oracle;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node's state after a step.
 *
 * @param node the node's id
 * @param role the node's role
 * @param term the node's term
 * @param vote the id of the candidate that has the node's vote in the term; 0: none
 * @param leader the id of the leader that the node knows; 0: none
 * @param lastTerm the term of the last entry of the log
 * @param lastIndex the last index of the log
 * @param commitIndex the commit index
 * @param appliedIndex the applied index
 * @param confState the configuration in effect
 * @param transferTarget the target of the leadership transfer that the node has started or
 *     requested; 0: none
 * @param peers the replication state of each member, the node included; empty if the node is not
 *     the leader
 * @param drained whether {@link Oracle#appended} was called for all entries of the log; false while
 *     the host waits for the disk
 */
public record NodeView(
    long node,
    RoleName role,
    long term,
    long vote,
    long leader,
    long lastTerm,
    long lastIndex,
    long commitIndex,
    long appliedIndex,
    ConfState confState,
    long transferTarget,
    List<PeerStatus> peers,
    boolean drained) {

  /** {@return whether it is the leader of the same term as in the view before} */
  boolean leadsOnFrom(@Nullable NodeView before) {
    return before != null
        && before.role == RoleName.LEADER
        && role == RoleName.LEADER
        && before.term == term;
  }

  /** {@return whether it is a candidate in the same term as in the view before} */
  boolean isCandidateStillAfter(@Nullable NodeView before) {
    return before != null
        && before.role == RoleName.CANDIDATE
        && role == RoleName.CANDIDATE
        && before.term == term;
  }

  /** {@return whether it is the leader, and was not the leader of this term in the view before} */
  boolean isNewLeaderAfter(@Nullable NodeView before) {
    return role == RoleName.LEADER && !leadsOnFrom(before);
  }

  /**
   * Makes a view of a status.
   *
   * @param status the status
   * @param drained whether {@link Oracle#appended} was called for all entries of the log
   * @return the view
   */
  public static NodeView of(Status status, boolean drained) {
    return new NodeView(
        status.id(),
        status.role(),
        status.term(),
        status.vote(),
        status.leader(),
        status.last().term(),
        status.last().index(),
        status.commitIndex(),
        status.appliedIndex(),
        status.confState(),
        status.transferTarget(),
        status.peers(),
        drained);
  }
}
