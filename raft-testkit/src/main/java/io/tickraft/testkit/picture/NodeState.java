package io.tickraft.testkit.picture;

/**
 * The state of a node after a step.
 *
 * @param isUp whether the node runs
 * @param role the letter of its role: F, P (pre-candidate), C or L; empty if it is not known
 * @param term its term
 * @param vote its vote in the term; 0: none
 * @param leader the leader that it knows; 0: none
 * @param commit its commit index
 * @param applied its applied index
 * @param last the last index of its log, in memory
 * @param lastTerm the term of the last entry of its log, in memory
 * @param members the configuration in effect, in words
 * @param transfer the target of its leadership transfer; 0: none
 * @param peers the progress of each member: id, state, match index, next index; empty unless it
 *     leads
 * @param log the log that is written, as {@link LogText} has it
 * @param durable the part of the log that a crash surely leaves
 * @param hard the term, the vote and the commit index that are written
 * @param durableHard the term, the vote and the commit index that a crash surely leaves
 */
record NodeState(
    boolean isUp,
    String role,
    long term,
    long vote,
    long leader,
    long commit,
    long applied,
    long last,
    long lastTerm,
    String members,
    long transfer,
    String peers,
    String log,
    String durable,
    String hard,
    String durableHard) {

  /** A node of which nothing is known yet. */
  static final NodeState UNKNOWN =
      new NodeState(false, "", 0, 0, 0, 0, 0, 0, 0, "", 0, "", "", "", "", "");
}
