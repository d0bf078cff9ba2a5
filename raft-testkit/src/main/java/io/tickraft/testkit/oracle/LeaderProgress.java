package io.tickraft.testkit.oracle;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Message;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a leader takes its members' logs to be (Raft paper, figure 2, "matchIndex" and "nextIndex"):
 * no member is taken to hold more than it has acknowledged, and no more appends are under way than
 * may be.
 */
public final class LeaderProgress implements Oracle {

  private record Acknowledger(long term, long member) implements Comparable<Acknowledger> {
    @Override
    public int compareTo(Acknowledger other) {
      return term != other.term
          ? Long.compare(term, other.term)
          : Long.compare(member, other.member);
    }
  }

  private static final SortedSet<Long> NOTHING = new TreeSet<>();

  private final Disks disks;
  private final Map<Long, RaftConfig> configs = new TreeMap<>();
  private final Map<Long, NodeView> lastViews = new TreeMap<>();

  /** The highest index that a member has acknowledged in a term. */
  private final Map<Acknowledger, Long> acknowledged = new TreeMap<>();

  /** The indexes after which a member has rejected entries in a term. */
  private final Map<Acknowledger, SortedSet<Long>> rejected = new TreeMap<>();

  /**
   * Judges by what others remember.
   *
   * @param disks told of each event before this
   */
  public LeaderProgress(Disks disks) {
    this.disks = disks;
  }

  @Override
  public void configured(long node, RaftConfig config) {
    configs.put(node, config);
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.remove(node);
  }

  @Override
  public void sent(Message message, Storage durable) {
    long match =
        Math.max(
            message.getAppendResponse().getAccepted().getMatch(),
            message.getInstallSnapshotResponse().getInstalled().getMatch());
    if (match > 0) {
      acknowledged.merge(new Acknowledger(message.getTerm(), message.getFrom()), match, Math::max);
    }
    if (message.getAppendResponse().hasRejected()) {
      rejected
          .computeIfAbsent(
              new Acknowledger(message.getTerm(), message.getFrom()), member -> new TreeSet<>())
          .add(message.getAppendResponse().getRejected().getPrevIndex());
    }
  }

  /** A member that rejects what it has acknowledged has lost it, and counts for nothing. */
  private boolean mayBeLost(NodeView view, PeerStatus earlier) {
    return rejected
        .getOrDefault(new Acknowledger(view.term(), earlier.id()), NOTHING)
        .contains(earlier.matchIndex());
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.put(view.node(), view);
    if (view.role() != RoleName.LEADER) {
      return;
    }
    boolean leadsOn = before != null && view.leadsOnFrom(before);
    for (PeerStatus peer : view.peers()) {
      if (peer.matchIndex() > acknowledged(view, peer.id())) {
        throw violation(view, peer, "has acknowledged " + acknowledged(view, peer.id()));
      }
      if (peer.id() != view.node()) {
        check(view, peer);
      }
      if (leadsOn) {
        notFallen(view, before, peer);
      }
    }
  }

  private void check(NodeView view, PeerStatus peer) {
    if (peer.matchIndex() >= peer.nextIndex()) {
      throw violation(view, peer, "is to get what it holds");
    }
    if (peer.nextIndex() > view.lastIndex() + 1) {
      throw violation(view, peer, "is to get what is after the last entry, " + view.lastIndex());
    }
    RaftConfig config = configs.get(view.node());
    if (config != null && peer.inflightAppends() > config.maxInflightAppends()) {
      throw violation(view, peer, "has more under way than may be: " + peer.inflightAppends());
    }
  }

  private void notFallen(NodeView view, NodeView before, PeerStatus peer) {
    for (PeerStatus earlier : before.peers()) {
      if (earlier.id() == peer.id()
          && earlier.matchIndex() > peer.matchIndex()
          && (peer.matchIndex() != 0 || !mayBeLost(view, earlier))) {
        throw violation(view, peer, "was known to match up to " + earlier.matchIndex());
      }
    }
  }

  private long acknowledged(NodeView view, long member) {
    if (member == view.node()) {
      Storage disk = disks.of(member);
      return disk == null ? view.lastIndex() : disk.lastIndex();
    }
    return acknowledged.getOrDefault(new Acknowledger(view.term(), member), 0L);
  }

  private static OracleViolation violation(NodeView view, PeerStatus peer, String truth) {
    return new OracleViolation(
        "progress",
        "leader "
            + view.node()
            + " of term "
            + view.term()
            + " has "
            + peer
            + " for a member that "
            + truth);
  }
}
