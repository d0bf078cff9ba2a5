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
 * Counts the situations that runs reach. Runs that never reach a situation prove nothing about it.
 */
public final class Goals implements Oracle {

  /** What is counted by {@link #all()}: each of these, also if it was never reached. */
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
          "message overtaken",
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
          "ten Readys out",
          "synced write lost",
          "transfer ended: ABORTED",
          "transfer ended: COMPLETED",
          "transfer ended: TIMED_OUT",
          "transfer rejected",
          "vote asked for by order",
          "voter about to be demoted",
          "write failed",
          "write lost",
          "write torn");

  /** What situations reach, in the order of their classes. */
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
   * @return the count; 0 if it was not reached
   */
  public long of(String goal) {
    return counts.getOrDefault(goal, 0L);
  }

  /** {@return how often each situation was reached, by its name, as a view} */
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

  /** Counts the faults of a run that is over. */
  void add(Simulation group) {
    see("message lost", group.network().lost() + group.network().refused());
    see("message duplicated", group.network().duplicated());
    see("message overtaken", group.network().reordered());
    see("message corrupted", group.network().corrupted());
    see("message repeated much later", group.network().echoed());
    for (SimNode node : group.nodes()) {
      FaultCounters faults = node.faultCounters();
      if (node.hasDisk()) {
        see("write lost", node.disk().lostWrites());
        see("write torn", node.disk().tornWrites());
        see("synced write lost", node.disk().lostSynced());
      }
      see("write failed", faults.failedWrites());
      see("read of the disk failed", faults.failedReads());
      see("host reported a lost message or a snapshot", faults.reports());
      see("node paused", faults.pauses());
      see("entries not ready", faults.entriesNotReady());
      see("snapshot not ready", faults.snapshotsNotReady());
      see("late ticks before messages", faults.ticksBeforeMessages());
      see("late ticks dropped", faults.droppedTicks());
      see("ten Readys out", faults.readysOut() >= 10 ? 1 : 0);
    }
  }

  /** Counts an event of a node. */
  void event(RaftEvent event) {
    if (event instanceof RaftEvent.SteppedDown down) {
      see("stepped down: " + down.reason());
    } else if (event instanceof RaftEvent.LogTruncated) {
      see("log conflict truncated");
    }
  }

  /** Counts a situation once. */
  void reached(String goal) {
    see(goal);
  }

  private void see(String goal, long times) {
    counts.merge(goal, times, Long::sum);
  }

  /** Returns how many leaders were elected. */
  long elections() {
    return elections;
  }

  /** Returns how many commands were committed, as far as a node has applied them. */
  long commands() {
    return commands;
  }

  private void see(String sight) {
    counts.merge(sight, 1L, Long::sum);
  }

  private void see(boolean seen, String sight) {
    if (seen) {
      see(sight);
    }
  }

  @Override
  public void configured(long node, RaftConfig config) {
    configs.put(node, config);
  }

  @Override
  public void opened(long node, Storage storage) {
    see(lastViews.remove(node) != null, "node crashed");
    HardState hardState = storage.initialState();
    see(storage.term(storage.lastIndex()) > hardState.getTerm(), "log beyond the hard state");
    see(
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
    see(joint && !isJoint(before.confState()), "joint configuration entered");
    see(!joint && isJoint(before.confState()), "joint configuration left");
    see(
        view.confState().getLearnersNextCount() > before.confState().getLearnersNextCount(),
        "voter about to be demoted");
    boolean wasLeader = before.role() == RoleName.LEADER;
    boolean isLeader = view.role() == RoleName.LEADER;
    see(isLeader && wasLeader && isVoter(before) && !isVoter(view), "leader removed");
    elections += isLeader && !wasLeader ? 1 : 0;
    if (isLeader && !wasLeader) {
      differ(view, RaftConfig::preVote, "leader elected among different pre-votes");
      differ(view, RaftConfig::checkQuorum, "leader elected among different quorum checks");
    }
    see(isLeader && !wasLeader && joint, "leader elected in a joint configuration");
    see(
        isLeader && joint && view.commitIndex() > before.commitIndex(),
        "commit in a joint configuration");
    see(
        view.role() == RoleName.CANDIDATE && before.role() == RoleName.PRE_CANDIDATE,
        "pre-vote won");
    see(
        view.role() == RoleName.FOLLOWER && before.role() == RoleName.PRE_CANDIDATE,
        "pre-vote lost");
  }

  private void differ(NodeView view, Predicate<RaftConfig> aSwitch, String sight) {
    see(
        view.confState().getVotersList().stream()
                .map(configs::get)
                .filter(Objects::nonNull)
                .map(aSwitch::test)
                .distinct()
                .count()
            > 1,
        sight);
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
        see("read aborted: " + aborted.reason());
      } else {
        see(leads ? "read confirmed on a leader" : "read confirmed on a follower");
      }
    }
    for (Outcome outcome : ready.outcomes()) {
      if (outcome instanceof Outcome.TransferEnded ended) {
        see("transfer ended: " + ended.end());
      } else if (outcome instanceof Outcome.TransferRejected) {
        see("transfer rejected");
      }
    }
  }

  @Override
  public void sent(Message message, Storage durable) {
    if (message.hasInstallSnapshot()) {
      see("snapshot sent");
      see(
          isJoint(message.getInstallSnapshot().getSnapshot().getMetadata().getConfState()),
          "snapshot with a joint configuration sent");
    }
    see(message.getVote().getTransfer(), "vote asked for by order");
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
