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

/** What an administrator wants of the membership: one node at a time. */
public sealed interface MembershipChange {

  /** Returns which node it is about. */
  long id();

  /**
   * Says what stands against the change on the leader, beside what Raft itself refuses.
   *
   * @param configuration the configuration in effect
   * @param members the members in it
   * @param progress how far the leader has brought each of them
   * @return a sentence; empty if nothing does
   */
  Optional<String> problem(ConfState configuration, Members members, List<PeerStatus> progress);

  /** Returns the change as it goes into the log. */
  ConfChange toConfChange();

  /**
   * Takes in a node that is not there yet. For a member it changes nothing but its address, as that
   * may have been mistyped, and its id would be lost if it had to be removed for it.
   *
   * @param id its id, which no node has had before; or that of a member at another address
   * @param address where it listens for the others
   * @param votes whether it votes from the start; of a member, whether it does
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
   * Lets a learner vote that has caught up. One that counts for the majority and still gets its
   * snapshot would leave the group without one for as long, if another node failed (thesis 4.2.1).
   *
   * @param id the learner
   */
  record Promote(long id) implements MembershipChange {

    /** How many entries a learner may be behind and still count as up to date. */
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
