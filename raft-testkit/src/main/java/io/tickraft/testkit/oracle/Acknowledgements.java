package io.tickraft.testkit.oracle;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node acknowledges, and what a leader counts as acknowledged, is on that node's disk entry
 * by entry as in the leader's log (Raft paper, section 5.3). An index alone is not enough: after
 * two changes of leader, a late acknowledgement may be about other entries than those that are on
 * the disk. A vote is for a candidate whose log is at least as up to date as the voter's disk
 * (section 5.4.1). A commit index that a node reports covers no membership change that a crash
 * would make it forget.
 */
final class Acknowledgements implements Oracle {

  private static final String PROMISE = "acknowledged entries are on the disk";

  /** What a leader has counted in its term. */
  private static final class Counted {
    private long term;
    private ByNode<Match> members = new ByNode<>(node -> new Match());
  }

  /**
   * An index of the log of a member, such as the match index that was last compared with its disk.
   */
  private static final class Match {
    private long index;
  }

  /** The last campaign of a candidate. */
  private static final class Campaign {
    private long term;
    private EntryId last = EntryId.getDefaultInstance();
  }

  private final GhostLogs logs;
  private final Disks disks;
  private final DiskPrefixes prefixes;
  private final LastViews lastViews = new LastViews();
  private final ByNode<Counted> leaders = new ByNode<>(node -> new Counted());

  /** The last index of each disk before it has lost synced writes; 0: it has lost none. */
  private final ByNode<Match> lostUpTo = new ByNode<>(node -> new Match());

  private final ByNode<Campaign> campaigns = new ByNode<>(node -> new Campaign());

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   * @param disks the disks of all nodes; must get each event before this oracle
   */
  Acknowledgements(GhostLogs logs, Disks disks) {
    this.logs = logs;
    this.disks = disks;
    this.prefixes = new DiskPrefixes(logs);
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.forget(node);
    Storage before = disks.of(node);
    if (before != null && before.lastIndex() > storage.lastIndex()) {
      // The disk has lost what the node has acknowledged; what comes of that is not judged here.
      lostUpTo.of(node).index = Math.max(lostUpTo.of(node).index, before.lastIndex());
    }
  }

  // What is sent.

  @Override
  public void sent(Message message, Storage durable) {
    switch (message.getBodyCase()) {
      case APPEND_RESPONSE -> {
        AppendResponse response = message.getAppendResponse();
        acknowledged(message, response.getAccepted().getMatch(), durable);
        committed(message, response.getCommit(), durable);
      }
      case INSTALL_SNAPSHOT_RESPONSE -> {
        long match = message.getInstallSnapshotResponse().getInstalled().getMatch();
        acknowledged(message, match, durable);
        committed(message, match, durable);
      }
      case VOTE -> {
        Campaign campaign = campaigns.of(message.getFrom());
        campaign.term = message.getTerm();
        campaign.last = message.getVote().getLast();
      }
      case VOTE_RESPONSE -> {
        if (message.getVoteResponse().hasGranted()) {
          granted(message, durable);
        }
      }
      default -> {}
    }
  }

  private void acknowledged(Message message, long match, Storage durable) {
    NodeView leader = lastViews.of(message.getTo());
    if (match > 0
        && leader != null
        && leader.role() == RoleName.LEADER
        && leader.term() == message.getTerm()) {
      check(leader, message.getFrom(), match, durable, "acknowledges");
    }
  }

  private void committed(Message message, long commit, Storage durable) {
    long kept = Math.max(durable.initialState().getCommit(), durable.firstIndex() - 1);
    if (commit > kept && logs.hasChange(message.getFrom(), kept, commit)) {
      throw new OracleViolation(
          "reported commit indexes are durable",
          "node "
              + message.getFrom()
              + " reports the commit index "
              + commit
              + ", but a crash would reset it to "
              + kept
              + ", before a membership change");
    }
  }

  private void granted(Message message, Storage durable) {
    Campaign campaign = campaigns.of(message.getTo());
    long term = message.getTerm();
    long lastTerm = durable.term(durable.lastIndex());
    // Entries of the vote's term are the candidate's own.
    if (campaign.term != term || durable.initialState().getTerm() != term || lastTerm >= term) {
      return;
    }
    if (lastTerm > campaign.last.getTerm()
        || (lastTerm == campaign.last.getTerm()
            && durable.lastIndex() > campaign.last.getIndex())) {
      throw new OracleViolation(
          "up-to-date votes",
          "node "
              + message.getFrom()
              + ", whose disk ends at "
              + durable.lastIndex()
              + " of term "
              + lastTerm
              + ", votes in term "
              + term
              + " for "
              + message.getTo()
              + ", whose log ends at "
              + campaign.last.getIndex()
              + " of term "
              + campaign.last.getTerm());
    }
  }

  // What is counted.

  @Override
  public void stepped(NodeView view) {
    lastViews.replace(view);
    if (view.role() != RoleName.LEADER) {
      return;
    }
    Counted counted = leaders.of(view.node());
    if (counted.term != view.term()) {
      counted.term = view.term();
      counted.members = new ByNode<>(node -> new Match());
    }
    List<PeerStatus> peers = view.peers();
    for (int i = 0; i < peers.size(); i++) {
      PeerStatus peer = peers.get(i);
      Match match = counted.members.of(peer.id());
      if (peer.matchIndex() != match.index && logs.has(view.node(), peer.matchIndex())) {
        match.index = peer.matchIndex();
        Storage disk = disks.of(peer.id());
        if (disk != null && match.index > 0) {
          check(view, peer.id(), match.index, disk, "is counted with");
        }
      }
    }
  }

  private void check(NodeView leader, long node, long match, Storage disk, String action) {
    HardState hardState = disk.initialState();
    // In a later term the entries may have been replaced. A torn write may lack the term.
    if (hardState.getTerm() > leader.term()
        || disk.term(disk.lastIndex()) > leader.term()
        || !logs.has(leader.node(), match)) {
      return;
    }
    GhostLogs.Prefix due = logs.at(leader.node(), match);
    if (due.term() == 0) {
      return; // The leader began with a snapshot after this entry.
    }
    if (disk.lastIndex() < match && match <= lostUpTo.of(node).index) {
      return; // An earlier acknowledgement was late.
    }
    GhostLogs.Prefix kept = prefixes.at(node, disk, match);
    if (disk.lastIndex() < match || (kept != null && !kept.equals(due))) {
      throw new OracleViolation(PROMISE, describe(leader, node, match, disk, action, kept));
    }
  }

  private static String describe(
      NodeView leader,
      long node,
      long match,
      Storage disk,
      String action,
      GhostLogs.@Nullable Prefix kept) {
    return "node "
        + node
        + " "
        + action
        + " entries up to "
        + match
        + " of leader "
        + leader.node()
        + " of term "
        + leader.term()
        + ", but its disk "
        + (kept == null
            ? "ends at " + disk.lastIndex()
            : "holds another entry there, of term " + kept.term() + ", or before it");
  }
}
