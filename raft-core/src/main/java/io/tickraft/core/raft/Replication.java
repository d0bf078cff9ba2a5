package io.tickraft.core.raft;

import io.tickraft.core.LogId;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.log.EntryCache;
import io.tickraft.core.log.RaftLog;
import io.tickraft.core.membership.Configuration;
import io.tickraft.core.progress.Progress;
import io.tickraft.core.validate.MessageSizes;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A leader's view of the members: the heartbeats that it sends them, the appends and snapshots that
 * bring their logs up to date, and what a quorum of them has reached (Raft paper, section 5.3).
 *
 * <p>Nothing is sent when something is proposed or acknowledged: what is due is formed when a Ready
 * is taken, so that all proposals since the last one share an append to each follower.
 */
final class Replication {

  /** The serialized size of a heartbeat at the most: a few numbers, each of ten bytes and a tag. */
  static final int MAX_HEARTBEAT_BYTES = 96;

  private long[] members;
  private Progress[] progress;
  private long[] scratch;

  /** Those who have left and get a last append. */
  private final List<Progress> removedMembers = new ArrayList<>(0);

  private final LongUnaryOperator match = each(Progress::match);
  private final LongUnaryOperator heardAt = each(Progress::heardAt);
  private final LongUnaryOperator durableCommit = each(Progress::durableCommit);
  private final LongUnaryOperator answeredRound = each(Progress::answeredRound);

  /** What was read for members that are behind. */
  private final EntryCache stored;

  /** Ticks since entries that no member used were dropped. */
  private int ticksOfCache;

  Replication(NodeState node) {
    stored = new EntryCache(node.config.maxInflightAppends(), node.config.maxInflightBytes());
    members = new long[0];
    progress = new Progress[0];
    scratch = new long[0];
    reconfigure(node, Configuration.NONE);
  }

  private Replication(Replication other) {
    members = other.members;
    progress = new Progress[members.length];
    for (int i = 0; i < members.length; i++) {
      progress[i] = other.progress[i].copy();
    }
    scratch = new long[other.scratch.length];
    for (Progress member : other.removedMembers) {
      removedMembers.add(member.copy());
    }
    stored = other.stored.copy();
    ticksOfCache = other.ticksOfCache;
  }

  Replication copy() {
    return new Replication(this);
  }

  /**
   * Takes over the configuration in effect. Of a new member nothing is known. Whoever was no voter
   * before counts as heard. One that has left gets a last append: it most likely tells it that it
   * has.
   *
   * @param before the configuration that was in effect; {@link Configuration#NONE} when the term
   *     begins
   */
  void reconfigure(NodeState node, Configuration before) {
    Configuration configuration = node.configuration();
    long[] newMembers = new long[configuration.memberCount()];
    Progress[] newProgress = new Progress[newMembers.length];
    for (int i = 0; i < newMembers.length; i++) {
      newMembers[i] = configuration.member(i);
      Progress known = of(newMembers[i]);
      newProgress[i] = known == null ? unknown(node, newMembers[i]) : known;
      if (!before.isVoter(newMembers[i])) {
        newProgress[i].heard(node.clock.now());
      }
    }
    for (Progress member : progress) {
      if (!configuration.isMember(member.id())
          && member.id() != node.id()
          && member.state() == PeerStatus.State.REPLICATE) {
        removedMembers.add(member);
      }
    }
    members = newMembers;
    progress = newProgress;
    scratch = new long[configuration.voters().largestHalf()];
  }

  private static Progress unknown(NodeState node, long id) {
    return new Progress(
        id,
        node.log.lastIndex() + 1,
        node.config.maxInflightAppends(),
        node.config.maxInflightBytes());
  }

  /** Returns the progress of a member; null if the id is none. */
  @Nullable Progress of(long id) {
    int position = Arrays.binarySearch(members, id);
    return position < 0 ? null : progress[position];
  }

  /** Returns the member that sends an answer; others' answers do not get here. */
  Progress sender(Message message) {
    return Objects.requireNonNull(of(message.getFrom()), "invariant: an answer of no member");
  }

  /** A number of each member, by its id; 0 for one that is not known. */
  private LongUnaryOperator each(ToLongFunction<Progress> number) {
    return id -> {
      Progress member = of(id);
      return member == null ? 0 : number.applyAsLong(member);
    };
  }

  /** Returns the highest index that a quorum has stored durably. */
  long quorumMatch(Configuration configuration) {
    return configuration.voters().reachedByQuorum(match, scratch);
  }

  /** Returns the latest tick since which a quorum has been heard from. */
  long quorumHeard(Configuration configuration) {
    return configuration.voters().reachedByQuorum(heardAt, scratch);
  }

  /** Returns the highest commit index that a quorum is known to have persisted. */
  long quorumCommit(Configuration configuration) {
    return configuration.voters().reachedByQuorum(durableCommit, scratch);
  }

  /** Returns the latest round of heartbeats that a quorum has answered. */
  long quorumRound(Configuration configuration) {
    return configuration.voters().reachedByQuorum(answeredRound, scratch);
  }

  /** Returns the voters other than the leader. */
  List<Progress> otherVoters(NodeState node) {
    List<Progress> voters = new ArrayList<>(progress.length);
    for (Progress member : progress) {
      if (member.id() != node.id() && node.configuration().isVoter(member.id())) {
        voters.add(member);
      }
    }
    return voters;
  }

  /**
   * Returns how far each member is.
   *
   * @param now the node's tick
   */
  List<PeerStatus> status(long now) {
    return Arrays.stream(progress).map(member -> member.status(now)).toList();
  }

  /** A tick passes. */
  void tick(NodeState node) {
    for (Progress member : progress) {
      member.tick();
    }
    ticksOfCache++;
    if (ticksOfCache >= node.config.electionTicks()) {
      ticksOfCache = 0;
      stored.dropUnused();
    }
    storageReady();
  }

  /** The storage may be asked again for what it could not deliver. */
  void storageReady() {
    for (Progress member : progress) {
      member.askStorageAgain();
    }
  }

  /** Gives up the snapshots that were not answered in time. */
  void expireSnapshots(NodeState node) {
    for (Progress member : progress) {
      PeerStatus.State before = member.state();
      member.expireSnapshot(node.config.snapshotTicks());
      report(node, member, before);
    }
  }

  /** Tells every other member that the leader leads. */
  void sendHeartbeats(NodeState node, long round) {
    for (Progress member : progress) {
      if (member.id() != node.id()) {
        node.outbox.send(heartbeat(node, member, round), Outbox.After.TERM);
        member.heartbeatSent(round);
      }
    }
  }

  /** Sends a round of heartbeats beside the regular ones, to those whose answers count. */
  void askVoters(NodeState node, long round) {
    for (Progress member : progress) {
      if (member.id() != node.id() && node.configuration().isVoter(member.id())) {
        node.outbox.send(heartbeat(node, member, round), Outbox.After.TERM);
      }
    }
  }

  private static Message heartbeat(NodeState node, Progress member, long round) {
    // Not beyond what the member is known to hold: its log may end there, or differ after it.
    long commit = Math.min(member.match(), node.log.committed());
    Heartbeat heartbeat = Heartbeat.newBuilder().setRound(round).setCommit(commit).build();
    return node.message(member.id(), m -> m.setHeartbeat(heartbeat));
  }

  // What is due.

  /** Returns whether {@link #form} has a message to form. */
  boolean isDue(NodeState node) {
    if (owesLastAppend(node)) {
      return true;
    }
    for (Progress member : progress) {
      if (member.id() != node.id() && isDue(node, member)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether one that has left is to get its last append. */
  boolean owesLastAppend(NodeState node) {
    for (int i = 0; i < removedMembers.size(); i++) {
      if (isReachable(node, removedMembers.get(i))) {
        return true;
      }
    }
    return false;
  }

  private boolean isDue(NodeState node, Progress member) {
    RaftLog log = node.log;
    if (member.wantsAppend(log.lastIndex(), log.committed())) {
      if (member.needsSnapshot(log.firstIndex())) {
        prepareSnapshot(node, member);
      } else if (sendsEntries(log, member)
          && log.isStored(member.next())
          && entries(node, member.next()).isEmpty()) {
        member.waitForStorage();
      } else {
        return true;
      }
    }
    return member.unsentSnapshot() != null || member.wantsSnapshotCheck();
  }

  private static boolean sendsEntries(RaftLog log, Progress member) {
    return member.next() <= log.lastIndex() && member.takesEntries();
  }

  private static void prepareSnapshot(NodeState node, Progress member) {
    Snapshot snapshot = node.log.snapshot();
    if (snapshot == null) {
      member.waitForStorage();
    } else if (MessageSizes.ofMessageWith(snapshot) > Integer.MAX_VALUE) {
      refuse(node, member, snapshot);
    } else {
      PeerStatus.State before = member.state();
      // At first, two heartbeats: the answer to the first of them may just have been on its way.
      member.becomeSnapshot(
          snapshot,
          node.nextSnapshotAttempt(),
          2 * node.config.heartbeatTicks(),
          node.config.snapshotTicks());
      report(node, member, before);
    }
  }

  /**
   * No message can carry the snapshot. The storage is asked again, as for one that it does not have
   * yet: it may have another one by then.
   */
  private static void refuse(NodeState node, Progress member, Snapshot snapshot) {
    member.waitForStorage();
    SnapshotMetadata metadata = snapshot.getMetadata();
    if (member.reportsTooLarge(metadata.getIndex()) && node.events.enabled()) {
      node.events.add(
          new RaftEvent.SnapshotTooLarge(
              member.id(),
              new LogId(metadata.getTerm(), metadata.getIndex()),
              snapshot.getData().size()));
    }
  }

  private List<Entry> entries(NodeState node, long from) {
    return node.log.isStored(from)
        ? stored.entries(node.log, from, node.config.maxAppendBytes())
        : node.log.entries(from, node.config.maxAppendBytes());
  }

  /** Drops what was read and no member will ask for. */
  private void dropUnneeded(NodeState node) {
    if (stored.isEmpty()) {
      return;
    }
    long needed = Long.MAX_VALUE;
    for (Progress member : progress) {
      if (member.id() != node.id()) {
        needed = Math.min(needed, member.firstNeeded());
      }
    }
    stored.dropBefore(needed);
  }

  /** Whether what a member needs next is in the log. */
  private static boolean isReachable(NodeState node, Progress member) {
    return member.next() >= node.log.firstIndex();
  }

  private void formLast(NodeState node, List<Message> out) {
    for (Progress member : removedMembers) {
      if (isReachable(node, member)) {
        // Without entries: what is not sent yet is no news of its removal.
        out.add(message(node, member, append(node, member.next() - 1, false)));
      }
    }
    removedMembers.clear();
  }

  /** Forms all that is due. */
  void form(NodeState node, List<Message> out) {
    if (!removedMembers.isEmpty()) {
      formLast(node, out);
    }
    // Followers at the same place share the body of an append.
    Append shared = Append.getDefaultInstance();
    long sharedPrev = -1;
    for (Progress member : progress) {
      if (member.id() == node.id()) {
        continue;
      }
      while (isDue(node, member)) {
        Snapshot snapshot = member.unsentSnapshot();
        if (snapshot != null) {
          out.add(installSnapshot(node, member, snapshot));
          member.snapshotSent();
          continue;
        }
        if (member.wantsSnapshotCheck()) {
          out.add(message(node, member, snapshotCheck(node, member.snapshot())));
          member.snapshotCheckSent();
          continue;
        }
        boolean withEntries = sendsEntries(node.log, member);
        long prev = member.next() - 1;
        if (prev != sharedPrev || withEntries != shared.getEntriesCount() > 0) {
          shared = append(node, prev, withEntries);
          sharedPrev = prev;
        }
        out.add(message(node, member, shared));
        // The body's size is that of its entries but for a few bytes, and is remembered by it.
        member.sent(shared.getEntriesCount(), shared.getSerializedSize(), node.log.committed());
      }
    }
    dropUnneeded(node);
  }

  /**
   * An append without entries after the last entry of a snapshot. A member that has installed the
   * snapshot accepts it. The term is the snapshot's, as the log may be compacted beyond it.
   */
  private static Append snapshotCheck(NodeState node, LogId snapshot) {
    return Append.newBuilder()
        .setPrev(NodeState.proto(snapshot.term(), snapshot.index()))
        .setCommit(node.log.committed())
        .build();
  }

  private Append append(NodeState node, long prev, boolean withEntries) {
    Append.Builder append =
        Append.newBuilder()
            .setPrev(NodeState.proto(node.log.term(prev), prev))
            .setCommit(node.log.committed());
    if (withEntries) {
      append.addAllEntries(entries(node, prev + 1));
    }
    return append.build();
  }

  private static Message message(NodeState node, Progress member, Append append) {
    return node.message(member.id(), m -> m.setAppend(append));
  }

  private static Message installSnapshot(NodeState node, Progress member, Snapshot snapshot) {
    InstallSnapshot install =
        InstallSnapshot.newBuilder().setSnapshot(snapshot).setAttempt(member.attempt()).build();
    return node.message(member.id(), m -> m.setInstallSnapshot(install));
  }

  static void report(NodeState node, Progress member, PeerStatus.State before) {
    // The leader's own log is no follower's, though it is counted like one.
    if (member.state() != before && member.id() != node.id() && node.events.enabled()) {
      node.events.add(new RaftEvent.ReplicationChanged(member.id(), before, member.state()));
    }
  }
}
