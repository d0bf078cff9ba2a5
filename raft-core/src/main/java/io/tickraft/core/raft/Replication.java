package io.tickraft.core.raft;

import io.tickraft.core.Digest;
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
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A leader's view of the members: the heartbeats that it sends them, the appends and snapshots that
 * bring their logs up to date, and what a quorum of them has reached (Raft paper, section 5.3).
 *
 * <p>A proposal or an acknowledgement sends nothing by itself. Messages are formed when a Ready is
 * taken, so all proposals since the last Ready share an append to each follower.
 */
final class Replication {

  /**
   * Upper bound of the serialized size of a heartbeat: a few numbers, each of ten bytes and a tag.
   */
  static final int MAX_HEARTBEAT_BYTES = 96;

  /** The ids of the members, ascending. */
  private long[] members;

  /** The progress of each member, in the order of {@link #members}. */
  private Progress[] progress;

  private VotersProgress voters;

  /** The removed members that have not been sent their last append. */
  private final List<Progress> removedMembers = new ArrayList<>(0);

  /** The entries that were read from the storage for members that are behind; null: none was. */
  private @Nullable EntryCache stored;

  /** The entry that the last append followed: an immutable message, used again if it fits. */
  private EntryId prev = EntryId.getDefaultInstance();

  /** The tick at which unused entries were last dropped from the cache. */
  private long cacheCheckedAt;

  Replication(NodeState node) {
    members = new long[0];
    progress = new Progress[0];
    voters = VotersProgress.NONE;
    reconfigure(node, Configuration.NONE);
  }

  private Replication(Replication other) {
    members = other.members;
    progress = new Progress[members.length];
    for (int i = 0; i < members.length; i++) {
      progress[i] = other.progress[i].copy();
    }
    voters = new VotersProgress(other.voters.voters(), this);
    for (Progress member : other.removedMembers) {
      removedMembers.add(member.copy());
    }
    stored = other.stored == null ? null : other.stored.copy();
    cacheCheckedAt = other.cacheCheckedAt;
  }

  Replication copy() {
    return new Replication(this);
  }

  /**
   * Adds the progress of all members, and what was read from the storage: an append ends where the
   * read ended.
   */
  void digest(Digest digest, NodeState node) {
    long now = node.clock.now();
    digest.unordered(Arrays.asList(progress), (member, d) -> member.digest(d, now, node.config));
    digest.unordered(removedMembers, (member, d) -> member.digest(d, now, node.config));
    EntryCache read = stored == null || stored.isEmpty() ? null : stored;
    digest.flag(read != null);
    if (read != null) {
      read.digest(digest);
      digest.remaining(cacheCheckedAt + node.config.electionTicks() - now);
    }
  }

  /**
   * Adopts the configuration in effect. Nothing is known of a new member's log. A member that was
   * no voter before counts as heard now. A removed member gets a last append, which most likely
   * brings it the commit index of its removal.
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
    voters = new VotersProgress(configuration.voters(), this);
  }

  private static Progress unknown(NodeState node, long id) {
    return new Progress(
        id,
        node.log.lastIndex() + 1,
        node.config.maxInflightAppends(),
        node.config.maxInflightBytes());
  }

  /** Returns the progress of a member; null if the id is not a member. */
  @Nullable Progress of(long id) {
    int position = Arrays.binarySearch(members, id);
    return position < 0 ? null : progress[position];
  }

  /**
   * Returns the member that sent an answer. {@link Admission} has dropped the answers of other
   * nodes.
   */
  Progress sender(Message message) {
    return Objects.requireNonNull(of(message.getFrom()), "invariant: an answer of no member");
  }

  /** Returns the highest index that a quorum has stored durably. */
  long quorumMatch() {
    return voters.reachedByQuorum(Progress::match);
  }

  /** Returns the latest tick since which a quorum has been heard from. */
  long quorumHeard() {
    return voters.reachedByQuorum(Progress::heardAt);
  }

  /** Returns the highest commit index that a quorum is known to have persisted. */
  long quorumCommit() {
    return voters.reachedByQuorum(Progress::durableCommit);
  }

  /** Returns the latest round of heartbeats that a quorum has answered. */
  long quorumRound() {
    return voters.reachedByQuorum(Progress::answeredRound);
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
   * Returns the progress of each member for the host.
   *
   * @param now the node's tick
   */
  List<PeerStatus> status(long now) {
    PeerStatus[] peers = new PeerStatus[progress.length];
    for (int i = 0; i < peers.length; i++) {
      peers[i] = progress[i].status(now);
    }
    return List.of(peers);
  }

  void tick(NodeState node) {
    for (Progress member : progress) {
      member.tick();
    }
    if (node.clock.now() - cacheCheckedAt >= node.config.electionTicks()) {
      cacheCheckedAt = node.clock.now();
      if (stored != null) {
        stored.dropUnused();
      }
    }
    storageReady();
  }

  /**
   * Returns whether a member waits for {@link #tick}. Cached entries do not: dropping them has time
   * until the next heartbeats.
   */
  boolean needsTicks() {
    for (Progress member : progress) {
      if (member.needsTicks()) {
        return true;
      }
    }
    return false;
  }

  /** The storage may be asked again for what it could not deliver. */
  void storageReady() {
    for (Progress member : progress) {
      member.askStorageAgain();
    }
  }

  /** Gives up the snapshots whose answer is overdue. */
  void expireSnapshots(NodeState node) {
    for (Progress member : progress) {
      PeerStatus.State before = member.state();
      member.expireSnapshot(node.config.snapshotTicks());
      report(node, member, before);
    }
  }

  /** Sends a regular round of heartbeats to all other members. */
  void sendHeartbeats(NodeState node, long round) {
    for (Progress member : progress) {
      if (member.id() != node.id()) {
        node.outbox.send(heartbeat(node, member, round), Outbox.After.TERM);
        member.heartbeatSent(round);
      }
    }
  }

  /** Sends an extra round of heartbeats, for reads, to the other voters. */
  void askVoters(NodeState node, long round) {
    for (Progress member : progress) {
      if (member.id() != node.id() && node.configuration().isVoter(member.id())) {
        node.outbox.send(heartbeat(node, member, round), Outbox.After.TERM);
      }
    }
  }

  private static Message heartbeat(NodeState node, Progress member, long round) {
    // Not above the match index: the member's log may end there, or differ after it.
    long commit = Math.min(member.match(), node.log.committed());
    Heartbeat heartbeat = Heartbeat.newBuilder().setRound(round).setCommit(commit).build();
    return node.message(member.id(), heartbeat);
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

  /** Returns whether a removed member is still to be sent its last append. */
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
      // The storage need not be asked for its first index if it does not hold the next entry.
      if (member.needsSnapshot(log.isStored(member.next()) ? log.firstIndex() : 0)) {
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
      // The first wait is two heartbeat intervals: the answer to the first may still be in flight.
      member.becomeSnapshot(
          snapshot,
          node.nextSnapshotAttempt(),
          2 * node.config.heartbeatTicks(),
          node.config.snapshotTicks());
      report(node, member, before);
    }
  }

  /**
   * Handles a snapshot that no message can carry. The storage is asked again later, as for a
   * snapshot that is not ready yet: it may have another one by then.
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
    if (!node.log.isStored(from)) {
      return node.log.entries(from, node.config.maxAppendBytes());
    }
    if (stored == null) {
      stored = new EntryCache(node.config.maxInflightAppends(), node.config.maxInflightBytes());
    }
    return stored.entries(node.log, from, node.config.maxAppendBytes());
  }

  /** Drops the cached entries that no member will need. */
  private void dropUnneeded(NodeState node) {
    if (stored == null || stored.isEmpty()) {
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

  /** Returns whether the entry at the member's next index is not compacted. */
  private static boolean isReachable(NodeState node, Progress member) {
    return member.next() >= node.log.firstIndex();
  }

  private List<Message> formLast(NodeState node) {
    List<Message> out = new ArrayList<>();
    for (Progress member : removedMembers) {
      if (isReachable(node, member)) {
        // Without entries: those that were not sent yet say nothing about its removal.
        out.add(message(node, member, append(node, member.next() - 1, false, false)));
      }
    }
    removedMembers.clear();
    return Lists.take(out);
  }

  /** Forms all messages that are due. */
  List<Message> form(NodeState node) {
    Lists.Collector<Message> out = new Lists.Collector<>();
    List<Message> last = removedMembers.isEmpty() ? List.of() : formLast(node);
    // Followers with the same next index share the body of an append.
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
          out.add(message(node, member, snapshotCheck(node, member.snapshotLast())));
          member.snapshotCheckSent();
          continue;
        }
        boolean withEntries = sendsEntries(node.log, member);
        boolean needsAnswer = withEntries || member.awaitsAnswer() || isCommitAwaited(node);
        long prev = member.next() - 1;
        if (prev != sharedPrev
            || withEntries != shared.getEntriesCount() > 0
            || needsAnswer == shared.getNeedsNoAnswer()) {
          shared = append(node, prev, withEntries, needsAnswer);
          sharedPrev = prev;
        }
        out.add(message(node, member, shared));
        // The body is only a few bytes larger than its entries, and protobuf caches its size.
        int count = shared.getEntriesCount();
        long bytes = count == 0 ? 0 : shared.getSerializedSize();
        member.sent(count, bytes, node.log.committed());
      }
    }
    dropUnneeded(node);
    return Lists.concat(last, out.list());
  }

  /**
   * Returns whether the leader waits until the others have persisted a commit index, which only the
   * answer to an append reports. A leader that is removed waits for that of its removal: {@link
   * io.tickraft.core.membership.Departure}. It asks from the commit on, not only once the removal
   * is applied, which would cost another round trip.
   */
  private static boolean isCommitAwaited(NodeState node) {
    return node.hasChangeToApply() || !node.configuration().isVoter(node.id());
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

  private Append append(NodeState node, long prev, boolean withEntries, boolean needsAnswer) {
    Append.Builder append =
        Append.newBuilder()
            .setPrev(prev(node, prev))
            .setCommit(node.log.committed())
            .setNeedsNoAnswer(!needsAnswer);
    if (withEntries) {
      List<Entry> entries = entries(node, prev + 1);
      if (entries.size() == 1) {
        append.addEntries(entries.get(0)); // Faster than addAllEntries() with a list of one.
      } else {
        append.addAllEntries(entries);
      }
    }
    return append.build();
  }

  private EntryId prev(NodeState node, long index) {
    // An append with a commit index and the next one with entries most often follow the same entry,
    // whose term never changes, as a leader does not replace entries.
    if (prev.getIndex() != index) {
      prev = NodeState.proto(node.log.term(index), index);
    }
    return prev;
  }

  private static Message message(NodeState node, Progress member, Append append) {
    return node.message(member.id(), append);
  }

  private static Message installSnapshot(NodeState node, Progress member, Snapshot snapshot) {
    InstallSnapshot install =
        InstallSnapshot.newBuilder().setSnapshot(snapshot).setAttempt(member.attempt()).build();
    return node.message(member.id(), m -> m.setInstallSnapshot(install));
  }

  static void report(NodeState node, Progress member, PeerStatus.State before) {
    // The leader tracks its own log like a follower's, but does not report it as one.
    if (member.state() != before && member.id() != node.id() && node.events.enabled()) {
      node.events.add(new RaftEvent.ReplicationChanged(member.id(), before, member.state()));
    }
  }
}
