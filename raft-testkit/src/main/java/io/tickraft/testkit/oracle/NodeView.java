package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import io.tickraft.core.Status;

/**
 * What a node shows of itself after a step.
 *
 * @param node its id
 * @param role its role
 * @param term its term
 * @param vote who has its vote of the term; 0: nobody
 * @param lastIndex the last index of its log
 * @param commitIndex its commit index
 * @param appliedIndex its applied index
 * @param drained whether all that it has appended was seen by {@link Oracle#appended}; not so while
 *     its host waits for the disk
 */
public record NodeView(
    long node,
    RoleName role,
    long term,
    long vote,
    long lastIndex,
    long commitIndex,
    long appliedIndex,
    boolean drained) {

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
        status.last().index(),
        status.commitIndex(),
        status.appliedIndex(),
        drained);
  }
}
