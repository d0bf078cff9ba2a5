package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Message;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A leader has the votes of a quorum of the configuration in effect on it; in joint consensus, of a
 * majority of each half. Each node votes once in a term, even if it restarts (Raft paper, sections
 * 5.2 and 6). Only voters campaign, and not before they have applied all committed membership
 * changes, as one of these may have removed them.
 */
final class ElectionQuorum implements Oracle {

  private final GhostLogs logs;
  private final ConfigurationHistory history;
  private final Disks disks;
  private final LastViews lastViews = new LastViews();

  /** By term: the candidate that each node has voted for. */
  private final Map<Long, Map<Long, Long>> votes = new TreeMap<>();

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   * @param history the configurations of the group; must get each event before this oracle
   * @param disks the disks of all nodes; must get each event before this oracle
   */
  ElectionQuorum(GhostLogs logs, ConfigurationHistory history, Disks disks) {
    this.logs = logs;
    this.history = history;
    this.disks = disks;
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.forget(node);
  }

  @Override
  public void sent(Message message, Storage durable) {
    if (message.hasVoteResponse() && message.getVoteResponse().hasGranted()) {
      Long other =
          votes
              .computeIfAbsent(message.getTerm(), t -> new TreeMap<>())
              .putIfAbsent(message.getFrom(), message.getTo());
      if (other != null && other != message.getTo()) {
        throw new OracleViolation(
            "one vote",
            "node "
                + message.getFrom()
                + " gives its vote of term "
                + message.getTerm()
                + " to "
                + message.getTo()
                + " after "
                + other);
      }
    }
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.replace(view);
    if (view.role() == RoleName.FOLLOWER || view.leadsOnFrom(before)) {
      return;
    }
    Members members = history.inEffect(view);
    if (members == null) {
      return;
    }
    if (!members.isVoter(view.node())) {
      throw new OracleViolation(
          "voters campaign", campaigner(view) + " is not a voter of " + members);
    }
    // A candidate that has asked for votes counts them only after it has applied the change.
    boolean waits = view.role() == RoleName.CANDIDATE && view.isCandidateStillAfter(before);
    if (!waits
        && view.drained()
        && logs.hasChange(view.node(), view.appliedIndex(), view.commitIndex())) {
      throw new OracleViolation(
          "campaigns wait for changes",
          campaigner(view) + " has not applied a committed membership change");
    }
    if (view.role() == RoleName.LEADER) {
      elected(view, members);
    }
  }

  private void elected(NodeView view, Members members) {
    TreeSet<Long> voters = new TreeSet<>();
    votes
        .getOrDefault(view.term(), new TreeMap<>())
        .forEach(
            (voter, candidate) -> {
              if (candidate == view.node()) {
                voters.add(voter);
              }
            });
    Storage disk = disks.of(view.node());
    if (disk != null
        && disk.initialState().getTerm() == view.term()
        && disk.initialState().getVote() == view.node()) {
      voters.add(view.node());
    }
    if (!members.hasQuorum(voters)) {
      throw new OracleViolation(
          "election quorum",
          "node "
              + view.node()
              + " leads in term "
              + view.term()
              + " with the votes of "
              + voters
              + ": no quorum of "
              + members);
    }
  }

  private static String campaigner(NodeView view) {
    return view.role() + " " + view.node() + " of term " + view.term();
  }
}
