package io.tickraft.core.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.LogId;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must hold of one node whatever it is sent, checked from what its host sees and does: the
 * status, the Readys, and what was written, acknowledged and applied of them.
 *
 * <p>Keeps its own naive copies of everything and uses nothing of the core but its values. A broken
 * rule is an {@link AssertionError} that begins with the rule's name.
 */
final class LocalInvariants {

  /** What can be broken. LocalInvariantsTest shows each of them breaking. */
  enum Rule {
    RESTART_FROM_ANOTHER_STATE,
    TERM_FALLS,
    COMMIT_FALLS,
    APPLIED_FALLS,
    VOTE_CHANGES_WITHIN_A_TERM,
    LEADER_CHANGES_WITHIN_A_TERM,
    LEADER_REMOVES_FROM_ITS_LOG,
    COMPACTED_BEYOND_APPLIED,
    APPLIED_BEYOND_COMMIT,
    COMMIT_BEYOND_THE_LOG,
    WHAT_IS_LOST_IS_NOT_BEYOND_THE_LOG,
    WHAT_WAS_LOST_IS_FORGOTTEN,
    LOG_HAS_A_HOLE,
    PERSISTED_BEYOND_LAST,
    PERSISTED_AND_NOT_ACKNOWLEDGED,
    LOG_OF_A_LATER_TERM,
    LEADER_IS_NOT_ITSELF,
    LEADER_WITHOUT_ITS_VOTE,
    CANDIDATE_WITH_A_LEADER,
    CANDIDATE_WITHOUT_ITS_VOTE,
    FOLLOWER_OF_ITSELF,
    PEER_NEXT_NOT_ABOVE_MATCH,
    PEER_NEXT_BEYOND_THE_LOG,
    PEER_TOO_MANY_APPENDS_UNDER_WAY,
    PEER_TOO_MANY_BYTES_UNDER_WAY,
    TOO_MANY_READYS_OUT,
    HAS_READY_IS_FALSE_WITH_A_STATE_TO_WRITE,
    COMMITTED_ENTRIES_ARE_REMOVED,
    A_SNAPSHOT_REPLACES_COMMITTED_ENTRIES,
    A_MISDELIVERED_MESSAGE_IS_PROCESSED,
    A_SECOND_LEADER_IS_OBEYED,
    A_STRANGERS_ANSWER_IS_PROCESSED,
    A_DROPPED_MESSAGE_CHANGED_SOMETHING,
    A_DROPPED_MESSAGE_CAUSED_EVENTS,
    AN_APPEND_BEYOND_THE_LIMIT_OF_UNPERSISTED_BYTES,
    A_COMMAND_IS_TOO_LARGE,
    TOO_MANY_BYTES_UNCOMMITTED,
    TOO_MANY_ENTRIES_UNCOMMITTED,
    A_READY_WITHOUT_HAS_READY,
    NUMBER_OF_THE_READY,
    AN_EMPTY_READY,
    MUST_SYNC,
    THE_READY_DOES_NOT_WRITE_ALL,
    HARD_STATE_OF_THE_READY,
    HARD_STATE_SAID_TWICE,
    A_CONFIGURATION_COMES_WITH_A_SNAPSHOT_OR_A_CHANGE,
    A_CHANGE_OF_A_NEWER_VERSION_IS_HANDED_OUT,
    A_PAGE_GOES_ON_AFTER_A_CHANGE,
    A_SNAPSHOT_GOES_BACK,
    A_SNAPSHOT_IS_COMMITTED,
    A_SNAPSHOT_BEGINS_THE_LOG,
    ENTRIES_ALONG_WITH_A_SNAPSHOT,
    THE_CONFIGURATION_OF_A_SNAPSHOT,
    ENTRIES_LEAVE_A_HOLE,
    ENTRIES_ARE_NOT_CONTIGUOUS,
    TERMS_FALL_ALONG_THE_LOG,
    A_COMMITTED_ENTRY_IS_REPLACED,
    COMMITTED_ENTRIES_IN_ORDER_ONCE,
    HANDED_OUT_AND_NOT_COMMITTED,
    HANDED_OUT_AND_NOT_PERSISTED,
    HANDED_OUT_ANOTHER_ENTRY,
    HANDED_OUT_TOO_MUCH,
    TOO_MANY_MESSAGES_WAIT,
    TOO_MANY_BYTES_OF_MESSAGES_WAIT,
    A_MESSAGE_OF_A_TERM_THAT_IS_NOT_DURABLE,
    A_PROMISE_BEFORE_THE_WRITE,
    ADDRESS_OF_A_MESSAGE,
    TERM_OF_A_MESSAGE,
    COMMIT_OF_A_HEARTBEAT,
    A_SNAPSHOT_FROM_NO_LEADER,
    A_SNAPSHOT_OF_WHAT_IS_NOT_COMMITTED,
    LAST_ENTRY_OF_A_TIMEOUT_NOW,
    AN_APPEND_FROM_NO_LEADER,
    PREVIOUS_ENTRY_OF_AN_APPEND,
    ENTRY_OF_AN_APPEND,
    SIZE_OF_AN_APPEND,
    COMMIT_OF_AN_APPEND,
    A_MESSAGE_OF_A_TERM_THAT_IS_NOT_DURABLE_AFTER_THE_WRITE,
    A_CAMPAIGN_WITH_ENTRIES_THAT_ARE_NOT_DURABLE,
    A_VOTE_THAT_IS_NOT_DURABLE,
    TWO_VOTES_IN_ONE_TERM,
    A_COMMIT_THAT_IS_NOT_DURABLE,
    AN_ACKNOWLEDGEMENT_NOT_DURABLE
  }

  private final RaftConfig config;

  /** The terms in which the node led at the last Ready or after it. */
  private final TreeSet<Long> ledTerms = new TreeSet<>();

  private Observation seen;

  /** What the host was told to write, what it has written, and what it has said that it has. */
  private NaiveLog told = new NaiveLog();

  private NaiveLog disk = new NaiveLog();
  private NaiveLog acknowledged = new NaiveLog();
  private HardState toldState = HardState.getDefaultInstance();
  private HardState diskState = HardState.getDefaultInstance();

  /** The committed entries that were told, by index. */
  private final TreeMap<Long, Entry> committed = new TreeMap<>();

  /** Entries that were handed to the state machine and are not applied: index and size. */
  private final Deque<long[]> unapplied = new ArrayDeque<>();

  private long unappliedBytes;
  private long handedOut;

  /** What was applied when the node was opened. */
  private long openedAt;

  private long readys;
  private int outstanding;

  /** The highest index of a snapshot that the node has taken over. */
  private long snapshotIndex;

  /** From which index on what was told has been replaced since. */
  private long staleFrom = Long.MAX_VALUE;

  /** Whether what was told is the node's whole log: it is not while a write has to wait. */
  private boolean knowsLog = true;

  /** The terms in which a leader took entries back; no honest one does. */
  private final Set<Long> retracted = new TreeSet<>();

  /** To whom a vote has left this node, by term, over all restarts. */
  private final Map<Long, Long> grants = new TreeMap<>();

  /** The commands of the present leadership that are not committed: index, size. */
  private final Deque<long[]> uncommitted = new ArrayDeque<>();

  private long largestEntry = 64;

  LocalInvariants(RaftConfig config) {
    this.config = config;
  }

  /** The log that the host was told to write. */
  NaiveLog told() {
    return told;
  }

  HardState diskState() {
    return diskState;
  }

  // Start.

  /** The node was opened on an empty storage, or on one that holds a snapshot and nothing else. */
  void opened(Observation now, HardState hardState, Snapshot snapshot) {
    if (snapshot.hasMetadata()) {
      disk.restore(snapshot);
    }
    diskState = hardState;
    reopened(now, disk.base());
  }

  /** The host lost power before the disk had synced how far the log is committed. */
  void unsyncedCommitLost(long commit) {
    diskState = diskState.toBuilder().setCommit(commit).build();
  }

  /** The node was opened on what is on the disk, with {@code applied} applied. */
  void reopened(Observation now, long applied) {
    ledTerms.clear();
    told = new NaiveLog(disk);
    acknowledged = new NaiveLog(disk);
    toldState = diskState;
    long commit = Math.max(diskState.getCommit(), applied);
    committed.tailMap(commit, false).clear();
    unapplied.clear();
    unappliedBytes = 0;
    handedOut = applied;
    openedAt = applied;
    readys = 0;
    outstanding = 0;
    snapshotIndex = 0;
    retracted.clear();
    staleFrom = Long.MAX_VALUE;
    uncommitted.clear();
    long lastTerm = Math.max(0, disk.term(disk.last()));
    HardState expected =
        HardState.newBuilder()
            .setTerm(Math.max(diskState.getTerm(), lastTerm))
            .setVote(lastTerm > diskState.getTerm() ? 0 : diskState.getVote())
            .setCommit(commit)
            .build();
    require(
        expected.equals(hardState(now))
            && now.applied() == applied
            && now.last() == disk.last()
            && now.role() == RoleName.FOLLOWER,
        Rule.RESTART_FROM_ANOTHER_STATE,
        now,
        expected);
    seen = now;
    checkOne(now);
  }

  // After each call.

  /** Something happened to the node, and this is what it shows now. */
  void observed(Observation now) {
    Observation before = seen;
    seen = now;
    if (now.role() == RoleName.LEADER) {
      ledTerms.add(now.term());
    }
    require(now.term() >= before.term(), Rule.TERM_FALLS, before.term(), now.term());
    require(now.commit() >= before.commit(), Rule.COMMIT_FALLS, before.commit(), now.commit());
    require(now.applied() >= before.applied(), Rule.APPLIED_FALLS, before.applied(), now.applied());
    require(
        now.lostUpTo() >= before.lostUpTo() || now.last() >= before.lostUpTo(),
        Rule.WHAT_WAS_LOST_IS_FORGOTTEN,
        before.lostUpTo(),
        now.lostUpTo());
    if (now.term() == before.term()) {
      require(
          before.vote() == 0 || now.vote() == before.vote(),
          Rule.VOTE_CHANGES_WITHIN_A_TERM,
          before.vote(),
          now.vote());
      require(
          before.leader() == 0 || now.leader() == 0 || now.leader() == before.leader(),
          Rule.LEADER_CHANGES_WITHIN_A_TERM,
          before.leader(),
          now.leader());
      if (before.role() == RoleName.LEADER) {
        require(
            now.last() >= before.last(),
            Rule.LEADER_REMOVES_FROM_ITS_LOG,
            before.last(),
            now.last());
      }
    }
    if (now.role() != RoleName.LEADER || now.term() != before.term()) {
      uncommitted.clear();
    }
    while (!uncommitted.isEmpty() && uncommitted.getFirst()[0] <= now.commit()) {
      uncommitted.removeFirst();
    }
    checkOne(now);
  }

  private void checkOne(Observation now) {
    long floor = Math.max(now.applied(), snapshotIndex);
    require(now.first() - 1 <= floor, Rule.COMPACTED_BEYOND_APPLIED, now.first() - 1, floor);
    require(now.applied() <= now.commit(), Rule.APPLIED_BEYOND_COMMIT, now.applied(), now.commit());
    require(now.commit() <= now.last(), Rule.COMMIT_BEYOND_THE_LOG, now.commit(), now.last());
    require(
        now.lostUpTo() == 0 || now.lostUpTo() > now.last(),
        Rule.WHAT_IS_LOST_IS_NOT_BEYOND_THE_LOG,
        now.lostUpTo(),
        now.last());
    require(now.first() <= now.last() + 1, Rule.LOG_HAS_A_HOLE, now.first(), now.last());
    require(now.persisted() <= now.last(), Rule.PERSISTED_BEYOND_LAST, now.persisted(), now.last());
    require(
        now.persisted() <= acknowledged.last(),
        Rule.PERSISTED_AND_NOT_ACKNOWLEDGED,
        now.persisted(),
        acknowledged.last());
    require(now.lastTerm() <= now.term(), Rule.LOG_OF_A_LATER_TERM, now.lastTerm(), now.term());
    switch (now.role()) {
      case LEADER -> {
        require(now.leader() == config.id(), Rule.LEADER_IS_NOT_ITSELF, now.leader(), config.id());
        require(now.vote() == config.id(), Rule.LEADER_WITHOUT_ITS_VOTE, now.vote(), config.id());
      }
      case CANDIDATE -> {
        require(now.leader() == 0, Rule.CANDIDATE_WITH_A_LEADER, now.leader(), 0);
        require(
            now.vote() == config.id(), Rule.CANDIDATE_WITHOUT_ITS_VOTE, now.vote(), config.id());
      }
      default ->
          require(now.leader() != config.id(), Rule.FOLLOWER_OF_ITSELF, now.leader(), config.id());
    }
    for (Observation.Peer peer : now.peers()) {
      require(peer.match() < peer.next(), Rule.PEER_NEXT_NOT_ABOVE_MATCH, peer, now.last());
      require(peer.next() <= now.last() + 1, Rule.PEER_NEXT_BEYOND_THE_LOG, peer, now.last());
      require(
          peer.inflightAppends() <= config.maxInflightAppends(),
          Rule.PEER_TOO_MANY_APPENDS_UNDER_WAY,
          peer,
          config.maxInflightAppends());
      require(
          peer.inflightBytes()
              < config.maxInflightBytes() + Math.max(config.maxAppendBytes(), largestEntry) + 64,
          Rule.PEER_TOO_MANY_BYTES_UNDER_WAY,
          peer,
          config.maxInflightBytes());
    }
    checkHasReady(now);
  }

  /** What follows from the state alone; messages that wait are not seen from outside. */
  private void checkHasReady(Observation now) {
    if (outstanding >= config.maxOutstandingReadys()) {
      return; // What is to be written has to wait.
    }
    boolean due =
        now.term() != toldState.getTerm()
            || now.vote() != toldState.getVote()
            || now.commit() != toldState.getCommit()
            || now.last() != told.last()
            || now.lastTerm() != Math.max(0, told.term(told.last()));
    require(!due || now.hasReady(), Rule.HAS_READY_IS_FALSE_WITH_A_STATE_TO_WRITE, now, toldState);
  }

  /** An event was reported, after which {@link #observed} is called. */
  void event(RaftEvent event) {
    if (event instanceof RaftEvent.LogTruncated truncated) {
      require(
          truncated.fromIndex() > seen.commit(),
          Rule.COMMITTED_ENTRIES_ARE_REMOVED,
          truncated.fromIndex(),
          seen.commit());
      retracted.add(seen.term());
      staleFrom = Math.min(staleFrom, truncated.fromIndex());
    } else if (event instanceof RaftEvent.SnapshotAccepted accepted) {
      LogId id = accepted.id();
      require(
          id.index() > seen.commit(),
          Rule.A_SNAPSHOT_REPLACES_COMMITTED_ENTRIES,
          id.index(),
          seen.commit());
      snapshotIndex = Math.max(snapshotIndex, id.index());
      staleFrom = 0;
      if (id.index() < seen.last()) {
        retracted.add(seen.term());
      }
    }
  }

  /** A message was reported as dropped. */
  void dropped(Observation before, Observation after, int otherEvents) {
    require(before.equals(after), Rule.A_DROPPED_MESSAGE_CHANGED_SOMETHING, before, after);
    require(otherEvents == 0, Rule.A_DROPPED_MESSAGE_CAUSED_EVENTS, otherEvents, 0);
  }

  /** A message was processed and not dropped, after which {@link #observed} is called. */
  void processed(Message message) {
    require(
        message.getTo() == config.id()
            && message.getGroup() == config.group()
            && message.getFrom() >= 1
            && message.getFrom() != config.id(),
        Rule.A_MISDELIVERED_MESSAGE_IS_PROCESSED,
        message,
        seen);
    switch (message.getBodyCase()) {
      case APPEND, HEARTBEAT, INSTALL_SNAPSHOT ->
          require(
              message.getTerm() != seen.term()
                  || seen.leader() == 0
                  || seen.leader() == message.getFrom(),
              Rule.A_SECOND_LEADER_IS_OBEYED,
              message,
              seen);
      case APPEND_RESPONSE,
          HEARTBEAT_RESPONSE,
          PRE_VOTE_RESPONSE,
          VOTE_RESPONSE,
          INSTALL_SNAPSHOT_RESPONSE,
          TIMEOUT_NOW_RESPONSE ->
          require(
              isMember(seen.confState(), message.getFrom()),
              Rule.A_STRANGERS_ANSWER_IS_PROCESSED,
              message,
              seen);
      default -> {}
    }
    if (message.hasAppend()) {
      appendTaken(message);
    }
  }

  private static boolean isMember(ConfState confState, long id) {
    return confState.getVotersList().contains(id)
        || confState.getVotersOutgoingList().contains(id)
        || confState.getLearnersList().contains(id);
  }

  /** An append with entries was processed while {@code unstable} bytes waited to be persisted. */
  private void appendTaken(Message message) {
    if (message.getAppend().getEntriesCount() == 0 || message.getTerm() < seen.term()) {
      return;
    }
    long unstable = 0;
    long last = Math.min(told.last(), staleFrom - 1);
    for (long i = Math.max(seen.persisted(), told.base()) + 1; i <= last; i++) {
      unstable += told.get(i).getSerializedSize();
    }
    // What was not told yet is not counted, so this is less than what waits.
    require(
        unstable < config.maxUnstableBytes(),
        Rule.AN_APPEND_BEYOND_THE_LIMIT_OF_UNPERSISTED_BYTES,
        unstable,
        config.maxUnstableBytes());
  }

  /** A leader took commands, the last of them at {@code lastIndex}. */
  void proposed(long lastIndex, List<ByteString> commands) {
    boolean wasEmpty = uncommitted.isEmpty();
    long index = lastIndex - commands.size();
    for (ByteString command : commands) {
      index++;
      uncommitted.addLast(new long[] {index, command.size()});
    }
    long largest = commands.stream().mapToLong(ByteString::size).max().orElseThrow();
    require(
        largest <= config.maxEntryBytes(),
        Rule.A_COMMAND_IS_TOO_LARGE,
        largest,
        config.maxEntryBytes());
    long bytes = uncommitted.stream().mapToLong(one -> one[1]).sum();
    require(
        (wasEmpty && commands.size() == 1) || bytes <= config.maxUncommittedBytes(),
        Rule.TOO_MANY_BYTES_UNCOMMITTED,
        bytes,
        config.maxUncommittedBytes());
    require(
        (wasEmpty && commands.size() == 1) || uncommitted.size() <= config.maxUncommittedEntries(),
        Rule.TOO_MANY_ENTRIES_UNCOMMITTED,
        uncommitted.size(),
        config.maxUncommittedEntries());
  }

  // The Ready contract.

  /** A Ready was taken, after which {@link #observed} is called. */
  void taken(Taken ready) {
    readys++;
    require(seen.hasReady(), Rule.A_READY_WITHOUT_HAS_READY, ready, seen);
    require(ready.number() == readys, Rule.NUMBER_OF_THE_READY, ready.number(), readys);
    require(
        ready.hardState().isPresent()
            || ready.snapshot().isPresent()
            || !ready.entries().isEmpty()
            || !ready.messages().isEmpty()
            || !ready.messagesAfterPersist().isEmpty()
            || !ready.committed().isEmpty()
            || ready.hasOutcomes(),
        Rule.AN_EMPTY_READY,
        ready,
        seen);
    noteLargest(ready.entries());
    // While too many writes are outstanding, entries are sent before a Ready writes them.
    ready.messages().forEach(message -> noteLargest(message.getAppend().getEntriesList()));
    if (outstanding >= config.maxOutstandingReadys()) {
      require(
          !ready.waitsForAWrite() && !ready.mustSync() && ready.committed().isEmpty(),
          Rule.TOO_MANY_READYS_OUT,
          outstanding,
          config.maxOutstandingReadys());
      knowsLog = staleFrom == Long.MAX_VALUE && told.last() == seen.last();
      checkMessages(ready);
      return;
    }
    knowsLog = true;
    if (ready.waitsForAWrite()) {
      outstanding++;
    }
    long commitBefore = toldState.getCommit();
    boolean promised = checkHardState(ready);
    checkSnapshot(ready);
    checkEntries(ready);
    told.write(ready);
    require(
        ready.mustSync()
            == (promised
                || ready.snapshot().isPresent()
                || !ready.entries().isEmpty()
                || isChangeCommitted(commitBefore)
                || commitBefore < openedAt),
        Rule.MUST_SYNC,
        ready,
        toldState);
    staleFrom = Long.MAX_VALUE;
    require(
        told.last() == seen.last() && Math.max(0, told.term(told.last())) == seen.lastTerm(),
        Rule.THE_READY_DOES_NOT_WRITE_ALL,
        told.last(),
        seen);
    recordCommitted();
    checkCommitted(ready);
    checkMessages(ready);
    ledTerms.clear();
    if (seen.role() == RoleName.LEADER) {
      ledTerms.add(seen.term());
    }
  }

  private boolean checkHardState(Taken ready) {
    HardState now = hardState(seen);
    require(
        now.equals(ready.hardState().orElse(toldState)),
        Rule.HARD_STATE_OF_THE_READY,
        ready.hardState(),
        now);
    require(
        ready.hardState().isEmpty() || !now.equals(toldState),
        Rule.HARD_STATE_SAID_TWICE,
        now,
        ready);
    boolean promised = now.getTerm() != toldState.getTerm() || now.getVote() != toldState.getVote();
    toldState = now;
    return promised;
  }

  private static HardState hardState(Observation observation) {
    return HardState.newBuilder()
        .setTerm(observation.term())
        .setVote(observation.vote())
        .setCommit(observation.commit())
        .build();
  }

  private boolean isChangeCommitted(long commitBefore) {
    for (long i = Math.max(told.base(), commitBefore) + 1; i <= seen.commit(); i++) {
      if (told.get(i).getType() == EntryType.ENTRY_TYPE_CONF_CHANGE) {
        return true;
      }
    }
    return false;
  }

  private void checkSnapshot(Taken ready) {
    List<Entry> page = ready.committed();
    for (Entry entry : page) {
      require(
          !isOfNewerVersion(entry), Rule.A_CHANGE_OF_A_NEWER_VERSION_IS_HANDED_OUT, entry, ready);
    }
    for (int i = 0; i < page.size() - 1; i++) {
      require(
          page.get(i).getType() != EntryType.ENTRY_TYPE_CONF_CHANGE,
          Rule.A_PAGE_GOES_ON_AFTER_A_CHANGE,
          page.get(i).getIndex(),
          ready);
    }
    boolean endsWithChange =
        !page.isEmpty() && page.get(page.size() - 1).getType() == EntryType.ENTRY_TYPE_CONF_CHANGE;
    require(
        (ready.snapshot().isPresent() || endsWithChange) == ready.confState().isPresent(),
        Rule.A_CONFIGURATION_COMES_WITH_A_SNAPSHOT_OR_A_CHANGE,
        ready.snapshot(),
        ready.confState());
    if (ready.snapshot().isEmpty()) {
      return;
    }
    Snapshot snapshot = ready.snapshot().get();
    long index = snapshot.getMetadata().getIndex();
    require(index > handedOut, Rule.A_SNAPSHOT_GOES_BACK, index, handedOut);
    require(index <= seen.commit(), Rule.A_SNAPSHOT_IS_COMMITTED, index, seen.commit());
    require(index == seen.first() - 1, Rule.A_SNAPSHOT_BEGINS_THE_LOG, index, seen.first());
    require(ready.committed().isEmpty(), Rule.ENTRIES_ALONG_WITH_A_SNAPSHOT, ready, index);
    require(
        ready.confState().orElseThrow().equals(snapshot.getMetadata().getConfState()),
        Rule.THE_CONFIGURATION_OF_A_SNAPSHOT,
        ready.confState(),
        index);
    handedOut = index;
    committed.clear();
    unapplied.addLast(new long[] {index, 0});
  }

  /** Whether an entry is a membership change that only a newer version understands. */
  private static boolean isOfNewerVersion(Entry entry) {
    if (entry.getType() != EntryType.ENTRY_TYPE_CONF_CHANGE) {
      return false;
    }
    try {
      ConfChange change = ConfChange.parseFrom(entry.getData());
      return change.getTransitionValue() < 0
          || change.getTransitionValue() > 4
          || !change.getUnknownFields().asMap().isEmpty()
          || change.getChangesList().stream()
              .anyMatch(
                  single ->
                      single.getTypeValue() < 0
                          || single.getTypeValue() > 3
                          || !single.getUnknownFields().asMap().isEmpty());
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  /**
   * Whether the node may fail, as a change is committed that only a newer version understands. It
   * may still be on the disk when a snapshot has replaced it that is not written.
   */
  boolean needsNewerVersion() {
    return needsNewerVersion(told) || needsNewerVersion(disk);
  }

  private boolean needsNewerVersion(NaiveLog log) {
    for (long i = log.base() + 1; i <= Math.min(log.last(), seen.commit()); i++) {
      if (isOfNewerVersion(log.get(i))) {
        return true;
      }
    }
    return false;
  }

  private void noteLargest(List<Entry> entries) {
    for (Entry entry : entries) {
      largestEntry = Math.max(largestEntry, entry.getSerializedSize());
    }
  }

  private void checkEntries(Taken ready) {
    if (ready.entries().isEmpty()) {
      return;
    }
    long base = ready.snapshot().map(s -> s.getMetadata().getIndex()).orElse(told.base());
    long last = ready.snapshot().isPresent() ? base : told.last();
    long index = ready.entries().get(0).getIndex();
    require(index > base && index <= last + 1, Rule.ENTRIES_LEAVE_A_HOLE, index, last);
    long term =
        ready.snapshot().map(s -> s.getMetadata().getTerm()).orElseGet(() -> told.term(index - 1));
    for (int i = 0; i < ready.entries().size(); i++) {
      Entry entry = ready.entries().get(i);
      require(entry.getIndex() == index + i, Rule.ENTRIES_ARE_NOT_CONTIGUOUS, entry, index + i);
      require(entry.getTerm() >= term, Rule.TERMS_FALL_ALONG_THE_LOG, entry, term);
      term = entry.getTerm();
      Entry before = committed.get(entry.getIndex());
      require(
          before == null || before.equals(entry),
          Rule.A_COMMITTED_ENTRY_IS_REPLACED,
          before == null ? 0 : before,
          entry);
    }
  }

  private void recordCommitted() {
    long from = Math.max(told.base(), committed.isEmpty() ? 0 : committed.lastKey());
    for (long i = from + 1; i <= seen.commit(); i++) {
      committed.put(i, told.get(i));
    }
  }

  private void checkCommitted(Taken ready) {
    for (Entry entry : ready.committed()) {
      long index = entry.getIndex();
      require(index == handedOut + 1, Rule.COMMITTED_ENTRIES_IN_ORDER_ONCE, index, handedOut);
      require(index <= seen.commit(), Rule.HANDED_OUT_AND_NOT_COMMITTED, index, seen.commit());
      require(
          acknowledged.holds(index) && acknowledged.get(index).equals(entry),
          Rule.HANDED_OUT_AND_NOT_PERSISTED,
          entry,
          acknowledged.last());
      require(
          entry.equals(committed.get(index)),
          Rule.HANDED_OUT_ANOTHER_ENTRY,
          entry,
          told.get(index));
      handedOut = index;
      unapplied.addLast(new long[] {index, entry.getSerializedSize()});
      unappliedBytes += entry.getSerializedSize();
      require(
          unapplied.size() == 1 || unappliedBytes <= config.maxCommittedBytesPerReady(),
          Rule.HANDED_OUT_TOO_MUCH,
          unappliedBytes,
          config.maxCommittedBytesPerReady());
    }
  }

  // Messages.

  private void checkMessages(Taken ready) {
    int count = 0;
    long bytes = 0;
    for (List<Message> messages : List.of(ready.messages(), ready.messagesAfterPersist())) {
      for (Message message : messages) {
        checkMessage(message);
        if (!message.hasAppend() && !message.hasInstallSnapshot()) {
          count++;
          bytes += message.getSerializedSize();
        }
      }
    }
    require(count <= config.maxOutboxMessages(), Rule.TOO_MANY_MESSAGES_WAIT, count, ready);
    require(
        count <= 1 || bytes <= config.maxOutboxBytes(),
        Rule.TOO_MANY_BYTES_OF_MESSAGES_WAIT,
        bytes,
        ready);
    for (Message message : ready.messages()) {
      require(
          message.getTerm() <= diskState.getTerm(),
          Rule.A_MESSAGE_OF_A_TERM_THAT_IS_NOT_DURABLE,
          message,
          diskState);
      require(!isPromise(message), Rule.A_PROMISE_BEFORE_THE_WRITE, message, diskState);
    }
  }

  private static boolean isPromise(Message message) {
    return switch (message.getBodyCase()) {
      case VOTE, VOTE_RESPONSE -> true;
      case APPEND_RESPONSE ->
          message.getAppendResponse().getResultCase() != AppendResponse.ResultCase.RESULT_NOT_SET;
      case INSTALL_SNAPSHOT_RESPONSE ->
          message.getInstallSnapshotResponse().getResultCase()
              != InstallSnapshotResponse.ResultCase.RESULT_NOT_SET;
      default -> false;
    };
  }

  private void checkMessage(Message message) {
    require(
        message.getFrom() == config.id()
            && message.getTo() >= 1
            && message.getTo() != config.id()
            && message.getGroup() == config.group(),
        Rule.ADDRESS_OF_A_MESSAGE,
        message,
        config.id());
    switch (message.getBodyCase()) {
      case PROPOSE,
          PROPOSE_RESPONSE,
          READ_INDEX,
          READ_INDEX_RESPONSE,
          TRANSFER_LEADER,
          TRANSFER_LEADER_RESPONSE ->
          require(message.getTerm() == 0, Rule.TERM_OF_A_MESSAGE, message, 0);
      case PRE_VOTE, PRE_VOTE_RESPONSE ->
          require(message.getTerm() <= seen.term(), Rule.TERM_OF_A_MESSAGE, message, seen.term());
      default ->
          require(
              message.getTerm() >= 1 && message.getTerm() <= seen.term(),
              Rule.TERM_OF_A_MESSAGE,
              message,
              seen.term());
    }
    switch (message.getBodyCase()) {
      case APPEND -> checkAppend(message);
      case HEARTBEAT ->
          require(
              message.getHeartbeat().getCommit() <= seen.commit(),
              Rule.COMMIT_OF_A_HEARTBEAT,
              message,
              seen.commit());
      case INSTALL_SNAPSHOT -> {
        require(isOfItsLead(message), Rule.A_SNAPSHOT_FROM_NO_LEADER, message, seen);
        require(
            message.getInstallSnapshot().getSnapshot().getMetadata().getIndex() <= seen.commit(),
            Rule.A_SNAPSHOT_OF_WHAT_IS_NOT_COMMITTED,
            message,
            seen.commit());
      }
      case TIMEOUT_NOW -> {
        EntryId last = message.getTimeoutNow().getLast();
        require(
            !knowsLog
                || seen.role() != RoleName.LEADER
                || message.getTerm() != seen.term()
                || told.term(last.getIndex()) == last.getTerm(),
            Rule.LAST_ENTRY_OF_A_TIMEOUT_NOW,
            message,
            told.term(last.getIndex()));
      }
      default -> {}
    }
  }

  /** Whether the node leads, or has stepped down since the last Ready, in a message's term. */
  private boolean isOfItsLead(Message message) {
    return ledTerms.contains(message.getTerm());
  }

  private void checkAppend(Message message) {
    Append append = message.getAppend();
    require(isOfItsLead(message), Rule.AN_APPEND_FROM_NO_LEADER, message, seen);
    if (!knowsLog || seen.role() != RoleName.LEADER) {
      return; // Formed when it stepped down: its log may be another one by now.
    }
    long prev = append.getPrev().getIndex();
    require(
        append.getPrev().getTerm() == Math.max(0, told.term(prev)),
        Rule.PREVIOUS_ENTRY_OF_AN_APPEND,
        message,
        told.term(prev));
    long bytes = 0;
    for (int i = 0; i < append.getEntriesCount(); i++) {
      Entry entry = append.getEntries(i);
      long index = prev + 1 + i;
      require(
          told.holds(index) && told.get(index).equals(entry),
          Rule.ENTRY_OF_AN_APPEND,
          entry,
          index);
      bytes += entry.getSerializedSize();
    }
    require(
        append.getEntriesCount() <= 1 || bytes <= config.maxAppendBytes(),
        Rule.SIZE_OF_AN_APPEND,
        message,
        config.maxAppendBytes());
    require(append.getCommit() <= seen.commit(), Rule.COMMIT_OF_AN_APPEND, message, seen.commit());
  }

  // What the host does with a Ready.

  /** The host has written a Ready, the next in order: now its other messages leave. */
  void written(Taken ready) {
    disk.write(ready);
    diskState = ready.hardState().orElse(diskState);
    for (Message message : ready.messagesAfterPersist()) {
      require(
          message.getTerm() <= diskState.getTerm(),
          Rule.A_MESSAGE_OF_A_TERM_THAT_IS_NOT_DURABLE_AFTER_THE_WRITE,
          message,
          diskState);
      switch (message.getBodyCase()) {
        case VOTE -> checkVote(message);
        case VOTE_RESPONSE -> {
          if (message.getVoteResponse().getResultCase() == VoteResponse.ResultCase.GRANTED) {
            granted(message.getTerm(), message.getTo(), message);
          }
        }
        case APPEND_RESPONSE -> checkAppendResponse(message);
        case INSTALL_SNAPSHOT_RESPONSE ->
            checkMatch(message, message.getInstallSnapshotResponse().getInstalled().getMatch());
        default -> {}
      }
    }
  }

  private void checkVote(Message message) {
    Vote vote = message.getVote();
    granted(message.getTerm(), config.id(), message);
    if (message.getTerm() == diskState.getTerm() && !retracted.contains(message.getTerm())) {
      require(
          vote.getLast().getIndex() <= disk.last(),
          Rule.A_CAMPAIGN_WITH_ENTRIES_THAT_ARE_NOT_DURABLE,
          message,
          disk.last());
    }
  }

  private void granted(long term, long candidate, Message message) {
    require(
        diskState.getTerm() > term || diskState.getVote() == candidate,
        Rule.A_VOTE_THAT_IS_NOT_DURABLE,
        message,
        diskState);
    Long before = grants.putIfAbsent(term, candidate);
    require(
        before == null || before == candidate,
        Rule.TWO_VOTES_IN_ONE_TERM,
        message,
        before == null ? 0 : before);
  }

  private void checkAppendResponse(Message message) {
    AppendResponse response = message.getAppendResponse();
    require(
        response.getCommit() <= diskState.getCommit(),
        Rule.A_COMMIT_THAT_IS_NOT_DURABLE,
        message,
        diskState);
    checkMatch(message, response.getAccepted().getMatch());
  }

  private void checkMatch(Message message, long match) {
    // A later term's leader may have removed what was acknowledged to an earlier one, which then
    // leads no more.
    if (message.getTerm() == diskState.getTerm() && !retracted.contains(message.getTerm())) {
      require(match <= disk.last(), Rule.AN_ACKNOWLEDGEMENT_NOT_DURABLE, message, disk.last());
    }
  }

  /** The host has acknowledged that a Ready is written, the next in order. */
  void acknowledged(Taken ready) {
    if (ready.waitsForAWrite()) {
      outstanding--;
    }
    acknowledged.write(ready);
  }

  /** The host has applied all up to {@code index}. */
  void applied(long index) {
    while (!unapplied.isEmpty() && unapplied.getFirst()[0] <= index) {
      unappliedBytes -= unapplied.removeFirst()[1];
    }
  }

  /** The indexes that were handed out and are not applied, in order. */
  List<Long> handedOut() {
    return unapplied.stream().map(one -> one[0]).toList();
  }

  private static void require(boolean holds, Rule rule, Object actual, Object against) {
    if (!holds) {
      throw new AssertionError(rule + ": " + actual + " against " + against);
    }
  }

  private static void require(boolean holds, Rule rule, long actual, long against) {
    if (!holds) {
      throw new AssertionError(rule + ": " + actual + " against " + against);
    }
  }
}
