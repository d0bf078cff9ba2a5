package io.tickraft.core.membership;

import io.tickraft.core.quorum.Majority;
import io.tickraft.core.quorum.Voters;
import io.tickraft.proto.ConfState;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The members of the group, and which of them vote (Raft paper, section 6; thesis chapter 4).
 * Immutable.
 *
 * <p>The in-memory form of a {@link ConfState}, which is the form for messages and storage.
 */
public final class Configuration {

  /** The configuration of a node that joins with an empty storage: no members. */
  public static final Configuration NONE = new Configuration(ConfState.getDefaultInstance());

  private final ConfState confState;
  private final Voters voters;
  private final Majority learners;

  /** The ids of all voters and learners, ascending. */
  private final long[] members;

  private Configuration(ConfState confState) {
    this.confState = confState;
    this.voters =
        new Voters(
            majority(confState.getVotersList()), majority(confState.getVotersOutgoingList()));
    this.learners = majority(confState.getLearnersList());
    TreeSet<Long> all = new TreeSet<>(confState.getVotersList());
    all.addAll(confState.getVotersOutgoingList());
    all.addAll(confState.getLearnersList());
    this.members = all.stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Makes a configuration from a stored or received one.
   *
   * @throws IllegalArgumentException if there is a {@link #problem}
   */
  public static Configuration of(ConfState confState) {
    Optional<String> problem = problem(confState);
    if (problem.isPresent()) {
      throw new IllegalArgumentException("configuration: " + problem.get());
    }
    return new Configuration(confState);
  }

  /**
   * Says what is wrong with a configuration. One without members is valid: it is {@link #NONE}.
   *
   * @return a sentence; empty if nothing is wrong
   */
  public static Optional<String> problem(ConfState c) {
    Optional<String> unknown = NewerVersion.unknownIn(c);
    if (unknown.isPresent()) {
      return unknown.map(NewerVersion::needed);
    }
    List<Long> voters = c.getVotersList();
    List<Long> outgoing = c.getVotersOutgoingList();
    List<Long> learners = c.getLearnersList();
    List<Long> learnersNext = c.getLearnersNextList();
    if (!ascending(voters)
        || !ascending(outgoing)
        || !ascending(learners)
        || !ascending(learnersNext)) {
      return Optional.of("ids are at least 1 and ascend, each once in a list");
    }
    if (voters.isEmpty() && (!outgoing.isEmpty() || !learners.isEmpty())) {
      return Optional.of("there are members, but no voter");
    }
    for (Long learner : learners) {
      if (isIn(voters, learner) || isIn(outgoing, learner)) {
        return Optional.of("a voter cannot be a learner: " + learner);
      }
    }
    for (Long next : learnersNext) {
      if (!isIn(outgoing, next) || isIn(voters, next)) {
        return Optional.of(
            "a node in learners_next must be a voter of the outgoing half only: " + next);
      }
    }
    if (c.getAutoLeave() && outgoing.isEmpty()) {
      return Optional.of("only a joint configuration can be left");
    }
    return Optional.empty();
  }

  private static boolean ascending(List<Long> ids) {
    long before = 0;
    for (long id : ids) {
      if (id <= before) {
        return false;
      }
      before = id;
    }
    return true;
  }

  /** Lists may come from the network and be long, hence binary search. */
  private static boolean isIn(List<Long> ascending, Long id) {
    return Collections.binarySearch(ascending, id) >= 0;
  }

  private static Majority majority(List<Long> ids) {
    return Majority.of(ids.stream().mapToLong(Long::longValue).toArray());
  }

  /** {@return the form for messages and storage} */
  public ConfState confState() {
    return confState;
  }

  public boolean isEmpty() {
    return members.length == 0;
  }

  /** Returns the voters of both halves. */
  public Voters voters() {
    return voters;
  }

  /** Returns whether an id is a voter, in one half at least. */
  public boolean isVoter(long id) {
    return voters.contains(id);
  }

  /** Returns whether an id is a learner: it gets the log and does not vote. */
  public boolean isLearner(long id) {
    return learners.contains(id);
  }

  /** Returns whether an id is a voter or a learner. */
  public boolean isMember(long id) {
    return isVoter(id) || isLearner(id);
  }

  public int memberCount() {
    return members.length;
  }

  /** Returns the member at a position of the ascending order. */
  public long member(int position) {
    return members[position];
  }

  /**
   * Compares the members and their kinds. Nothing else has to be compared, as a {@link ConfState}
   * with unknown fields is a {@link #problem}.
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof Configuration configuration
        && voters.equals(configuration.voters)
        && learners.equals(configuration.learners)
        && confState.getLearnersNextList().equals(configuration.confState.getLearnersNextList())
        && confState.getAutoLeave() == configuration.confState.getAutoLeave();
  }

  /**
   * Hashes the ids only: that is the same in every run, unlike the hash codes of protobuf messages.
   */
  @Override
  public int hashCode() {
    return Arrays.hashCode(members);
  }

  @Override
  public String toString() {
    return "voters "
        + voters.incoming()
        + (voters.isJoint() ? ", outgoing " + voters.outgoing() : "")
        + (learners.isEmpty() ? "" : ", learners " + learners);
  }
}
