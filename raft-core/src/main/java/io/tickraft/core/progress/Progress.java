package io.tickraft.core.progress;

import io.tickraft.core.LogId;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.log.IndexedBytes;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What a leader knows of one member: how far it has brought it, what it has heard from it, and what
 * it may send it next.
 *
 * <p>Three states. {@code PROBE}: the member's log is not known, and one append at a time looks for
 * the entry where it matches. {@code REPLICATE}: it is known, and appends follow each other within
 * a window. {@code SNAPSHOT}: the member needs entries that are compacted. All changes from one to
 * another are here, each as what the leader has learned.
 */
public final class Progress {

  private static final long NO_ROUND = Long.MAX_VALUE;

  private final long id;
  private final int maxInflightAppends;
  private final long maxInflightBytes;

  private PeerStatus.State state = PeerStatus.State.PROBE;
  private long match;
  private long next;

  /** The commit index that the member knows once all that was sent has arrived. */
  private long sentCommit;

  /** PROBE: an append is under way, or the leader waits for the storage or a sign of life. */
  private boolean paused;

  /** PROBE: the member asked for a snapshot. */
  private boolean snapshotWanted;

  /**
   * PROBE: an attempt at a snapshot timed out, and the first probe asks for the snapshot's entry.
   * Only if the member does not hold that entry, the leader looks for the match below it.
   */
  private boolean probesSnapshot;

  /**
   * An append is due that shows whether what was sent has arrived. REPLICATE: after the last entry
   * that was sent. SNAPSHOT, and PROBE with {@code probesSnapshot}: after the snapshot's entry.
   */
  private boolean checkDue;

  /**
   * The first regular round of heartbeats that began after the last append or snapshot was sent.
   * Only an answer to this round or a later one says that what was sent may be lost.
   */
  private long awaitedRound = NO_ROUND;

  /** The storage cannot deliver at once what the member needs. */
  private boolean waitsForStorage;

  private final IndexedBytes inflight;

  private long attempt;

  /** The last entry that the snapshot of the current or last attempt covers. */
  private LogId snapshot = LogId.NONE;

  /** Ticks since the snapshot was sent, or since the host reported on it. */
  private int snapshotTicks;

  /** SNAPSHOT: ticks since the attempt began, whatever was reported of it. */
  private long snapshotAge;

  /** SNAPSHOT: the host has reported that the current attempt is in progress. */
  private boolean transferInProgress;

  /**
   * How many ticks after a snapshot was sent a member that does not hold it gets another copy;
   * doubled with each copy, and 0 when the member has acknowledged something.
   */
  private int copyWait;

  private @Nullable Snapshot unsentSnapshot;

  /** The index of the last snapshot for the member that was reported as too large; 0: none was. */
  private long tooLargeIndex;

  /** The leader's tick at which the member was heard last. */
  private long heardAt;

  /** The latest round of heartbeats that the member has answered. */
  private long answeredRound;

  /** The highest commit index that the member has said to have persisted. */
  private long durableCommit;

  /**
   * Begins with a member of which nothing is known.
   *
   * @param next the index of the first entry to send
   */
  public Progress(long id, long next, int maxInflightAppends, long maxInflightBytes) {
    this.id = id;
    this.next = next;
    this.maxInflightAppends = maxInflightAppends;
    this.maxInflightBytes = maxInflightBytes;
    this.inflight = new IndexedBytes();
  }

  private Progress(Progress other) {
    this.id = other.id;
    this.maxInflightAppends = other.maxInflightAppends;
    this.maxInflightBytes = other.maxInflightBytes;
    this.state = other.state;
    this.match = other.match;
    this.next = other.next;
    this.sentCommit = other.sentCommit;
    this.paused = other.paused;
    this.snapshotWanted = other.snapshotWanted;
    this.probesSnapshot = other.probesSnapshot;
    this.checkDue = other.checkDue;
    this.awaitedRound = other.awaitedRound;
    this.waitsForStorage = other.waitsForStorage;
    this.inflight = other.inflight.copy();
    this.attempt = other.attempt;
    this.snapshot = other.snapshot;
    this.snapshotTicks = other.snapshotTicks;
    this.snapshotAge = other.snapshotAge;
    this.transferInProgress = other.transferInProgress;
    this.copyWait = other.copyWait;
    this.unsentSnapshot = other.unsentSnapshot;
    this.tooLargeIndex = other.tooLargeIndex;
    this.heardAt = other.heardAt;
    this.answeredRound = other.answeredRound;
    this.durableCommit = other.durableCommit;
  }

  /** Returns a progress in the same state that goes its own way. */
  public Progress copy() {
    return new Progress(this);
  }

  /** Returns the member. */
  public long id() {
    return id;
  }

  /** Returns the state. */
  public PeerStatus.State state() {
    return state;
  }

  /** Returns the highest index up to which the member's log is known to match, durably. */
  public long match() {
    return match;
  }

  /** Returns the index of the next entry to send. */
  public long next() {
    return next;
  }

  /**
   * Returns the index of the first entry of the log that the member may yet be sent: a member that
   * is probed may turn out to lack everything above what is known to match.
   */
  public long firstNeeded() {
    return switch (state) {
      case PROBE -> match + 1;
      case REPLICATE -> next;
      case SNAPSHOT -> snapshot.index() + 1;
    };
  }

  /** Returns which attempt at a snapshot is the current or the last one; 0 before the first. */
  public long attempt() {
    return attempt;
  }

  /** Returns the leader's tick at which the member was heard last. */
  public long heardAt() {
    return heardAt;
  }

  /** Returns the latest round of heartbeats that the member has answered. */
  public long answeredRound() {
    return answeredRound;
  }

  /** Returns the highest commit index that the member is known to have persisted. */
  public long durableCommit() {
    return durableCommit;
  }

  /**
   * Returns an immutable copy for the host.
   *
   * @param tick the node's tick now
   */
  public PeerStatus status(long tick) {
    PeerStatus.Builder status =
        PeerStatus.builder(id, state, match, next)
            .inflight(inflight.count(), inflight.bytes())
            .ticksSinceHeard(tick - heardAt)
            .durableCommitIndex(durableCommit);
    return state == PeerStatus.State.SNAPSHOT
        ? status.snapshot(snapshot.index(), snapshotAge, attempt).build()
        : status.build();
  }

  // What may be sent.

  /** Returns whether entries may be sent, if there are some at {@code next()}. */
  public boolean takesEntries() {
    return switch (state) {
      case PROBE -> !paused;
      case REPLICATE ->
          inflight.count() < maxInflightAppends && inflight.bytes() < maxInflightBytes;
      case SNAPSHOT -> false;
    };
  }

  /**
   * Returns whether an append is due: with entries, for the commit index, or to look at the
   * member's log.
   *
   * @param last the last index of the leader's log
   * @param commit the leader's commit index
   */
  public boolean wantsAppend(long last, long commit) {
    if (waitsForStorage) {
      return false;
    }
    return switch (state) {
      case PROBE -> !paused;
      case REPLICATE ->
          (next <= last && takesEntries()) || checkDue || Math.min(commit, next - 1) > sentCommit;
      case SNAPSHOT -> false;
    };
  }

  /**
   * Returns whether the member cannot be helped with appends.
   *
   * @param firstIndex the first index of the leader's log
   */
  public boolean needsSnapshot(long firstIndex) {
    return snapshotWanted || next < firstIndex;
  }

  /** Returns the snapshot to send; null if there is none. */
  public @Nullable Snapshot unsentSnapshot() {
    return unsentSnapshot;
  }

  /**
   * Returns whether an append without entries after {@link #snapshot()} is due, which asks the
   * member whether the snapshot has arrived.
   */
  public boolean wantsSnapshotCheck() {
    return checkDue && state != PeerStatus.State.REPLICATE && unsentSnapshot == null;
  }

  /** Returns the last entry that the snapshot which was sent last covers. */
  public LogId snapshot() {
    return snapshot;
  }

  // What was sent.

  /**
   * An append leaves, with {@code count} entries from {@code next()} on.
   *
   * @param bytes the size of the entries
   * @param commit the leader's commit index, which the append carries
   */
  public void sent(int count, long bytes, long commit) {
    awaitedRound = NO_ROUND;
    long end = next - 1 + count;
    sentCommit = Math.max(sentCommit, Math.min(commit, end));
    if (state == PeerStatus.State.PROBE) {
      paused = true;
      return;
    }
    checkDue = false;
    if (count > 0) {
      inflight.add(end, bytes);
      next = end + 1;
    }
  }

  /** The snapshot leaves. */
  public void snapshotSent() {
    unsentSnapshot = null;
    snapshotTicks = 0;
    checkDue = false;
    awaitedRound = NO_ROUND;
  }

  /** The append that asks for the snapshot's entry leaves. */
  public void snapshotCheckSent() {
    checkDue = false;
    awaitedRound = NO_ROUND;
  }

  /**
   * A regular heartbeat leaves. A round that only serves reads does not count: reads may be asked
   * for a hundred times between two ticks, and each would send what is under way once more.
   *
   * @param round the round of the heartbeat
   */
  public void heartbeatSent(long round) {
    awaitedRound = Math.min(awaitedRound, round);
  }

  // What was learned.

  /**
   * The member's log is durable and matches up to {@code index}.
   *
   * @param commit the member's commit index; 0 if it is not known
   * @param firstIndex the first index of the leader's log
   */
  public void acknowledged(long index, long commit, long firstIndex) {
    boolean current = index >= match;
    match = Math.max(match, index);
    next = Math.max(next, match + 1);
    inflight.freeTo(match);
    // An answer from before what is known says nothing about the append that is under way, and one
    // that leaves the member behind the log nothing about the snapshot.
    boolean awaitsSnapshot = state == PeerStatus.State.SNAPSHOT || probesSnapshot;
    boolean ends =
        awaitsSnapshot ? (match >= snapshot.index() || match + 1 >= firstIndex) : current;
    if (state == PeerStatus.State.REPLICATE) {
      sentCommit = Math.max(sentCommit, commit);
    } else if (ends) {
      becomeReplicate(commit);
    }
  }

  /**
   * The member rejected the append after {@code prevIndex}. That a member does not hold the entry
   * of the snapshot that it was sent is only a hint: messages overtake each other, and a host may
   * ship the snapshot on the side. The next copy waits longer each time, and is not sent at all
   * while the host says that the transfer is in progress.
   *
   * @param hintedNext the index from which to go on, by what the member and the leader know of each
   *     other's terms
   * @param wantsSnapshot whether the member takes nothing but a snapshot
   * @return whether the rejection is news; a late one is not
   */
  public boolean rejected(long prevIndex, long hintedNext, boolean wantsSnapshot) {
    switch (state) {
      case REPLICATE -> {
        if (prevIndex <= match) {
          suspectLoss(prevIndex);
          return true;
        }
        becomeProbe(match + 1);
      }
      case PROBE -> {
        if (prevIndex != next - 1) {
          return false;
        }
        if (prevIndex == match) {
          lost();
        }
        becomeProbe(Math.max(match + 1, Math.min(prevIndex, hintedNext)));
      }
      case SNAPSHOT -> {
        if (prevIndex != snapshot.index() || unsentSnapshot != null) {
          return false;
        }
        if (transferInProgress || snapshotTicks < copyWait) {
          return true;
        }
        becomeProbe(Math.max(match + 1, Math.min(prevIndex, hintedNext)));
      }
    }
    snapshotWanted = wantsSnapshot;
    return true;
  }

  /**
   * A rejection of what the member has acknowledged is late, unless the member has lost it since.
   * The answer to another append shows which.
   */
  private void suspectLoss(long prevIndex) {
    if (prevIndex == match && next == match + 1) {
      becomeProbe(match + 1);
    } else {
      checkDue = true;
    }
  }

  /**
   * The member does not hold the entry up to which it was known to match: it has lost what it had
   * acknowledged, and nothing is known of its log. What is committed stays so, as the leader's
   * commit index never falls, but the member no longer counts for more. (Of a late rejection this
   * is wrong, and costs no more than another probe.)
   */
  private void lost() {
    match = 0;
    durableCommit = 0;
  }

  /** The member is heard, whatever it says, at a tick of the leader's. */
  public void heard(long tick) {
    heardAt = tick;
  }

  /** The member has persisted a commit index. */
  public void committed(long index) {
    durableCommit = Math.max(durableCommit, index);
  }

  /**
   * The member answered a heartbeat. If the heartbeat was a regular one, or a later one, and was
   * sent after the last append or snapshot, what was sent may be lost, and the member is asked.
   *
   * @param round the round of the heartbeat
   * @return whether the heartbeat was sent after all else that the member was sent
   */
  public boolean heartbeatAnswered(long round) {
    answeredRound = Math.max(answeredRound, round);
    if (round < awaitedRound) {
      return false;
    }
    switch (state) {
      case PROBE -> {
        checkDue = probesSnapshot;
        paused = probesSnapshot;
      }
      case REPLICATE -> checkDue = match < next - 1;
      case SNAPSHOT -> checkDue = true;
    }
    return true;
  }

  /**
   * It matters whether the member has persisted that {@code index} is committed. The member may
   * have learned it from a heartbeat, of which it says nothing, so it is asked with an append.
   *
   * @param index an index that is committed
   */
  public void askForCommit(long index) {
    if (state == PeerStatus.State.REPLICATE && durableCommit < index) {
      checkDue = true;
    }
  }

  /** What was sent last probably did not arrive. */
  public void unreachable() {
    if (state == PeerStatus.State.REPLICATE) {
      becomeProbe(match + 1);
    }
  }

  /** The storage cannot deliver now: nothing is due until it is asked again. */
  public void waitForStorage() {
    waitsForStorage = true;
  }

  /** The storage may be asked again. */
  public void askStorageAgain() {
    waitsForStorage = false;
  }

  /**
   * No message can carry the snapshot at an index.
   *
   * @return whether this is the first time for that snapshot, and is to be reported
   */
  public boolean reportsTooLarge(long index) {
    boolean news = index != tooLargeIndex;
    tooLargeIndex = index;
    return news;
  }

  /**
   * The member gets a snapshot.
   *
   * @param newAttempt the number of the attempt, which no other attempt of the node has
   * @param firstWait how many ticks after the first copy the next one may follow
   * @param maxWait how many ticks the wait for a copy may grow to
   */
  public void becomeSnapshot(Snapshot newSnapshot, long newAttempt, int firstWait, int maxWait) {
    SnapshotMetadata metadata = newSnapshot.getMetadata();
    state = PeerStatus.State.SNAPSHOT;
    attempt = newAttempt;
    snapshot = new LogId(metadata.getTerm(), metadata.getIndex());
    snapshotTicks = 0;
    snapshotAge = 0;
    copyWait =
        copyWait == 0 ? Math.min(firstWait, maxWait) : (int) Math.min(2L * copyWait, maxWait);
    transferInProgress = false;
    snapshotWanted = false;
    checkDue = false;
    probesSnapshot = false;
    unsentSnapshot = newSnapshot;
    inflight.clear();
  }

  /**
   * The host reports that an attempt is in progress: the time-out starts anew, and that the member
   * does not hold the snapshot yet is no reason to send it again.
   */
  public void snapshotInProgress(long reportedAttempt) {
    if (state == PeerStatus.State.SNAPSHOT && reportedAttempt == attempt) {
      snapshotTicks = 0;
      transferInProgress = true;
    }
  }

  /**
   * The host reports that the snapshot of an attempt has arrived: the member is asked at once, so
   * that the leader does not depend on the member's own answer.
   */
  public void snapshotDelivered(long reportedAttempt) {
    if ((state == PeerStatus.State.SNAPSHOT || probesSnapshot) && reportedAttempt == attempt) {
      snapshotTicks = 0;
      transferInProgress = false;
      checkDue = true;
    }
  }

  /**
   * An attempt at a snapshot has failed.
   *
   * @return whether it was the current one
   */
  public boolean snapshotFailed(long failedAttempt) {
    if (state != PeerStatus.State.SNAPSHOT || failedAttempt != attempt) {
      return false;
    }
    copyWait = 0;
    becomeProbe(match + 1);
    // Most likely the probe ends in the next snapshot, which is not sent to a member that is down.
    paused = true;
    awaitedRound = NO_ROUND;
    return true;
  }

  /** A tick passes. */
  public void tick() {
    snapshotAge++;
    if (state == PeerStatus.State.SNAPSHOT && unsentSnapshot == null) {
      snapshotTicks++;
    }
  }

  /**
   * Gives up a snapshot that was neither answered nor reported on in time. Perhaps only the answer
   * was lost, so the first probe asks for the snapshot's entry: an append without entries saves a
   * second snapshot.
   *
   * @param timeout in ticks
   */
  public void expireSnapshot(int timeout) {
    if (state == PeerStatus.State.SNAPSHOT && snapshotTicks >= timeout) {
      becomeProbe(Math.max(match, snapshot.index()) + 1);
      // Not of a member that asked for a snapshot of what it had acknowledged before.
      probesSnapshot = match < snapshot.index();
      checkDue = probesSnapshot;
      paused = true;
    }
  }

  private void becomeProbe(long newNext) {
    state = PeerStatus.State.PROBE;
    next = newNext;
    sentCommit = 0;
    paused = false;
    checkDue = false;
    probesSnapshot = false;
    snapshotWanted = false;
    unsentSnapshot = null;
    inflight.clear();
  }

  /** From one of the other states, in which nothing is under way. */
  private void becomeReplicate(long commit) {
    state = PeerStatus.State.REPLICATE;
    next = match + 1;
    sentCommit = commit;
    paused = false;
    checkDue = false;
    probesSnapshot = false;
    snapshotWanted = false;
    unsentSnapshot = null;
    copyWait = 0;
  }
}
