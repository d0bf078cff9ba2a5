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
 * The progress of each member as the leader tracks it (Raft paper, figure 2, "matchIndex" and
 * "nextIndex"). A match index is never above what the member has acknowledged and does not fall,
 * except to 0 when the member has lost entries. It is below the next index, which is at most the
 * last index + 1. The number of appends in flight stays within {@link
 * RaftConfig#maxInflightAppends()}.
 */
public final class LeaderProgress implements Oracle {

  /** A member, in the term of the leader that it has answered. */
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

  /** The indexes that a member has acknowledged as durable in a term. */
  private final Map<Acknowledger, SortedSet<Long>> acknowledged = new TreeMap<>();

  /** The previous indexes of the appends that a member has rejected in a term. */
  private final Map<Acknowledger, SortedSet<Long>> rejected = new TreeMap<>();

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param disks the disks of all nodes; must get each event before this oracle
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
      acknowledged
          .computeIfAbsent(
              new Acknowledger(message.getTerm(), message.getFrom()), member -> new TreeSet<>())
          .add(match);
    }
    if (message.getAppendResponse().hasRejected()) {
      rejected
          .computeIfAbsent(
              new Acknowledger(message.getTerm(), message.getFrom()), member -> new TreeSet<>())
          .add(message.getAppendResponse().getRejected().getPrevIndex());
    }
  }

  /**
   * A member that rejects an append at its match index has lost entries, or its rejection is late:
   * the leader may reset its match index to 0. Late answers of the member may raise it again before
   * the next view, to an index that it has acknowledged.
   */
  private boolean mayBeLost(NodeView view, PeerStatus earlier, long match) {
    Acknowledger member = new Acknowledger(view.term(), earlier.id());
    return rejected.getOrDefault(member, NOTHING).contains(earlier.matchIndex())
        && (match == 0 || acknowledged.getOrDefault(member, NOTHING).contains(match));
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
      throw violation(view, peer, "has acknowledged the next entry");
    }
    if (peer.nextIndex() > view.lastIndex() + 1) {
      throw violation(view, peer, "cannot get entries after the last one, " + view.lastIndex());
    }
    RaftConfig config = configs.get(view.node());
    if (config != null && peer.inflightAppends() > config.maxInflightAppends()) {
      throw violation(view, peer, "has too many appends in flight: " + peer.inflightAppends());
    }
  }

  private void notFallen(NodeView view, NodeView before, PeerStatus peer) {
    for (PeerStatus earlier : before.peers()) {
      if (earlier.id() == peer.id()
          && earlier.matchIndex() > peer.matchIndex()
          && !mayBeLost(view, earlier, peer.matchIndex())) {
        throw violation(view, peer, "was known to match up to " + earlier.matchIndex());
      }
    }
  }

  private long acknowledged(NodeView view, long member) {
    if (member == view.node()) {
      Storage disk = disks.of(member);
      return disk == null ? view.lastIndex() : disk.lastIndex();
    }
    SortedSet<Long> indexes =
        acknowledged.getOrDefault(new Acknowledger(view.term(), member), NOTHING);
    return indexes.isEmpty() ? 0 : indexes.last();
  }

  private static OracleViolation violation(NodeView view, PeerStatus peer, String truth) {
    return new OracleViolation(
        "progress",
        "leader "
            + view.node()
            + " of term "
            + view.term()
            + " has the progress ["
            + peer
            + "] for a member that "
            + truth);
  }
}
