package io.tickraft.core.progress;

import io.tickraft.core.Digest;
import io.tickraft.core.LogId;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sending of snapshots to one member: which attempt is the current one, how long it has taken,
 * and when the next copy may follow. When the attempt ends, its number and its last entry stay
 * known: a late answer may still name them.
 */
final class SnapshotTransfer {

  /**
   * Before the first attempt. Shared by all members, most of which are never sent a snapshot: it is
   * never written to.
   */
  static final SnapshotTransfer NONE = new SnapshotTransfer();

  /** The number of the current or last attempt; 0 before the first. */
  private long attempt;

  /** The last entry that the snapshot of the current or last attempt covers. */
  private LogId last = LogId.NONE;

  /** The snapshot to send; null if there is none, or it was sent. */
  private @Nullable Snapshot unsent;

  /** Ticks since the snapshot was sent, or since the host reported on it. */
  private long ticks;

  /** Ticks since the attempt began, whatever the host has reported. */
  private long age;

  /** The host has reported that the attempt is in progress. */
  private boolean inProgress;

  /**
   * How many ticks after a snapshot was sent another copy may be sent: doubled with each copy, and
   * 0 once the member has acknowledged something.
   */
  private int copyWait;

  /** The index of the last snapshot that was reported as too large; 0: none was. */
  private long tooLargeIndex;

  SnapshotTransfer() {}

  private SnapshotTransfer(SnapshotTransfer other) {
    this.attempt = other.attempt;
    this.last = other.last;
    this.unsent = other.unsent;
    this.ticks = other.ticks;
    this.age = other.age;
    this.inProgress = other.inProgress;
    this.copyWait = other.copyWait;
    this.tooLargeIndex = other.tooLargeIndex;
  }

  SnapshotTransfer copy() {
    return this == NONE ? NONE : new SnapshotTransfer(this);
  }

  /**
   * Adds the attempt, and when it is overdue and another copy may follow.
   *
   * @param snapshotTicks after how many ticks an attempt is overdue
   */
  void digest(Digest digest, int snapshotTicks) {
    digest.number(attempt).entry(last).message(Optional.ofNullable(unsent));
    digest.remaining(snapshotTicks - ticks).remaining(copyWait - ticks);
    digest.flag(inProgress).number(copyWait);
  }

  long attempt() {
    return attempt;
  }

  LogId last() {
    return last;
  }

  @Nullable Snapshot unsent() {
    return unsent;
  }

  long age() {
    return age;
  }

  /**
   * Begins an attempt.
   *
   * @param firstWait how many ticks after the first copy the second one may follow
   * @param maxWait the upper bound of the wait for a copy, in ticks
   */
  void begin(Snapshot snapshot, long newAttempt, int firstWait, int maxWait) {
    SnapshotMetadata metadata = snapshot.getMetadata();
    attempt = newAttempt;
    last = new LogId(metadata.getTerm(), metadata.getIndex());
    unsent = snapshot;
    ticks = 0;
    age = 0;
    inProgress = false;
    copyWait =
        copyWait == 0 ? Math.min(firstWait, maxWait) : (int) Math.min(2L * copyWait, maxWait);
  }

  void sent() {
    unsent = null;
    ticks = 0;
  }

  void tick() {
    age++;
    if (unsent == null) {
      ticks++;
    }
  }

  /**
   * The host reports on the attempt, so the timeout restarts.
   *
   * @param isInProgress whether the transfer is in progress; otherwise it is done
   */
  void reported(boolean isInProgress) {
    ticks = 0;
    inProgress = isInProgress;
  }

  /** Returns whether the attempt was neither answered nor reported on for {@code timeout} ticks. */
  boolean isOverdue(int timeout) {
    return ticks >= timeout;
  }

  /** Returns whether a member that does not hold the snapshot may be sent another copy. */
  boolean isCopyDue() {
    return !inProgress && ticks >= copyWait;
  }

  /** The attempt has ended: the snapshot is not sent any more. */
  void end() {
    if (this != NONE) {
      unsent = null;
    }
  }

  /** The next attempt is not another copy. */
  void forgetCopies() {
    if (this != NONE) {
      copyWait = 0;
    }
  }

  /**
   * No message can carry the snapshot at an index.
   *
   * @return whether to report it: only the first time for each snapshot
   */
  boolean reportsTooLarge(long index) {
    boolean first = index != tooLargeIndex;
    tooLargeIndex = index;
    return first;
  }
}
