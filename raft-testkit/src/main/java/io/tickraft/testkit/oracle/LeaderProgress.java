package io.tickraft.testkit.oracle;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Message;
import java.util.Map;
import java.util.TreeMap;

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

  private final Disks disks;
  private final Map<Long, RaftConfig> configs = new TreeMap<>();
  private final Map<Long, NodeView> lastViews = new TreeMap<>();

  /** The highest index that a member has acknowledged in a term. */
  private final Map<Acknowledger, Long> acknowledged = new TreeMap<>();

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
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.put(view.node(), view);
    if (view.role() != RoleName.LEADER) {
      return;
    }
    for (PeerStatus peer : view.peers()) {
      require(
          view,
          peer,
          peer.matchIndex() <= acknowledged(view, peer.id()),
          "has acknowledged " + acknowledged(view, peer.id()));
      if (peer.id() != view.node()) {
        check(view, peer);
      }
      if (before != null && view.leadsOnFrom(before)) {
        before.peers().stream()
            .filter(p -> p.id() == peer.id())
            .forEach(
                p ->
                    require(
                        view,
                        peer,
                        peer.matchIndex() >= p.matchIndex(),
                        "was known to match up to " + p.matchIndex()));
      }
    }
  }

  private void check(NodeView view, PeerStatus peer) {
    require(view, peer, peer.matchIndex() < peer.nextIndex(), "is to get what it holds");
    require(
        view,
        peer,
        peer.nextIndex() <= view.lastIndex() + 1,
        "is to get what is after the last entry, " + view.lastIndex());
    RaftConfig config = configs.get(view.node());
    require(
        view,
        peer,
        config == null || peer.inflightAppends() <= config.maxInflightAppends(),
        "has more under way than may be: " + peer.inflightAppends());
  }

  private long acknowledged(NodeView view, long member) {
    if (member == view.node()) {
      Storage disk = disks.of(member);
      return disk == null ? view.lastIndex() : disk.lastIndex();
    }
    return acknowledged.getOrDefault(new Acknowledger(view.term(), member), 0L);
  }

  private static void require(NodeView view, PeerStatus peer, boolean holds, String truth) {
    if (!holds) {
      throw new OracleViolation(
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
}
