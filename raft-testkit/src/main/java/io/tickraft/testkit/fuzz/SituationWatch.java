package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.ReadResult;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.ReadyView;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sees situations that several nodes or several events make together, whatever led to them, and
 * counts them as {@link Goals}.
 */
final class SituationWatch implements Oracle {

  /** What {@link Goals#missed()} asks of a campaign. */
  static final List<String> NAMES =
      List.of(
          "append window full",
          "forwarded proposal accepted",
          "forwarded proposal rejected",
          "message dropped: BAD_SENDER",
          "message dropped: IMPLAUSIBLE_TERM",
          "message dropped: MALFORMED",
          "message dropped: MISDELIVERED",
          "message dropped: OTHER_GROUP",
          "message dropped: STRANGER",
          "message dropped: UNKNOWN_BODY",
          "message dropped: UNKNOWN_ENTRY_TYPE",
          "message from a removed member",
          "old snapshot after a new one",
          "outbox full",
          "second snapshot before the first is answered",
          "several entries truncated",
          "snapshot received twice",
          "snapshot replaces uncommitted entries",
          "stale leader accepts a proposal",
          "stale leader asked for a read",
          "stale read answer after a restart",
          "transfer against a campaign",
          "write overwritten before it is acknowledged");

  /** A write that is not acknowledged, and the last index that it appends. */
  private record Written(long number, long last) {}

  /** The snapshots that a node was sent and has received. */
  private static final class Snapshots {
    long asked;
    boolean isAnswered = true;
    long received;
  }

  private final Goals goals;
  private final Map<Long, NodeView> views = new TreeMap<>();
  private final Map<Long, RaftConfig> configs = new TreeMap<>();
  private final Map<Long, ArrayDeque<Written>> writes = new TreeMap<>();
  private final Map<Long, Snapshots> snapshots = new TreeMap<>();

  /** The nodes that were members of some configuration and are not in the latest one seen. */
  private final TreeSet<Long> removed = new TreeSet<>();

  SituationWatch(Goals goals) {
    this.goals = goals;
  }

  private void see(boolean seen, String goal) {
    if (seen) {
      goals.reached(goal);
    }
  }

  /** Sees an event of a node, before its state after that event is seen. */
  void event(long node, RaftEvent event) {
    if (event instanceof RaftEvent.LogTruncated truncated) {
      see(truncated.toIndex() > truncated.fromIndex(), "several entries truncated");
    } else if (event instanceof RaftEvent.SnapshotAccepted) {
      NodeView view = views.get(node);
      see(
          view != null && view.lastIndex() > view.commitIndex(),
          "snapshot replaces uncommitted entries");
    } else if (event instanceof RaftEvent.ForwardAnswered answered) {
      goals.reached("forwarded proposal " + (answered.accepted() ? "accepted" : "rejected"));
    } else if (event instanceof RaftEvent.OutgoingDropped) {
      goals.reached("outbox full");
    } else if (event instanceof RaftEvent.MessageDropped dropped) {
      goals.reached("message dropped: " + dropped.reason());
    }
  }

  @Override
  public void configured(long node, RaftConfig config) {
    configs.put(node, config);
  }

  private RaftConfig config(long node) {
    return Objects.requireNonNull(configs.get(node), "opened before it was configured");
  }

  @Override
  public void opened(long node, Storage storage) {
    views.remove(node);
    writes.remove(node);
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = views.put(view.node(), view);
    if (view.role() == RoleName.LEADER) {
      int window = config(view.node()).maxInflightAppends();
      for (PeerStatus peer : view.peers()) {
        see(peer.inflightAppends() >= window, "append window full");
      }
    }
    if (before != null && !before.confState().equals(view.confState())) {
      members(before.confState()).stream()
          .filter(id -> !members(view.confState()).contains(id))
          .forEach(removed::add);
      removed.removeAll(members(view.confState()));
    }
  }

  private static Set<Long> members(ConfState configuration) {
    Set<Long> members = new TreeSet<>(configuration.getVotersList());
    members.addAll(configuration.getVotersOutgoingList());
    members.addAll(configuration.getLearnersList());
    return members;
  }

  /** Returns whether a node leads, and another one leads in a later term. */
  private boolean isStaleLeader(long node) {
    NodeView view = views.get(node);
    return view != null
        && view.role() == RoleName.LEADER
        && views.values().stream()
            .anyMatch(v -> v.role() == RoleName.LEADER && v.term() > view.term());
  }

  @Override
  public void proposed(long node, ProposeResult result) {
    see(
        result instanceof ProposeResult.Accepted && isStaleLeader(node),
        "stale leader accepts a proposal");
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    see(
        result instanceof ReadResult.Accepted && isStaleLeader(node),
        "stale leader asked for a read");
  }

  @Override
  public void received(long node, Message message) {
    see(removed.contains(message.getFrom()), "message from a removed member");
    if (message.hasReadIndexResponse()) {
      long incarnation = message.getReadIndexResponse().getRequest().getIncarnation();
      see(incarnation < config(node).incarnation(), "stale read answer after a restart");
    } else if (message.hasInstallSnapshot()) {
      Snapshots of = snapshots.computeIfAbsent(node, id -> new Snapshots());
      long index = message.getInstallSnapshot().getSnapshot().getMetadata().getIndex();
      see(index < of.received, "old snapshot after a new one");
      see(index == of.received, "snapshot received twice");
      of.received = Math.max(of.received, index);
    } else if (message.hasInstallSnapshotResponse()) {
      snapshots.computeIfAbsent(message.getFrom(), id -> new Snapshots()).isAnswered = true;
    }
  }

  @Override
  public void sent(Message message, Storage durable) {
    if (message.hasInstallSnapshot()) {
      Snapshots to = snapshots.computeIfAbsent(message.getTo(), id -> new Snapshots());
      long index = message.getInstallSnapshot().getSnapshot().getMetadata().getIndex();
      see(!to.isAnswered && index > to.asked, "second snapshot before the first is answered");
      to.asked = index;
      to.isAnswered = false;
    }
    if (message.getVote().getTransfer()) {
      see(
          views.values().stream()
              .anyMatch(
                  view ->
                      view.node() != message.getFrom()
                          && (view.role() == RoleName.CANDIDATE
                              || view.role() == RoleName.PRE_CANDIDATE)),
          "transfer against a campaign");
    }
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    if (ready.entries().isEmpty()) {
      return;
    }
    ArrayDeque<Written> outstanding = writes.computeIfAbsent(node, id -> new ArrayDeque<>());
    List<Entry> entries = ready.entries();
    long first = entries.get(0).getIndex();
    see(
        outstanding.stream().anyMatch(write -> first <= write.last),
        "write overwritten before it is acknowledged");
    outstanding.addLast(new Written(ready.number(), entries.get(entries.size() - 1).getIndex()));
  }

  @Override
  public void persisted(long node, ReadyView ready) {
    writes.getOrDefault(node, new ArrayDeque<>()).removeIf(write -> write.number == ready.number());
  }
}
