package io.tickraft.testkit.assertion;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftText;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.testkit.message.Values;
import java.util.function.Function;

/** Assertions about what a node knows. */
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
   * Checks that the node follows, whomever.
   *
   * @return this
   */
  public StatusAssert isFollower() {
    return is(RoleName.FOLLOWER);
  }

  /**
   * Checks that the node follows.
   *
   * @param leader whom; 0: it waits for a leader
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
   * Checks that the node leads.
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
   * Checks the vote in that term.
   *
   * @param expected who has it; 0: nobody
   * @return this
   */
  public StatusAssert hasVote(long expected) {
    isNotNull();
    return has("vote", expected, actual.vote());
  }

  /**
   * Checks the leader that the node knows of.
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
   * @param term its term
   * @param index its index
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
   * Checks that the configuration in effect has these voters and nobody else.
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
   * Checks to whom leadership is on its way.
   *
   * @param expected who shall lead next; 0: there is no transfer
   * @return this
   */
  public StatusAssert hasTransferTarget(long expected) {
    isNotNull();
    return has("transfer target", expected, actual.transferTarget());
  }

  /**
   * Checks which membership change in the log takes effect next.
   *
   * @param expected its index; 0: there is none
   * @return this
   */
  public StatusAssert hasPendingChange(long expected) {
    isNotNull();
    return has("pending change", expected, actual.pendingChangeIndex());
  }

  /**
   * Checks how far the leader has brought a member, itself included.
   *
   * @param id the member
   * @param match the last index that is known to match
   * @param next the next index to send
   * @return this
   */
  public StatusAssert hasProgress(long id, long match, long next) {
    return has(id, "progress", progress(match, next), StatusAssert::progress);
  }

  /**
   * Checks how the leader replicates to a member.
   *
   * @param id the member
   * @param expected the state
   * @return this
   */
  public StatusAssert replicates(long id, PeerStatus.State expected) {
    return has(id, "state", expected.name(), peer -> peer.state().name());
  }

  /**
   * Checks how long ago the leader heard a member.
   *
   * @param id the member
   * @param ticks how many ticks ago
   * @return this
   */
  public StatusAssert hasHeard(long id, long ticks) {
    return has(id, "ticks since heard", ticks, PeerStatus::ticksSinceHeard);
  }

  /**
   * Checks the commit index that the leader knows a member to have persisted.
   *
   * @param id the member
   * @param expected the index
   * @return this
   */
  public StatusAssert hasDurableCommit(long id, long expected) {
    return has(id, "durable commit index", expected, PeerStatus::durableCommitIndex);
  }

  /**
   * Checks which snapshot is on its way to a member.
   *
   * @param id the member
   * @param index the snapshot's index; 0: there is none
   * @param attempt which attempt it is, from 1; 0 if there is none
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
