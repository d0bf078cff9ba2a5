package io.tickraft.core.fuzz;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.Outcome;
import io.tickraft.core.RoleName;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What must hold of the membership changes that one node takes and applies.
 *
 * <p>A broken rule is an {@link AssertionError} that begins with the rule's name.
 */
final class MembershipInvariants {

  /** What can be broken. MembershipInvariantsTest shows each of them breaking. */
  enum Rule {
    A_CONFIGURATION_THAT_IS_NOT_WHAT_WAS_APPLIED,
    A_CONFIGURATION_LOSES_ALL_VOTERS,
    MEMBERS_THAT_A_LEADER_DOES_NOT_REPLICATE_TO,
    A_CHANGE_TAKEN_BY_NO_LEADER,
    A_CHANGE_TAKEN_BY_A_LEADER_THAT_LEFT,
    A_COMMAND_TAKEN_BY_A_LEADER_THAT_LEFT,
    A_SECOND_CHANGE_WHILE_ONE_IS_PENDING,
    PLACE_OF_A_CHANGE,
    AN_IMPOSSIBLE_CHANGE_CHANGES_THE_CONFIGURATION,
    AN_IMPOSSIBLE_CHANGE_THAT_WAS_NOT_HANDED_OUT
  }

  private final long id;

  /** The indexes of the changes that the node took as a leader and has not applied. */
  private final TreeSet<Long> taken = new TreeSet<>();

  MembershipInvariants(long id) {
    this.id = id;
  }

  /** The node was opened anew: nothing that it took is known to be in its log. */
  void reopened() {
    taken.clear();
  }

  /**
   * Something happened to the node, and this is what it shows now.
   *
   * @param applied the configuration that the state machine has stored with what it applied
   */
  void observed(Observation now, ConfState applied) {
    require(
        now.confState().equals(applied), Rule.A_CONFIGURATION_THAT_IS_NOT_WHAT_WAS_APPLIED, now);
    if (now.role() != RoleName.LEADER) {
      taken.clear();
      return;
    }
    taken.headSet(now.applied(), true).clear();
    TreeSet<Long> peers = new TreeSet<>();
    now.peers().forEach(peer -> peers.add(peer.id()));
    require(
        peers.equals(members(now.confState())),
        Rule.MEMBERS_THAT_A_LEADER_DOES_NOT_REPLICATE_TO,
        now);
  }

  /** The host proposed a change. */
  void proposed(ConfChangeResult result, Observation before, Observation after, NaiveLog told) {
    if (!(result instanceof ConfChangeResult.Accepted accepted)) {
      return;
    }
    require(before.role() == RoleName.LEADER, Rule.A_CHANGE_TAKEN_BY_NO_LEADER, before);
    require(isVoter(before.confState()), Rule.A_CHANGE_TAKEN_BY_A_LEADER_THAT_LEFT, before);
    require(
        accepted.index() == before.last() + 1
            && accepted.term() == before.term()
            && after.last() >= accepted.index(),
        Rule.PLACE_OF_A_CHANGE,
        accepted);
    boolean pending = !taken.isEmpty();
    long from = Math.max(told.base(), before.applied()) + 1;
    for (long i = from; i <= Math.min(told.last(), before.last()); i++) {
      pending |= told.get(i).getType() == EntryType.ENTRY_TYPE_CONF_CHANGE;
    }
    require(!pending, Rule.A_SECOND_CHANGE_WHILE_ONE_IS_PENDING, accepted);
    taken.add(accepted.index());
  }

  /** The node took commands. */
  void commandsTaken(Observation before) {
    require(isVoter(before.confState()), Rule.A_COMMAND_TAKEN_BY_A_LEADER_THAT_LEFT, before);
  }

  /**
   * A Ready was taken.
   *
   * @param before the configuration that was handed out before it
   */
  void handedOut(Taken ready, ConfState before) {
    ready
        .confState()
        .ifPresent(
            confState ->
                require(
                    confState.getVotersCount() > 0 || before.getVotersCount() == 0,
                    Rule.A_CONFIGURATION_LOSES_ALL_VOTERS,
                    ready));
    for (Outcome outcome : ready.outcomes()) {
      if (outcome instanceof Outcome.ChangeImpossible impossible) {
        Entry last =
            ready.committed().isEmpty()
                ? Entry.getDefaultInstance()
                : ready.committed().get(ready.committed().size() - 1);
        require(
            last.getIndex() == impossible.entry().index()
                && last.getTerm() == impossible.entry().term(),
            Rule.AN_IMPOSSIBLE_CHANGE_THAT_WAS_NOT_HANDED_OUT,
            impossible);
        require(
            ready.confState().isPresent() && ready.confState().get().equals(before),
            Rule.AN_IMPOSSIBLE_CHANGE_CHANGES_THE_CONFIGURATION,
            impossible);
      }
    }
  }

  private boolean isVoter(ConfState confState) {
    return confState.getVotersList().contains(id) || confState.getVotersOutgoingList().contains(id);
  }

  private static SortedSet<Long> members(ConfState confState) {
    TreeSet<Long> members = new TreeSet<>(confState.getVotersList());
    members.addAll(confState.getVotersOutgoingList());
    members.addAll(confState.getLearnersList());
    return members;
  }

  private static void require(boolean holds, Rule rule, Object about) {
    if (!holds) {
      throw new AssertionError(rule + ": " + about);
    }
  }
}
