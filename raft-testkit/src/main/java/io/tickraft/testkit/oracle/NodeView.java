package io.tickraft.testkit.oracle;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node shows of itself after a step.
 *
 * @param node its id
 * @param role its role
 * @param term its term
 * @param vote who has its vote of the term; 0: nobody
 * @param leader the leader that it knows of; 0: none
 * @param lastTerm the term of the last entry of its log
 * @param lastIndex the last index of its log
 * @param commitIndex its commit index
 * @param appliedIndex its applied index
 * @param confState the configuration in effect
 * @param transferTarget to whom it hands over its leadership, or has asked its leader to; 0: nobody
 * @param peers what it knows of each member, if it leads
 * @param drained whether all that it has appended was seen by {@link Oracle#appended}; not so while
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

  /** Whether it leads, in the term in which it also led in the view before. */
  boolean leadsOnFrom(@Nullable NodeView before) {
    return before != null
        && before.role == RoleName.LEADER
        && role == RoleName.LEADER
        && before.term == term;
  }

  /** Whether it asks for votes, in the term in which it also did in the view before. */
  boolean isCandidateStillAfter(@Nullable NodeView before) {
    return before != null
        && before.role == RoleName.CANDIDATE
        && role == RoleName.CANDIDATE
        && before.term == term;
  }

  /** Whether it leads, and did not, or in another term, in the view before. */
  boolean isNewLeaderAfter(@Nullable NodeView before) {
    return role == RoleName.LEADER && !leadsOnFrom(before);
  }

  /**
   * Takes what a status says.
   *
   * @param status the status
   * @param drained whether all that it has appended was seen by {@link Oracle#appended}
   * @return a view
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
