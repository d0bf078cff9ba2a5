package io.tickraft.testkit.fuzz;

import io.tickraft.core.Outcome;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.ReadyView;
import io.tickraft.testkit.sim.FaultCounters;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Counts how often runs reach certain situations. A run that does not reach a situation proves
 * nothing about it.
 */
public final class Goals implements Oracle {

  /** The names of the goals that this class counts. {@link #all()} has them even with count 0. */
  private static final List<String> OWN_NAMES =
      List.of(
          "commit in a joint configuration",
          "entries not ready",
          "joint configuration entered",
          "joint configuration left",
          "late ticks before messages",
          "late ticks dropped",
          "leader elected among different pre-votes",
          "leader elected among different quorum checks",
          "leader elected in a joint configuration",
          "leader removed",
          "host reported a lost message or a snapshot",
          "log beyond the hard state",
          "log conflict truncated",
          "message duplicated",
          "message corrupted",
          "message lost",
          "message reordered",
          "message repeated much later",
          "node crashed",
          "node paused",
          "pre-vote lost",
          "pre-vote won",
          "read aborted: LEAVING",
          "read aborted: NOT_LEADER",
          "read aborted: TIMED_OUT",
          "read confirmed on a follower",
          "read confirmed on a leader",
          "read of the disk failed",
          "snapshot beyond the hard state",
          "snapshot not ready",
          "snapshot sent",
          "snapshot with a joint configuration sent",
          "stepped down: LEAVE_TIMED_OUT",
          "stepped down: LEFT",
          "stepped down: PERSIST_TIMED_OUT",
          "stepped down: QUORUM_LOST",
          "stepped down: RESIGNED",
          "ten Readys outstanding",
          "synced write lost",
          "transfer ended: ABORTED",
          "transfer ended: COMPLETED",
          "transfer ended: TIMED_OUT",
          "transfer rejected",
          "vote requested for a transfer",
          "voter about to be demoted",
          "write failed",
          "write lost",
          "write torn");

  /** The names of the goals that a {@link Situation} reports, in the order of their classes. */
  private static final List<String> SITUATIONS =
      List.of(
          "leader overthrown",
          "leader leads on without a quorum",
          "quorum lost and regained",
          "whole group restarted",
          "entry written again after it was overwritten",
          "entry of an earlier term overwritten on a majority",
          "campaign from behind a snapshot",
          "learner promoted from behind");

  private final SortedMap<String, Long> counts = new TreeMap<>();
  private final Map<Long, NodeView> lastViews = new TreeMap<>();
  private final Map<Long, RaftConfig> configs = new TreeMap<>();
  private long elections;
  private long commands;

  /** The index of the last command that was counted; 0 if there is none. */
  private long lastCommand;

  /** Starts with all counts at 0. */
  public Goals() {
    Stream.of(OWN_NAMES, SITUATIONS, SituationWatch.NAMES)
        .flatMap(List::stream)
        .forEach(name -> counts.put(name, 0L));
  }

  /**
   * Returns how often a situation was reached.
   *
   * @param goal the name of the situation
   * @return the count; 0 if the situation was not reached, or no situation has this name
   */
  public long count(String goal) {
    return counts.getOrDefault(goal, 0L);
  }

  /** {@return how often each situation was reached, by its name, as an unmodifiable view} */
  public SortedMap<String, Long> all() {
    return Collections.unmodifiableSortedMap(counts);
  }

  /** {@return the situations that were not reached, in alphabetical order} */
  public List<String> missed() {
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() == 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Adds the counts of another run.
   *
   * @param other the counts of the other run
   */
  public void add(Goals other) {
    other.counts.forEach((goal, count) -> counts.merge(goal, count, Long::sum));
  }

  /** Counts the faults of a finished run. */
  void add(Simulation group) {
    count("message lost", group.network().lost() + group.network().refused());
    count("message duplicated", group.network().duplicated());
    count("message reordered", group.network().reordered());
    count("message corrupted", group.network().corrupted());
    count("message repeated much later", group.network().echoed());
    for (SimNode node : group.nodes()) {
      FaultCounters faults = node.faultCounters();
      if (node.hasDisk()) {
        count("write lost", node.disk().lostWrites());
        count("write torn", node.disk().tornWrites());
        count("synced write lost", node.disk().lostSynced());
      }
      count("write failed", faults.failedWrites());
      count("read of the disk failed", faults.failedReads());
      count("host reported a lost message or a snapshot", faults.reports());
      count("node paused", faults.pauses());
      count("entries not ready", faults.entriesNotReady());
      count("snapshot not ready", faults.snapshotsNotReady());
      count("late ticks before messages", faults.ticksBeforeMessages());
      count("late ticks dropped", faults.droppedTicks());
      count("ten Readys outstanding", faults.readysOut() >= 10 ? 1 : 0);
    }
  }

  /** Counts an event of a node. */
  void event(RaftEvent event) {
    if (event instanceof RaftEvent.SteppedDown down) {
      reached("stepped down: " + down.reason());
    } else if (event instanceof RaftEvent.LogTruncated) {
      reached("log conflict truncated");
    }
  }

  /** Adds 1 to the count of a situation. */
  void reached(String goal) {
    counts.merge(goal, 1L, Long::sum);
  }

  private void count(String goal, long times) {
    counts.merge(goal, times, Long::sum);
  }

  /** Returns how many leaders were elected. */
  long elections() {
    return elections;
  }

  /** Returns how many commands are applied by at least one node. */
  long commands() {
    return commands;
  }

  private void countIf(boolean isReached, String goal) {
    if (isReached) {
      reached(goal);
    }
  }

  @Override
  public void configured(long node, RaftConfig config) {
    configs.put(node, config);
  }

  @Override
  public void opened(long node, Storage storage) {
    countIf(lastViews.remove(node) != null, "node crashed");
    HardState hardState = storage.initialState();
    countIf(storage.term(storage.lastIndex()) > hardState.getTerm(), "log beyond the hard state");
    countIf(
        storage.snapshot() instanceof Storage.SnapshotResult.Available available
            && available.snapshot().getMetadata().getIndex() > hardState.getCommit(),
        "snapshot beyond the hard state");
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.put(view.node(), view);
    if (before == null) {
      return;
    }
    boolean joint = isJoint(view.confState());
    countIf(joint && !isJoint(before.confState()), "joint configuration entered");
    countIf(!joint && isJoint(before.confState()), "joint configuration left");
    countIf(
        view.confState().getLearnersNextCount() > before.confState().getLearnersNextCount(),
        "voter about to be demoted");
    boolean wasLeader = before.role() == RoleName.LEADER;
    boolean isLeader = view.role() == RoleName.LEADER;
    countIf(isLeader && wasLeader && isVoter(before) && !isVoter(view), "leader removed");
    elections += isLeader && !wasLeader ? 1 : 0;
    if (isLeader && !wasLeader) {
      countIfMixed(view, RaftConfig::preVote, "leader elected among different pre-votes");
      countIfMixed(view, RaftConfig::checkQuorum, "leader elected among different quorum checks");
    }
    countIf(isLeader && !wasLeader && joint, "leader elected in a joint configuration");
    countIf(
        isLeader && joint && view.commitIndex() > before.commitIndex(),
        "commit in a joint configuration");
    countIf(
        view.role() == RoleName.CANDIDATE && before.role() == RoleName.PRE_CANDIDATE,
        "pre-vote won");
    countIf(
        view.role() == RoleName.FOLLOWER && before.role() == RoleName.PRE_CANDIDATE,
        "pre-vote lost");
  }

  private void countIfMixed(NodeView view, Predicate<RaftConfig> setting, String goal) {
    countIf(
        view.confState().getVotersList().stream()
                .map(configs::get)
                .filter(Objects::nonNull)
                .map(setting::test)
                .distinct()
                .count()
            > 1,
        goal);
  }

  private static boolean isJoint(ConfState configuration) {
    return configuration.getVotersOutgoingCount() > 0;
  }

  private static boolean isVoter(NodeView view) {
    return view.confState().getVotersList().contains(view.node())
        || view.confState().getVotersOutgoingList().contains(view.node());
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    NodeView view = lastViews.get(node);
    boolean leads = view != null && view.role() == RoleName.LEADER;
    for (ReadState state : ready.readStates()) {
      if (state instanceof ReadState.Aborted aborted) {
        reached("read aborted: " + aborted.reason());
      } else {
        reached(leads ? "read confirmed on a leader" : "read confirmed on a follower");
      }
    }
    for (Outcome outcome : ready.outcomes()) {
      if (outcome instanceof Outcome.TransferEnded ended) {
        reached("transfer ended: " + ended.end());
      } else if (outcome instanceof Outcome.TransferRejected) {
        reached("transfer rejected");
      }
    }
  }

  @Override
  public void sent(Message message, Storage durable) {
    if (message.hasInstallSnapshot()) {
      reached("snapshot sent");
      countIf(
          isJoint(message.getInstallSnapshot().getSnapshot().getMetadata().getConfState()),
          "snapshot with a joint configuration sent");
    }
    countIf(message.getVote().getTransfer(), "vote requested for a transfer");
  }

  @Override
  public void applied(long node, Entry entry) {
    if (entry.getIndex() > lastCommand && entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      lastCommand = entry.getIndex();
      commands++;
    }
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
