package io.tickraft.testkit.oracle;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as plain sets, with its own simple arithmetic of changes, independent of the
 * core's.
 */
record Members(
    SortedSet<Long> voters,
    SortedSet<Long> outgoing,
    SortedSet<Long> learners,
    SortedSet<Long> learnersNext,
    boolean autoLeave) {

  static Members of(ConfState state) {
    return new Members(
        new TreeSet<>(state.getVotersList()),
        new TreeSet<>(state.getVotersOutgoingList()),
        new TreeSet<>(state.getLearnersList()),
        new TreeSet<>(state.getLearnersNextList()),
        state.getAutoLeave());
  }

  @Override
  public String toString() {
    return "voters "
        + voters
        + (outgoing.isEmpty() ? "" : " outgoing " + outgoing)
        + (learners.isEmpty() ? "" : " learners " + learners)
        + (learnersNext.isEmpty() ? "" : " next learners " + learnersNext)
        + (autoLeave ? " auto-leave" : "");
  }

  boolean isJoint() {
    return !outgoing.isEmpty();
  }

  boolean isVoter(long id) {
    return voters.contains(id) || outgoing.contains(id);
  }

  /**
   * {@return whether these ids include a majority of the voters and, in a joint configuration, of
   * the outgoing voters}
   */
  boolean hasQuorum(Collection<Long> ids) {
    return hasQuorum(ids::contains);
  }

  /** {@return whether the ids for which this is true include a quorum} */
  boolean hasQuorum(LongPredicate isIncluded) {
    return hasMajority(voters, isIncluded)
        && (outgoing.isEmpty() || hasMajority(outgoing, isIncluded));
  }

  /** {@return the voters of both halves for which this is true} */
  SortedSet<Long> voting(LongPredicate isIncluded) {
    TreeSet<Long> both = new TreeSet<>(voters);
    both.addAll(outgoing);
    both.removeIf(id -> !isIncluded.test(id));
    return both;
  }

  private static boolean hasMajority(SortedSet<Long> half, LongPredicate isIncluded) {
    int included = 0;
    for (long id : half) {
      included += isIncluded.test(id) ? 1 : 0;
    }
    return 2 * included > half.size();
  }

  /** {@return the configuration after a serialized change; null if the change is impossible} */
  @Nullable Members after(ByteString data) {
    try {
      return after(ConfChange.parseFrom(data));
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  @Nullable Members after(ConfChange change) {
    if (change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE) {
      TreeSet<Long> allLearners = new TreeSet<>(learners);
      allLearners.addAll(learnersNext);
      return isJoint() && change.getChangesCount() == 0
          ? new Members(voters, new TreeSet<>(), allLearners, new TreeSet<>(), false)
          : null;
    }
    if (isJoint() || change.getChangesCount() == 0) {
      return null;
    }
    // True: voter; false: learner.
    TreeMap<Long, Boolean> roles = new TreeMap<>();
    voters.forEach(id -> roles.put(id, true));
    learners.forEach(id -> roles.put(id, false));
    for (ConfChangeSingle single : change.getChangesList()) {
      if (single.getType() == ConfChangeType.CONF_CHANGE_TYPE_REMOVE) {
        roles.remove(single.getNode());
      } else {
        roles.put(single.getNode(), single.getType() == ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER);
      }
    }
    return roles.containsValue(true) ? with(roles, change.getTransition()) : null;
  }

  private Members with(SortedMap<Long, Boolean> roles, ConfChangeTransition transition) {
    TreeSet<Long> newVoters = new TreeSet<>();
    TreeSet<Long> newLearners = new TreeSet<>();
    roles.forEach((id, votes) -> (votes ? newVoters : newLearners).add(id));
    TreeSet<Long> changed = new TreeSet<>(newVoters);
    changed.addAll(voters);
    changed.removeIf(id -> newVoters.contains(id) && voters.contains(id));
    if (transition == ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO && changed.size() <= 1) {
      return new Members(newVoters, new TreeSet<>(), newLearners, new TreeSet<>(), false);
    }
    TreeSet<Long> demoted = new TreeSet<>(newLearners);
    demoted.retainAll(voters);
    newLearners.removeAll(voters);
    return new Members(
        newVoters,
        voters,
        newLearners,
        demoted,
        transition != ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT);
  }
}
