package io.tickraft.testkit.oracle;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A leader does in time what it must do, and no more.
 *
 * <ul>
 *   <li>It commits an entry of its term as soon as it has counted a quorum; in joint consensus, a
 *       majority of each half (Raft paper, section 5.3).
 *   <li>With {@link RaftConfig#checkQuorum()} it steps down when no quorum has answered for {@link
 *       RaftConfig#electionTicks()} (thesis 6.2). If its host was late, it may wait for one
 *       heartbeat interval more.
 *   <li>It goes on leading as long as a quorum answers its heartbeats, until it meets a later term,
 *       its host makes it resign, its disk is stuck or it has left the group.
 * </ul>
 *
 * The answers are those that were delivered, not those that the leader says it has heard.
 */
final class LeadersInTime implements Oracle {

  /** When a member was heard by a leader, in ticks of the leader. */
  private static final class Contact {
    /** The member is not heard later than this. */
    private long latest;

    /** The member is heard at this tick or later. */
    private long sure;
  }

  /** A node's state since it was opened. */
  private static final class Leader {
    private @Nullable RaftConfig config;
    private @Nullable NodeView view;
    private long ticks;

    /** The tick of the last view. */
    private long viewedAt;

    /** The tick of the last view after which several ticks came at once. */
    private long lateAt;

    /** The tick at which a write was acknowledged last. */
    private long persistedAt;

    private boolean resigns;
    private ByNode<Contact> contacts = new ByNode<>(node -> new Contact());
  }

  private final GhostLogs logs;
  private final ByNode<Leader> leaders = new ByNode<>(node -> new Leader());

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   */
  LeadersInTime(GhostLogs logs) {
    this.logs = logs;
  }

  @Override
  public void configured(long node, RaftConfig config) {
    Leader leader = new Leader();
    leader.config = config;
    leader.lateAt = -config.electionTicks();
    leaders.put(node, leader);
  }

  @Override
  public void ticked(long node) {
    leaders.of(node).ticks++;
  }

  @Override
  public void resigning(long node) {
    leaders.of(node).resigns = true;
  }

  @Override
  public void persisted(long node, ReadyView ready) {
    if (ready.isOutstanding()) {
      Leader leader = leaders.of(node);
      leader.persistedAt = leader.ticks;
    }
  }

  @Override
  public void received(long node, Message message) {
    Leader leader = leaders.of(node);
    NodeView view = leader.view;
    if (view == null || view.role() != RoleName.LEADER || message.getTerm() != view.term()) {
      return;
    }
    Contact contact = leader.contacts.of(message.getFrom());
    contact.latest = leader.ticks;
    RaftConfig config = leader.config;
    // A host that was late by an election timeout may deliver answers that are older than that.
    if (config != null
        && message.hasHeartbeatResponse()
        // Without a round it is malformed, and dropped.
        && message.getHeartbeatResponse().getRound() > 0
        && message.getTo() == node
        && message.getGroup() == config.group()
        && leader.ticks - leader.viewedAt < config.electionTicks()) {
      contact.sure = leader.ticks;
    }
  }

  @Override
  public void stepped(NodeView view) {
    Leader leader = leaders.of(view.node());
    NodeView before = leader.view;
    leader.view = view;
    if (leader.ticks - leader.viewedAt > 1) {
      leader.lateAt = leader.ticks;
    }
    if (view.role() == RoleName.LEADER) {
      leads(leader, before, view);
    } else if (before != null
        && before.role() == RoleName.LEADER
        && before.term() == view.term()
        && !mayStepDown(leader, before, view)) {
      throw new OracleViolation(
          "leaders go on",
          "leader "
              + view.node()
              + " of term "
              + view.term()
              + " steps down, although a quorum answers its heartbeats");
    }
    leader.viewedAt = leader.ticks;
    leader.resigns = false;
  }

  private void leads(Leader leader, @Nullable NodeView before, NodeView view) {
    if (before == null || !view.leadsOnFrom(before)) {
      leader.contacts = new ByNode<>(node -> new Contact());
      heardNow(leader, view.confState().getVotersList(), ConfState.getDefaultInstance());
      heardNow(leader, view.confState().getVotersOutgoingList(), ConfState.getDefaultInstance());
    } else if (!before.confState().equals(view.confState())) {
      heardNow(leader, view.confState().getVotersList(), before.confState());
      heardNow(leader, view.confState().getVotersOutgoingList(), before.confState());
    }
    commits(view);
    RaftConfig config = leader.config;
    if (leader.ticks != leader.viewedAt && config != null && config.checkQuorum()) {
      boolean isLate = leader.ticks - leader.lateAt <= config.heartbeatTicks();
      int limit = config.electionTicks() + (isLate ? config.heartbeatTicks() : 0);
      if (!hears(leader, view, limit, false)) {
        throw new OracleViolation(
            "leaders without a quorum step down",
            "leader "
                + view.node()
                + " of term "
                + view.term()
                + " goes on, although no quorum has answered for "
                + limit
                + " ticks");
      }
    }
  }

  /** The voters that were no voters before count as heard now. */
  private static void heardNow(Leader leader, List<Long> voters, ConfState before) {
    for (int i = 0; i < voters.size(); i++) {
      long voter = voters.get(i);
      if (!before.getVotersList().contains(voter)
          && !before.getVotersOutgoingList().contains(voter)) {
        Contact contact = leader.contacts.of(voter);
        contact.latest = leader.ticks;
        contact.sure = leader.viewedAt;
      }
    }
  }

  /**
   * Returns whether a quorum was heard less than {@code limit} ticks ago: surely, or at most
   * perhaps.
   */
  private static boolean hears(Leader leader, NodeView view, int limit, boolean isSure) {
    ConfState members = view.confState();
    return hearsHalf(leader, view.node(), members.getVotersList(), limit, isSure)
        && (members.getVotersOutgoingCount() == 0
            || hearsHalf(leader, view.node(), members.getVotersOutgoingList(), limit, isSure));
  }

  private static boolean hearsHalf(
      Leader leader, long self, List<Long> half, int limit, boolean isSure) {
    int heard = 0;
    for (int i = 0; i < half.size(); i++) {
      long voter = half.get(i);
      Contact contact = leader.contacts.of(voter);
      long at = isSure ? contact.sure : contact.latest;
      heard += voter == self || leader.ticks - at < limit ? 1 : 0;
    }
    return 2 * heard > half.size();
  }

  private static boolean mayStepDown(Leader leader, NodeView before, NodeView view) {
    RaftConfig config = leader.config;
    return config == null
        || leader.resigns
        || !isVoter(before)
        || !isVoter(view)
        || leader.ticks - leader.persistedAt >= config.maxPersistTicks()
        || (config.checkQuorum() && !hears(leader, view, config.electionTicks(), true));
  }

  private static boolean isVoter(NodeView view) {
    return view.confState().getVotersList().contains(view.node())
        || view.confState().getVotersOutgoingList().contains(view.node());
  }

  // Commits.

  private void commits(NodeView view) {
    long counted = Long.MAX_VALUE;
    ConfState members = view.confState();
    counted = Math.min(counted, counted(view, members.getVotersList()));
    if (members.getVotersOutgoingCount() > 0) {
      counted = Math.min(counted, counted(view, members.getVotersOutgoingList()));
    }
    if (counted > view.commitIndex()
        && logs.has(view.node(), counted)
        && logs.at(view.node(), counted).term() == view.term()) {
      throw new OracleViolation(
          "leaders commit what a quorum holds",
          "leader "
              + view.node()
              + " of term "
              + view.term()
              + " has counted a quorum for "
              + counted
              + ", and has committed only "
              + view.commitIndex());
    }
  }

  /** Returns the highest match index that a majority of a half has reached; at least the commit. */
  private static long counted(NodeView view, List<Long> half) {
    long highest = view.commitIndex();
    List<PeerStatus> peers = view.peers();
    for (int i = 0; i < peers.size(); i++) {
      long match = peers.get(i).matchIndex();
      if (match > highest && half.contains(peers.get(i).id())) {
        int reached = 0;
        for (int k = 0; k < peers.size(); k++) {
          PeerStatus peer = peers.get(k);
          reached += peer.matchIndex() >= match && half.contains(peer.id()) ? 1 : 0;
        }
        highest = 2 * reached > half.size() ? match : highest;
      }
    }
    return highest;
  }
}
