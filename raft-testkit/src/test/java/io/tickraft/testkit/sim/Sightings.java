package io.tickraft.testkit.sim;

import io.tickraft.core.Outcome;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.ReadyView;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Counts what happens in runs that has to happen some time, or the runs prove nothing. */
final class Sightings implements Oracle {

  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<Long, NodeView> lastViews = new TreeMap<>();
  private final Map<Long, RaftConfig> configs = new TreeMap<>();
  private long elections;

  /** Returns how often something was seen. */
  long of(String sight) {
    return counts.getOrDefault(sight, 0L);
  }

  /** Adds what was counted elsewhere. */
  void add(Map<String, Long> sights) {
    sights.forEach((sight, count) -> counts.merge(sight, count, Long::sum));
  }

  /** Adds what was seen in another run. */
  void add(Sightings other) {
    add(other.counts);
  }

  /** Returns how many leaders were elected. */
  long elections() {
    return elections;
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
    lastViews.remove(node);
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
    see(wasLeader && !isVoter(before) && !isLeader, "removed leader stepped down");
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
  public String toString() {
    return counts.toString();
  }
}
