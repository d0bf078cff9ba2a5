package io.tickraft.testkit.assertion;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftText;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.testkit.message.Values;
import java.util.function.Function;

/** Assertions about a node's status. */
public final class StatusAssert extends RaftAssert<StatusAssert, Status> {

  StatusAssert(Status actual) {
    super(actual, StatusAssert.class);
  }

  @Override
  String text(Status whole) {
    StringBuilder text = new StringBuilder(whole.toString());
    for (PeerStatus peer : whole.peers()) {
      text.append("\n  ").append(peer);
    }
    return text.toString();
  }

  /**
   * Checks the role.
   *
   * @param expected the role
   * @return this
   */
  public StatusAssert is(RoleName expected) {
    isNotNull();
    return has("role", expected, actual.role());
  }

  /**
   * Checks that the node is a follower, with or without a known leader.
   *
   * @return this
   */
  public StatusAssert isFollower() {
    return is(RoleName.FOLLOWER);
  }

  /**
   * Checks that the node is a follower of a leader.
   *
   * @param leader the leader's id; 0: the node knows no leader
   * @return this
   */
  public StatusAssert isFollowerOf(long leader) {
    return isFollower().hasLeader(leader);
  }

  /**
   * Checks that the node is a pre-candidate.
   *
   * @return this
   */
  public StatusAssert isPreCandidate() {
    return is(RoleName.PRE_CANDIDATE);
  }

  /**
   * Checks that the node is a candidate.
   *
   * @return this
   */
  public StatusAssert isCandidate() {
    return is(RoleName.CANDIDATE);
  }

  /**
   * Checks that the node is the leader.
   *
   * @return this
   */
  public StatusAssert isLeader() {
    return is(RoleName.LEADER);
  }

  /**
   * Checks the term.
   *
   * @param expected the term
   * @return this
   */
  public StatusAssert hasTerm(long expected) {
    isNotNull();
    return has("term", expected, actual.term());
  }

  /**
   * Checks the vote in the node's term.
   *
   * @param expected the id of the candidate that has the vote; 0: none
   * @return this
   */
  public StatusAssert hasVote(long expected) {
    isNotNull();
    return has("vote", expected, actual.vote());
  }

  /**
   * Checks the leader that the node knows.
   *
   * @param expected the leader's id; 0: none
   * @return this
   */
  public StatusAssert hasLeader(long expected) {
    isNotNull();
    return has("leader", expected, actual.leader());
  }

  /**
   * Checks the last entry of the log, persisted or not.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return this
   */
  public StatusAssert hasLast(long term, long index) {
    isNotNull();
    return has("last entry", text(term, index), text(actual.last().term(), actual.last().index()));
  }

  private static String text(long term, long index) {
    return "(" + term + "," + index + ")";
  }

  /**
   * Checks the index up to which the log is persisted.
   *
   * @param expected the index
   * @return this
   */
  public StatusAssert hasPersisted(long expected) {
    isNotNull();
    return has("persisted index", expected, actual.persistedIndex());
  }

  /**
   * Checks the commit index.
   *
   * @param expected the index
   * @return this
   */
  public StatusAssert hasCommit(long expected) {
    isNotNull();
    return has("commit index", expected, actual.commitIndex());
  }

  /**
   * Checks the applied index.
   *
   * @param expected the index
   * @return this
   */
  public StatusAssert hasApplied(long expected) {
    isNotNull();
    return has("applied index", expected, actual.appliedIndex());
  }

  /**
   * Checks that the configuration in effect has exactly these voters and no learners.
   *
   * @param expected the voters' ids
   * @return this
   */
  public StatusAssert hasVoters(long... expected) {
    isNotNull();
    return has(
        "configuration", RaftText.of(Values.voters(expected)), RaftText.of(actual.confState()));
  }

  /**
   * Checks the target of the leadership transfer in progress.
   *
   * @param expected the target's id; 0: there is no transfer
   * @return this
   */
  public StatusAssert hasTransferTarget(long expected) {
    isNotNull();
    return has("transfer target", expected, actual.transferTarget());
  }

  /**
   * Checks the pending membership change: the oldest one in the log that is not applied.
   *
   * @param expected the index of the change; 0: there is none
   * @return this
   */
  public StatusAssert hasPendingChange(long expected) {
    isNotNull();
    return has("pending change", expected, actual.pendingChangeIndex());
  }

  /**
   * Checks the leader's match index and next index of a member, itself included.
   *
   * @param id the member's id
   * @param match the match index
   * @param next the next index
   * @return this
   */
  public StatusAssert hasProgress(long id, long match, long next) {
    return has(id, "progress", progress(match, next), StatusAssert::progress);
  }

  /**
   * Checks the state of the leader's replication to a member.
   *
   * @param id the member's id
   * @param expected the state
   * @return this
   */
  public StatusAssert hasPeerState(long id, PeerStatus.State expected) {
    return has(id, "state", expected.name(), peer -> peer.state().name());
  }

  /**
   * Checks how long ago the leader last heard from a member.
   *
   * @param id the member's id
   * @param ticks the number of ticks
   * @return this
   */
  public StatusAssert hasHeard(long id, long ticks) {
    return has(id, "ticks since heard", ticks, PeerStatus::ticksSinceHeard);
  }

  /**
   * Checks the highest commit index that a member is known to have persisted.
   *
   * @param id the member's id
   * @param expected the index
   * @return this
   */
  public StatusAssert hasDurableCommit(long id, long expected) {
    return has(id, "durable commit index", expected, PeerStatus::durableCommitIndex);
  }

  /**
   * Checks the snapshot that the leader sends to a member.
   *
   * @param id the member's id
   * @param index the index of the snapshot; 0: there is no snapshot
   * @param attempt the number of the attempt, from 1; 0 if there is no snapshot
   * @return this
   */
  public StatusAssert sendsSnapshot(long id, long index, long attempt) {
    return has(
        id,
        "snapshot",
        snapshot(index, attempt),
        peer -> snapshot(peer.snapshotIndex(), peer.snapshotAttempt()));
  }

  private StatusAssert has(
      long id, String what, Object expected, Function<PeerStatus, Object> found) {
    isNotNull();
    String text =
        actual.peers().stream()
            .filter(peer -> peer.id() == id)
            .map(found)
            .map(Object::toString)
            .findFirst()
            .orElse("none");
    return has(what + " of " + id, expected.toString(), text);
  }

  private static String progress(PeerStatus peer) {
    return progress(peer.matchIndex(), peer.nextIndex());
  }

  private static String progress(long match, long next) {
    return "match " + match + ", next " + next;
  }

  private static String snapshot(long index, long attempt) {
    return "at " + index + ", attempt " + attempt;
  }
}
