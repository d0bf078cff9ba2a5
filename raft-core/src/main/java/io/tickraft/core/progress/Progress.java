package io.tickraft.core.progress;

import io.tickraft.core.Digest;
import io.tickraft.core.LogId;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.log.IndexedBytes;
import io.tickraft.proto.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * What a leader knows of one member: its match and next index, what was heard from it, and what may
 * be sent to it next.
 *
 * <p>Three states. {@code PROBE}: the leader does not know where the member's log matches, and
 * sends one append at a time to find out. {@code REPLICATE}: the leader knows, and appends are in
 * flight within a window. {@code SNAPSHOT}: the member needs entries that are compacted. All
 * transitions between the states are here, each named by what the leader has learned.
 */
public final class Progress {

  private static final long NO_ROUND = Long.MAX_VALUE;

  private final long id;
  private final int maxInflightAppends;
  private final long maxInflightBytes;

  private PeerStatus.State state = PeerStatus.State.PROBE;

  /** The highest index up to which the member's log is known to match, durably. */
  private long match;

  /** The index of the next entry to send. Always above {@link #match}. */
  private long next;

  /** The commit index that the member knows once all sent appends have arrived. */
  private long sentCommit;

  /** PROBE: an append is in flight, or the leader waits for the member to answer a heartbeat. */
  private boolean paused;

  /** PROBE: the member asked for a snapshot, and {@link #match} is 0. */
  private boolean snapshotWanted;

  /**
   * PROBE: an attempt to send a snapshot timed out, and the first probe asks for the snapshot's
   * last entry. The leader looks for a match below that entry only if the member does not hold it.
   */
  private boolean probesSnapshot;

  /**
   * An append without entries is due, whose answer shows whether what was sent has arrived.
   * REPLICATE: after the last entry that was sent. SNAPSHOT, and PROBE with {@code probesSnapshot}:
   * after the snapshot's last entry.
   */
  private boolean checkDue;

  /**
   * The first regular round of heartbeats that began after the last append or snapshot was sent.
   * Only an answer to this round or a later one indicates that what was sent may be lost.
   */
  private long awaitedRound = NO_ROUND;

  /** The storage cannot deliver what the member needs, and is not asked again before it may be. */
  private boolean waitsForStorage;

  /** REPLICATE: the sizes of the appends in flight. */
  private final IndexedBytes inflight;

  /**
   * The snapshot for the member: the current attempt to send one, or the last. SNAPSHOT: it covers
   * entries above {@link #match}.
   */
  private SnapshotTransfer transfer;

  /** The leader's tick at which the member was heard last. */
  private long heardAt;

  /** The latest round of heartbeats that the member has answered. */
  private long answeredRound;

  /** The highest commit index that the member has reported as persisted. */
  private long durableCommit;

  /**
   * Begins with a member whose log is not known.
   *
   * @param next the index of the first entry to send
   */
  public Progress(long id, long next, int maxInflightAppends, long maxInflightBytes) {
    this.id = id;
    this.next = next;
    this.maxInflightAppends = maxInflightAppends;
    this.maxInflightBytes = maxInflightBytes;
    this.inflight = new IndexedBytes();
    this.transfer = SnapshotTransfer.NONE;
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
    this.transfer = other.transfer.copy();
    this.heardAt = other.heardAt;
    this.answeredRound = other.answeredRound;
    this.durableCommit = other.durableCommit;
  }

  /** Returns an independent copy. */
  public Progress copy() {
    return new Progress(this);
  }

  /**
   * Adds what the leader knows of the member, and when that is out of date.
   *
   * @param now the leader's tick
   * @param config the leader's settings
   */
  public void digest(Digest digest, long now, RaftConfig config) {
    digest.id(id).constant(state).number(match).number(next).number(sentCommit);
    digest.flag(paused).flag(snapshotWanted).flag(probesSnapshot).flag(checkDue);
    digest.number(awaitedRound).flag(waitsForStorage);
    inflight.digest(digest);
    transfer.digest(digest, config.snapshotTicks());
    // A leader without a quorum waits an election timeout, or a heartbeat longer.
    long silentFor = now - heardAt;
    digest.remaining(config.electionTicks() - silentFor);
    digest.remaining(config.electionTicks() + (long) config.heartbeatTicks() - silentFor);
    digest.number(answeredRound).number(durableCommit);
  }

  /** {@return the member's id} */
  public long id() {
    return id;
  }

  /** {@return the state} */
  public PeerStatus.State state() {
    return state;
  }

  /** {@return the highest index up to which the member's log is known to match, durably} */
  public long match() {
    return match;
  }

  /** {@return the index of the next entry to send} */
  public long next() {
    return next;
  }

  /**
   * Returns the index of the first entry that the member may still be sent: in PROBE it may lack
   * everything above its match index.
   */
  public long firstNeeded() {
    return switch (state) {
      case PROBE -> match + 1;
      case REPLICATE -> next;
      case SNAPSHOT -> transfer.last().index() + 1;
    };
  }

  /** {@return the number of the current or last attempt to send a snapshot; 0 before the first} */
  public long attempt() {
    return transfer.attempt();
  }

  /** {@return the leader's tick at which the member was heard last} */
  public long heardAt() {
    return heardAt;
  }

  /** {@return the latest round of heartbeats that the member has answered} */
  public long answeredRound() {
    return answeredRound;
  }

  /** {@return the highest commit index that the member is known to have persisted} */
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
        ? status.snapshot(transfer.last().index(), transfer.age(), transfer.attempt()).build()
        : status.build();
  }

  // What may be sent.

  /** Returns whether entries from {@code next()} on may be sent, if there are any. */
  public boolean takesEntries() {
    return switch (state) {
      case PROBE -> !paused;
      case REPLICATE ->
          inflight.count() < maxInflightAppends && inflight.bytes() < maxInflightBytes;
      case SNAPSHOT -> false;
    };
  }

  /**
   * Returns whether an append is due: with entries, with a new commit index, or to find out what
   * the member's log holds.
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
   * Returns whether the leader learns something from the answer to an append without entries. In
   * REPLICATE such an append usually only reports a new commit index.
   */
  public boolean awaitsAnswer() {
    return state != PeerStatus.State.REPLICATE || checkDue;
  }

  /**
   * Returns whether the member needs a snapshot rather than appends.
   *
   * @param firstIndex the first index of the leader's log
   */
  public boolean needsSnapshot(long firstIndex) {
    return snapshotWanted || next < firstIndex;
  }

  /** Returns the snapshot to send; null if there is none. */
  public @Nullable Snapshot unsentSnapshot() {
    return transfer.unsent();
  }

  /**
   * Returns whether an append without entries after {@link #snapshotLast()} is due. Its answer
   * shows whether the snapshot has arrived.
   */
  public boolean wantsSnapshotCheck() {
    return checkDue && state != PeerStatus.State.REPLICATE && transfer.unsent() == null;
  }

  /** Returns the last entry that the snapshot of the current or last attempt covers. */
  public LogId snapshotLast() {
    return transfer.last();
  }

  // What was sent.

  /**
   * An append is sent, with {@code count} entries from {@code next()} on.
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

  /** The snapshot is sent. */
  public void snapshotSent() {
    transfer.sent();
    checkDue = false;
    awaitedRound = NO_ROUND;
  }

  /** The append that asks for the snapshot's last entry is sent. */
  public void snapshotCheckSent() {
    checkDue = false;
    awaitedRound = NO_ROUND;
  }

  /**
   * A regular heartbeat is sent. A round that only serves reads does not count: there may be a
   * hundred such rounds between two ticks, and each would send again what is in flight.
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
    // An answer below the known match index says nothing about the append in flight. An answer that
    // leaves the member before the leader's first index says nothing about the snapshot.
    boolean awaitsSnapshot = state == PeerStatus.State.SNAPSHOT || probesSnapshot;
    boolean ends =
        awaitsSnapshot ? (match >= transfer.last().index() || match + 1 >= firstIndex) : current;
    if (state == PeerStatus.State.REPLICATE) {
      sentCommit = Math.max(sentCommit, commit);
    } else if (ends) {
      becomeReplicate(commit);
    }
  }

  /**
   * The member rejected the append after {@code prevIndex}, or a heartbeat with that commit index.
   *
   * <p>If the member does not hold the last entry of a snapshot that was sent, that is only a hint:
   * messages overtake each other, and a host may send the snapshot by another channel. The wait for
   * the next copy grows each time, and no copy is sent while the host reports that the transfer is
   * in progress.
   *
   * @param hintedNext the next index to try, by the terms in both logs
   * @param wantsSnapshot whether the member accepts only a snapshot
   * @return false if the rejection is certainly late, and changes nothing
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
          return mayRejectHeartbeat(prevIndex);
        }
        if (match > 0 && prevIndex == match) {
          if (!paused) {
            // Not the answer to this probe, which has not left yet. Most likely a second copy of
            // the rejection that led to it.
            return true;
          }
          forgetMatch();
        }
        becomeProbe(Math.max(match + 1, Math.min(prevIndex, hintedNext)));
      }
      case SNAPSHOT -> {
        if (prevIndex != transfer.last().index()) {
          return mayRejectHeartbeat(prevIndex);
        }
        if (transfer.unsent() != null) {
          return false;
        }
        if (!transfer.isCopyDue()) {
          return true;
        }
        becomeProbe(Math.max(match + 1, Math.min(prevIndex, hintedNext)));
      }
    }
    // A member that has acknowledged entries and wants a snapshot has lost everything, or its
    // message is late. The probe at the match index shows which: until then the match counts.
    snapshotWanted = wantsSnapshot && match == 0;
    return true;
  }

  /**
   * The member has rejected an entry that it had acknowledged: the rejection is late, or the member
   * has lost the entry since. The answer to another append shows which.
   */
  private void suspectLoss(long prevIndex) {
    if (prevIndex == match && next == match + 1) {
      becomeProbe(match + 1);
    } else {
      checkDue = true;
    }
  }

  /**
   * The member has rejected an entry, and not the one that the leader has asked for. If it had
   * acknowledged the entry and a heartbeat was sent since, this may be the answer to the heartbeat,
   * from a member that has lost entries. So what was sent last may be lost too.
   *
   * @return whether this may be the answer to a heartbeat; otherwise the rejection is late
   */
  private boolean mayRejectHeartbeat(long prevIndex) {
    if (prevIndex == 0 || prevIndex > match || awaitedRound == NO_ROUND) {
      return false;
    }
    lastSentMayBeLost();
    return true;
  }

  /**
   * The member does not hold the entry at its match index: it has lost entries that it had
   * acknowledged, and nothing is known of its log. Committed entries stay committed, as the
   * leader's commit index never falls, but the member no longer counts for further ones. (If the
   * rejection was late, this costs another probe, or a snapshot if the entries are compacted.)
   */
  private void forgetMatch() {
    match = 0;
    durableCommit = 0;
  }

  /** A message of the member is received, at a tick of the leader. */
  public void heard(long tick) {
    heardAt = tick;
  }

  /** The member has persisted a commit index. */
  public void commitPersisted(long index) {
    durableCommit = Math.max(durableCommit, index);
  }

  /**
   * The member answered a heartbeat. If a regular heartbeat was sent after the last append or
   * snapshot, and the answer is to it or to a later one, then what was sent may be lost, and a
   * check is due.
   *
   * @param round the round of the heartbeat
   * @return whether the heartbeat was sent after everything else that was sent to the member
   */
  public boolean heartbeatAnswered(long round) {
    answeredRound = Math.max(answeredRound, round);
    if (round < awaitedRound) {
      return false;
    }
    lastSentMayBeLost();
    return true;
  }

  private void lastSentMayBeLost() {
    switch (state) {
      case PROBE -> {
        checkDue = probesSnapshot;
        paused = probesSnapshot;
      }
      case REPLICATE -> checkDue = match < next - 1;
      case SNAPSHOT -> checkDue = true;
    }
  }

  /**
   * The leader needs to know whether the member has persisted that {@code index} is committed.
   * Heartbeat responses do not report the commit index, so an append asks for it.
   *
   * @param index an index that is committed
   */
  public void askForCommit(long index) {
    if (state == PeerStatus.State.REPLICATE && durableCommit < index) {
      checkDue = true;
    }
  }

  /** The last messages to the member were probably lost. */
  public void unreachable() {
    if (state == PeerStatus.State.REPLICATE) {
      becomeProbe(match + 1);
    }
  }

  /** The storage cannot deliver now: no append is due until {@link #askStorageAgain}. */
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
   * @return whether to report it: only the first time for each snapshot
   */
  public boolean reportsTooLarge(long index) {
    beginTransfers();
    return transfer.reportsTooLarge(index);
  }

  /**
   * The member is to be sent a snapshot.
   *
   * @param newAttempt the number of the attempt, which no other attempt of the node has
   * @param firstWait how many ticks after the first copy the second one may follow
   * @param maxWait the upper bound of the wait for a copy, in ticks
   */
  public void becomeSnapshot(Snapshot newSnapshot, long newAttempt, int firstWait, int maxWait) {
    state = PeerStatus.State.SNAPSHOT;
    beginTransfers();
    transfer.begin(newSnapshot, newAttempt, firstWait, maxWait);
    snapshotWanted = false;
    checkDue = false;
    probesSnapshot = false;
    inflight.clear();
  }

  private void beginTransfers() {
    if (transfer == SnapshotTransfer.NONE) {
      transfer = new SnapshotTransfer();
    }
  }

  /**
   * The host reports that an attempt is in progress: the timeout restarts, and no further copy is
   * sent although the member does not hold the snapshot yet.
   */
  public void snapshotInProgress(long reportedAttempt) {
    if (state == PeerStatus.State.SNAPSHOT && reportedAttempt == transfer.attempt()) {
      transfer.reported(true);
    }
  }

  /**
   * The host reports that the snapshot of an attempt has arrived: a check is due at once, so the
   * leader does not depend on the member's own answer.
   */
  public void snapshotDelivered(long reportedAttempt) {
    if ((state == PeerStatus.State.SNAPSHOT || probesSnapshot)
        && reportedAttempt == transfer.attempt()) {
      transfer.reported(false);
      checkDue = true;
    }
  }

  /**
   * An attempt to send a snapshot has failed.
   *
   * @return whether it was the current one
   */
  public boolean snapshotFailed(long failedAttempt) {
    if (state != PeerStatus.State.SNAPSHOT || failedAttempt != transfer.attempt()) {
      return false;
    }
    transfer.forgetCopies();
    becomeProbe(match + 1);
    // Paused: the probe most likely leads to the next snapshot, which a member that is down must
    // not be sent.
    paused = true;
    awaitedRound = NO_ROUND;
    return true;
  }

  public void tick() {
    if (state == PeerStatus.State.SNAPSHOT) {
      transfer.tick();
    }
  }

  /** Returns whether the member waits for something that ticks bring. */
  public boolean needsTicks() {
    return waitsForStorage || state == PeerStatus.State.SNAPSHOT;
  }

  /**
   * Gives up a snapshot that neither the member answered nor the host reported on in time. Perhaps
   * only the answer was lost, so the first probe asks for the snapshot's last entry: an append
   * without entries may save a second snapshot.
   *
   * @param timeout in ticks
   */
  public void expireSnapshot(int timeout) {
    if (state == PeerStatus.State.SNAPSHOT && transfer.isOverdue(timeout)) {
      becomeProbe(transfer.last().index() + 1);
      probesSnapshot = true;
      checkDue = true;
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
    transfer.end();
    inflight.clear();
  }

  /** From one of the other states, in which {@link #inflight} is empty. */
  private void becomeReplicate(long commit) {
    state = PeerStatus.State.REPLICATE;
    next = match + 1;
    sentCommit = commit;
    paused = false;
    checkDue = false;
    probesSnapshot = false;
    snapshotWanted = false;
    transfer.end();
    transfer.forgetCopies();
  }
}
