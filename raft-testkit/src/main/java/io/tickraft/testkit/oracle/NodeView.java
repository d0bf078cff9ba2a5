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
 * @param node its id
 * @param role its role
 * @param term its term
 * @param vote the id of the candidate that has its vote in the term; 0: none
 * @param leader the id of the leader that it knows; 0: none
 * @param lastTerm the term of the last entry of its log
 * @param lastIndex the last index of its log
 * @param commitIndex its commit index
 * @param appliedIndex its applied index
 * @param confState the configuration in effect
 * @param transferTarget the target of the leadership transfer that it makes or has asked its leader
 *     for; 0: none
 * @param peers the progress of each member, itself included; empty if it is not the leader
 * @param drained whether {@link Oracle#appended} was called for all entries of its log; false while
 *     its host waits for the disk
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
   * @param drained whether {@link Oracle#appended} was called for all entries of its log
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
