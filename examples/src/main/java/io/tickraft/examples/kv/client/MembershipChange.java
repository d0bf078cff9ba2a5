package io.tickraft.examples.kv.client;

import io.tickraft.core.ConfChanges;
import io.tickraft.core.PeerStatus;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A membership change of one node, as an administrator requests it. */
public sealed interface MembershipChange {

  /** {@return the node that is changed} */
  long id();

  /**
   * Checks on the leader whether the change is allowed, in addition to the checks of Raft.
   *
   * @param configuration the configuration in effect
   * @param members the members of that configuration
   * @param progress the leader's progress of each member
   * @return why the change is not allowed; empty if it is
   */
  Optional<String> problem(ConfState configuration, Members members, List<PeerStatus> progress);

  /**
   * Checks on the leader whether the group can go on after the change: whether the voters that the
   * leader has heard are a majority then.
   *
   * @param configuration the configuration in effect
   * @param heard the members that the leader has heard in the last election timeout, itself
   *     included
   * @return why the group could not go on; empty if it can, or if the change does not matter to it
   */
  default Optional<String> quorumProblem(ConfState configuration, Set<Long> heard) {
    return Optional.empty();
  }

  /**
   * {@return how long, in milliseconds, the client waits for a problem that passes by itself} Only
   * to promote a learner can have such a problem: that the learner is still catching up. If the
   * client disconnects meanwhile, nothing is changed.
   */
  default long waitMillis() {
    return 0;
  }

  /** {@return whether the problem of a change in this configuration may pass by itself} */
  default boolean mayPass(ConfState configuration) {
    return false;
  }

  /** {@return the change to propose} */
  ConfChange toConfChange();

  /**
   * Adds a node. For a member it changes only the address, which may have been mistyped: the id of
   * a removed node can never be used again.
   *
   * @param id a new id, or that of a member with another address
   * @param address the address at which the node listens for its peers
   * @param votes whether a new node is a voter from the start; must be true for a member that is a
   *     voter, and false for a learner
   */
  record Add(long id, HostAndPort address, boolean votes) implements MembershipChange {

    @Override
    public Optional<String> problem(
        ConfState configuration, Members members, List<PeerStatus> progress) {
      if (members.removed().contains(id)) {
        return Optional.of("node " + id + " was removed, and its id is never used again");
      }
      boolean moves = !address.equals(members.addresses().get(id));
      if (isLearner(configuration, id)) {
        if (votes || !moves) {
          return Optional.of("node " + id + " is a learner already; RAFT.PROMOTE lets it vote");
        }
      } else if (Members.ids(configuration).contains(id) && (!votes || !moves)) {
        return Optional.of("node " + id + " is a voter already");
      }
      for (Map.Entry<Long, HostAndPort> member : members.addresses().entrySet()) {
        if (member.getKey() != id && member.getValue().equals(address)) {
          return Optional.of(address + " is the address of node " + member.getKey());
        }
      }
      return Optional.empty();
    }

    @Override
    public Optional<String> quorumProblem(ConfState configuration, Set<Long> heard) {
      if (!votes) {
        return Optional.empty();
      }
      Quorum quorum = new Quorum(configuration, heard);
      return configuration.getVotersList().contains(id)
          ? quorum.problemWithout(id)
          : quorum.problemWith(id);
    }

    @Override
    public ConfChange toConfChange() {
      ConfChanges.Builder change = votes ? ConfChanges.addVoter(id) : ConfChanges.addLearner(id);
      return change.context(Members.context(id, address)).build();
    }
  }

  /**
   * Makes a learner that has caught up a voter. A new voter that still receives its snapshot counts
   * for the quorum: if another node failed, the group could not commit until the voter has caught
   * up (thesis 4.2.1).
   *
   * @param id the learner
   * @param waitMillis how long to wait for the learner to catch up, in milliseconds
   */
  record Promote(long id, long waitMillis) implements MembershipChange {

    /** The number of entries that a learner may be behind and still count as caught up. */
    private static final long MAX_BEHIND = 10_000;

    @Override
    public Optional<String> problem(
        ConfState configuration, Members members, List<PeerStatus> progress) {
      if (!isLearner(configuration, id)) {
        return Optional.of(
            Members.ids(configuration).contains(id)
                ? "node " + id + " is a voter already"
                : "node " + id + " is not a member");
      }
      long last = progress.stream().mapToLong(PeerStatus::matchIndex).max().orElse(0);
      Optional<PeerStatus> learner = progress.stream().filter(peer -> peer.id() == id).findFirst();
      if (learner.isPresent() && hasCaughtUp(learner.get(), last)) {
        return Optional.empty();
      }
      return Optional.of(
          "node "
              + id
              + " is still catching up"
              + learner.map(peer -> howFar(peer, last)).orElse(""));
    }

    private static boolean hasCaughtUp(PeerStatus peer, long last) {
      return peer.state() == PeerStatus.State.REPLICATE
          && last - peer.matchIndex() <= MAX_BEHIND
          && Quorum.isHeard(peer);
    }

    private static String howFar(PeerStatus peer, long last) {
      return ": it has "
          + peer.matchIndex()
          + " of "
          + last
          + " entries, and "
          + (isNew(peer)
              ? "this leader has never heard it"
              : "was last heard " + peer.ticksSinceHeard() + " ticks ago");
    }

    /**
     * Whether the leader still waits for the answer to its first probe, which is sent after an
     * entry. A member counts as heard when it is added, so its silence does not tell.
     */
    private static boolean isNew(PeerStatus peer) {
      return peer.state() == PeerStatus.State.PROBE
          && peer.matchIndex() == 0
          && peer.nextIndex() > 1;
    }

    @Override
    public boolean mayPass(ConfState configuration) {
      return isLearner(configuration, id);
    }

    @Override
    public ConfChange toConfChange() {
      return ConfChanges.addVoter(id).build();
    }
  }

  /**
   * Removes a node for good.
   *
   * @param id a voter or a learner
   */
  record Remove(long id) implements MembershipChange {

    @Override
    public Optional<String> problem(
        ConfState configuration, Members members, List<PeerStatus> progress) {
      return Members.ids(configuration).contains(id)
          ? Optional.empty()
          : Optional.of("node " + id + " is not a member");
    }

    @Override
    public Optional<String> quorumProblem(ConfState configuration, Set<Long> heard) {
      return configuration.getVotersList().contains(id)
          ? new Quorum(configuration, heard).problemAfterRemoval(id)
          : Optional.empty();
    }

    @Override
    public ConfChange toConfChange() {
      return ConfChanges.remove(id).build();
    }
  }

  /**
   * A change that is made although the group cannot go on after it, as far as the leader knows.
   *
   * @param change the change
   */
  record Forced(MembershipChange change) implements MembershipChange {

    @Override
    public long id() {
      return change.id();
    }

    @Override
    public Optional<String> problem(
        ConfState configuration, Members members, List<PeerStatus> progress) {
      return change.problem(configuration, members, progress);
    }

    @Override
    public ConfChange toConfChange() {
      return change.toConfChange();
    }
  }

  private static boolean isLearner(ConfState configuration, long id) {
    return configuration.getLearnersList().contains(id);
  }
}
