package io.tickraft.testkit.oracle;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Message;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The progress of each member as the leader tracks it (Raft paper, figure 2, "matchIndex" and
 * "nextIndex"). A match index is never above what the member has acknowledged and does not fall,
 * except to 0 when the member has lost entries. It is below the next index, which is at most the
 * last index + 1.
 */
final class LeaderProgress implements Oracle {

  /** What a member has answered to the leader of one term. */
  private static final class Answers {
    private final long term;

    /** The indexes that it has acknowledged as durable. */
    private final TreeSet<Long> acknowledged = new TreeSet<>();

    /** The highest of these; 0: none. */
    private long highest;

    /** The previous indexes of the appends that it has rejected. */
    private final TreeSet<Long> rejected = new TreeSet<>();

    Answers(long term) {
      this.term = term;
    }
  }

  /** The answers of a member, by term. */
  private static final class Member {
    private final TreeMap<Long, Answers> byTerm = new TreeMap<>();
    private Answers latest = new Answers(0);

    Answers in(long term) {
      if (latest.term != term) {
        latest = byTerm.computeIfAbsent(term, Answers::new);
      }
      return latest;
    }
  }

  private final Disks disks;
  private final LastViews lastViews = new LastViews();
  private final ByNode<Member> members = new ByNode<>(node -> new Member());

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param disks the disks of all nodes; must get each event before this oracle
   */
  LeaderProgress(Disks disks) {
    this.disks = disks;
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.forget(node);
  }

  @Override
  public void sent(Message message, Storage durable) {
    if (message.hasAppendResponse()) {
      AppendResponse response = message.getAppendResponse();
      acknowledged(message, response.getAccepted().getMatch());
      if (response.hasRejected()) {
        answers(message).rejected.add(response.getRejected().getPrevIndex());
      }
    } else if (message.hasInstallSnapshotResponse()) {
      acknowledged(message, message.getInstallSnapshotResponse().getInstalled().getMatch());
    }
  }

  private Answers answers(Message message) {
    return members.of(message.getFrom()).in(message.getTerm());
  }

  private void acknowledged(Message message, long match) {
    if (match > 0) {
      Answers answers = answers(message);
      answers.acknowledged.add(match);
      answers.highest = Math.max(answers.highest, match);
    }
  }

  /**
   * A member that rejects an append at its match index has lost entries, or its rejection is late:
   * the leader may reset its match index to 0. Late answers of the member may raise it again before
   * the next view, to an index that it has acknowledged.
   */
  private boolean mayBeLost(NodeView view, PeerStatus earlier, long match) {
    Answers answers = members.of(earlier.id()).in(view.term());
    return answers.rejected.contains(earlier.matchIndex())
        && (match == 0 || answers.acknowledged.contains(match));
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.replace(view);
    if (view.role() != RoleName.LEADER) {
      return;
    }
    List<PeerStatus> peers = view.peers();
    for (int i = 0; i < peers.size(); i++) {
      PeerStatus peer = peers.get(i);
      if (peer.matchIndex() > acknowledged(view, peer.id())) {
        throw violation(view, peer, "has acknowledged " + acknowledged(view, peer.id()));
      }
      if (peer.id() != view.node()) {
        check(view, peer);
      }
      if (before != null && view.leadsOnFrom(before)) {
        notFallen(view, before, peer, i);
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
  }

  private void notFallen(NodeView view, NodeView before, PeerStatus peer, int position) {
    PeerStatus earlier = find(peer.id(), before.peers(), position);
    if (earlier != null
        && earlier.matchIndex() > peer.matchIndex()
        && !mayBeLost(view, earlier, peer.matchIndex())) {
      throw violation(view, peer, "was known to match up to " + earlier.matchIndex());
    }
  }

  /** Finds a member, which is at the same position unless the configuration has changed. */
  private static @Nullable PeerStatus find(long id, List<PeerStatus> peers, int likely) {
    if (likely < peers.size() && peers.get(likely).id() == id) {
      return peers.get(likely);
    }
    for (PeerStatus peer : peers) {
      if (peer.id() == id) {
        return peer;
      }
    }
    return null;
  }

  private long acknowledged(NodeView view, long member) {
    if (member == view.node()) {
      Storage disk = disks.of(member);
      return disk == null ? view.lastIndex() : disk.lastIndex();
    }
    return acknowledged(view.term(), member);
  }

  /** {@return the highest index that a member has acknowledged in a term; 0: none} */
  long acknowledged(long term, long member) {
    return members.of(member).in(term).highest;
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
