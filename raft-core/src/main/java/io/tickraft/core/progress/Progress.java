package io.tickraft.core.progress;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.log.IndexedBytes;
import io.tickraft.proto.Snapshot;
import java.util.Objects;
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

  private final long id;
  private final int maxInflightAppends;
  private final long maxInflightBytes;

  private PeerStatus.State state = PeerStatus.State.PROBE;
  private long match;
  private long next;

  /** The commit index that the member knows once all that was sent has arrived. */
  private long sentCommit;

  /** PROBE: an append is under way, or the storage or a sign of life is waited for. */
  private boolean paused;

  /** PROBE: the member asked for a snapshot. */
  private boolean snapshotWanted;

  /** REPLICATE: an append is due that shows whether what is under way has arrived. */
  private boolean checkDue;

  /** The storage cannot deliver at once what the member needs. */
  private boolean waitsForStorage;

  private final IndexedBytes inflight;

  private long attempt;
  private long snapshotIndex;
  private int snapshotTicks;

  /** SNAPSHOT: ticks since the attempt began, whatever was reported of it. */
  private long snapshotAge;

  private @Nullable Snapshot unsentSnapshot;

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
    this.checkDue = other.checkDue;
    this.waitsForStorage = other.waitsForStorage;
    this.inflight = other.inflight.copy();
    this.attempt = other.attempt;
    this.snapshotIndex = other.snapshotIndex;
    this.snapshotTicks = other.snapshotTicks;
    this.snapshotAge = other.snapshotAge;
    this.unsentSnapshot = other.unsentSnapshot;
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
        ? status.snapshot(snapshotIndex, snapshotAge, attempt).build()
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

  // What was sent.

  /**
   * An append leaves, with {@code count} entries from {@code next()} on.
   *
   * @param bytes the size of the entries
   * @param commit the leader's commit index, which the append carries
   */
  public void sent(int count, long bytes, long commit) {
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
    switch (state) {
      case PROBE -> {
        // An answer from before what is known says nothing about the append that is under way.
        if (current) {
          becomeReplicate(commit);
        }
      }
      case SNAPSHOT -> {
        if (match >= snapshotIndex || match + 1 >= firstIndex) {
          becomeReplicate(commit);
        }
      }
      case REPLICATE -> sentCommit = Math.max(sentCommit, commit);
    }
  }

  /**
   * The member rejected the append after {@code prevIndex}.
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
          return false;
        }
        becomeProbe();
      }
      case PROBE -> {
        if (prevIndex != next - 1) {
          return false;
        }
        next = Math.max(match + 1, Math.min(prevIndex, hintedNext));
        paused = false;
      }
      case SNAPSHOT -> {
        return false;
      }
    }
    snapshotWanted = wantsSnapshot;
    return true;
  }

  /** The member is heard, whatever it says, at a tick of the leader's. */
  public void heard(long tick) {
    heardAt = Math.max(heardAt, tick);
  }

  /** The member has persisted a commit index. */
  public void committed(long index) {
    durableCommit = Math.max(durableCommit, index);
  }

  /**
   * The member answered a heartbeat: it is there, and what is under way may have been lost.
   *
   * @param round the round of the heartbeat
   */
  public void heartbeatAnswered(long round) {
    answeredRound = Math.max(answeredRound, round);
    switch (state) {
      case PROBE -> paused = false;
      case REPLICATE -> checkDue = match < next - 1;
      case SNAPSHOT -> {}
    }
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
      becomeProbe();
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

  /** The member gets a snapshot. */
  public void becomeSnapshot(Snapshot snapshot) {
    state = PeerStatus.State.SNAPSHOT;
    attempt++;
    snapshotIndex = snapshot.getMetadata().getIndex();
    snapshotTicks = 0;
    snapshotAge = 0;
    snapshotWanted = false;
    unsentSnapshot = Objects.requireNonNull(snapshot);
    inflight.clear();
  }

  /** The snapshot is on its way: the time-out starts anew. */
  public void snapshotInProgress() {
    snapshotTicks = 0;
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
    probeOnceAlive();
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
   * Gives up a snapshot that was not answered in time.
   *
   * @param timeout after how many ticks without an answer
   */
  public void expireSnapshot(int timeout) {
    if (state == PeerStatus.State.SNAPSHOT && snapshotTicks >= timeout) {
      probeOnceAlive();
    }
  }

  private void probeOnceAlive() {
    becomeProbe();
    // Most likely the probe ends in the next snapshot, which is not sent to a member that is gone.
    paused = true;
  }

  private void becomeProbe() {
    state = PeerStatus.State.PROBE;
    next = match + 1;
    sentCommit = 0;
    paused = false;
    checkDue = false;
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
    snapshotWanted = false;
    unsentSnapshot = null;
  }
}
