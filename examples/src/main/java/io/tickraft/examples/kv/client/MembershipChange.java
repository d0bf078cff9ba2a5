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
   */
  record Promote(long id) implements MembershipChange {

    /** The number of entries that a learner may be behind and still count as caught up. */
    private static final long MAX_BEHIND = 10_000;

    @Override
    public Optional<String> problem(
        ConfState configuration, Members members, List<PeerStatus> progress) {
      if (isLearner(configuration, id)) {
        long last = progress.stream().mapToLong(PeerStatus::matchIndex).max().orElse(0);
        return progress.stream().anyMatch(peer -> peer.id() == id && hasCaughtUp(peer, last))
            ? Optional.empty()
            : Optional.of("node " + id + " is still catching up, as RAFT.STATUS shows");
      }
      return Optional.of(
          Members.ids(configuration).contains(id)
              ? "node " + id + " is a voter already"
              : "node " + id + " is not a member");
    }

    private static boolean hasCaughtUp(PeerStatus peer, long last) {
      return peer.state() == PeerStatus.State.REPLICATE && last - peer.matchIndex() <= MAX_BEHIND;
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
    public ConfChange toConfChange() {
      return ConfChanges.remove(id).build();
    }
  }

  private static boolean isLearner(ConfState configuration, long id) {
    return configuration.getLearnersList().contains(id);
  }
}
