package io.tickraft.core.fuzz;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.Bootstrap;
import io.tickraft.core.LogId;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RoleName;
import io.tickraft.core.fuzz.LocalInvariants.Rule;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.Propose;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows each rule of {@link LocalInvariants} breaking, with made-up observations of node 1. */
class LocalInvariantsTest {

  private static final ConfState VOTERS = Bootstrap.snapshot(1, 2, 3).getMetadata().getConfState();

  private final LocalInvariants checker =
      new LocalInvariants(
          RaftConfig.builder(1)
              .preVote(false)
              .checkQuorum(false)
              .maxOutstandingReadys(1)
              .maxEntryBytes(8)
              .maxUncommittedBytes(10)
              .maxUncommittedEntries(3)
              .maxUnstableBytes(20)
              .maxCommittedBytesPerReady(20)
              .maxOutboxMessages(2)
              .maxOutboxBytes(200)
              .maxAppendBytes(20)
              .maxInflightAppends(2)
              .maxInflightBytes(50)
              .build());

  private final Seen now = new Seen();
  private final Says says = new Says();

  @BeforeEach
  void open() {
    checker.opened(now.value(), Bootstrap.hardState(), Bootstrap.snapshot(1, 2, 3));
  }

  @Test
  void aFollowerThatAppendsPersistsAndAppliesBreaksNoRule() {
    persisted();
    checker.taken(says.number(2).committed(entry(2, 2)).value());
    seen(o -> o.hasReady = false);
    checker.applied(2);
    seen(o -> o.applied = 2);
  }

  @Test
  void aNodeThatIsElectedBreaksNoRule() {
    leads();
    checker.taken(
        says.number(2)
            .entries(entry(2, 2))
            .mustSync()
            .messages(append(a -> a.setPrev(id(1, 1)).addEntries(entry(2, 2)).setCommit(1)))
            .value());
  }

  @Test
  void aLargeEntryThatIsSentBeforeItIsWrittenBreaksNoRule() {
    leads();
    checker.taken(says.number(2).entries(entry(2, 2)).mustSync().value());
    says.clear();
    seen(
        o -> {
          o.last = 3;
          o.hasReady = true;
        });
    Entry large = entry(2, 3).toBuilder().setData(ByteString.copyFrom(new byte[150])).build();
    checker.taken(
        says.number(3)
            .messages(append(a -> a.setPrev(id(2, 2)).addEntries(large).setCommit(1)))
            .value());
    seen(o -> o.peers = List.of(peer(1, 4, 2, 200)));
  }

  @Test
  void aSnapshotBreaksNoRule() {
    snapshotAccepted();
    checker.taken(says.value());
  }

  @ParameterizedTest
  @EnumSource
  void breaks(Rule rule) {
    assertThatThrownBy(() -> provoke(rule))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(rule + ":");
  }

  private void provoke(Rule rule) {
    switch (rule) {
      case RESTART_FROM_ANOTHER_STATE -> {
        persisted();
        checker.reopened(now.with(o -> o.last = 2), 1);
      }
      case TERM_FALLS -> {
        appended();
        seen(o -> o.term = 1);
      }
      case COMMIT_FALLS -> {
        appended();
        seen(o -> o.commit = 1);
      }
      case APPLIED_FALLS -> seen(o -> o.applied = 0);
      case VOTE_CHANGES_WITHIN_A_TERM -> {
        appended();
        seen(o -> o.vote = 3);
        seen(o -> o.vote = 2);
      }
      case LEADER_CHANGES_WITHIN_A_TERM -> {
        appended();
        seen(o -> o.leader = 3);
      }
      case LEADER_REMOVES_FROM_ITS_LOG -> {
        leads();
        seen(o -> o.last = 1);
      }
      case COMPACTED_BEYOND_APPLIED -> {
        appended();
        seen(o -> o.first = 3);
      }
      case APPLIED_BEYOND_COMMIT -> {
        appended();
        seen(o -> o.applied = 3);
      }
      case COMMIT_BEYOND_THE_LOG -> {
        appended();
        seen(o -> o.commit = 4);
      }
      case WHAT_IS_LOST_IS_NOT_BEYOND_THE_LOG -> seen(o -> o.lostUpTo = 1);
      case WHAT_WAS_LOST_IS_FORGOTTEN -> {
        seen(o -> o.lostUpTo = 3);
        seen(o -> o.lostUpTo = 2);
      }
      case LOG_HAS_A_HOLE -> {
        appended();
        checker.event(new RaftEvent.SnapshotAccepted(new LogId(2, 9)));
        seen(o -> o.first = 10);
      }
      case PERSISTED_BEYOND_LAST -> {
        persisted();
        seen(o -> o.persisted = 4);
      }
      case PERSISTED_AND_NOT_ACKNOWLEDGED -> {
        appended();
        seen(o -> o.persisted = 2);
      }
      case LOG_OF_A_LATER_TERM -> {
        appended();
        seen(o -> o.lastTerm = 3);
      }
      case LEADER_IS_NOT_ITSELF ->
          seen(
              o -> {
                o.role = RoleName.LEADER;
                o.term = 2;
                o.vote = 1;
                o.leader = 2;
              });
      case LEADER_WITHOUT_ITS_VOTE ->
          seen(
              o -> {
                o.role = RoleName.LEADER;
                o.term = 2;
                o.leader = 1;
              });
      case CANDIDATE_WITH_A_LEADER ->
          seen(
              o -> {
                o.role = RoleName.CANDIDATE;
                o.term = 2;
                o.vote = 1;
                o.leader = 2;
              });
      case CANDIDATE_WITHOUT_ITS_VOTE ->
          seen(
              o -> {
                o.role = RoleName.CANDIDATE;
                o.term = 2;
                o.vote = 3;
              });
      case FOLLOWER_OF_ITSELF -> seen(o -> o.leader = 1);
      case PEER_NEXT_NOT_ABOVE_MATCH -> {
        leads();
        seen(o -> o.peers = List.of(peer(2, 2, 0, 0)));
      }
      case PEER_NEXT_BEYOND_THE_LOG -> {
        leads();
        seen(o -> o.peers = List.of(peer(1, 4, 0, 0)));
      }
      case PEER_TOO_MANY_APPENDS_UNDER_WAY -> {
        leads();
        seen(o -> o.peers = List.of(peer(1, 2, 3, 30)));
      }
      case PEER_TOO_MANY_BYTES_UNDER_WAY -> {
        leads();
        seen(o -> o.peers = List.of(peer(1, 2, 2, 500)));
      }
      case TOO_MANY_READYS_OUT -> {
        readyTaken();
        seen(o -> o.hasReady = true);
        checker.taken(says.number(2).value());
      }
      case HAS_READY_IS_FALSE_WITH_A_STATE_TO_WRITE -> seen(o -> o.term = 2);
      case COMMITTED_ENTRIES_ARE_REMOVED -> {
        appended();
        checker.event(new RaftEvent.LogTruncated(2, 3));
      }
      case A_SNAPSHOT_REPLACES_COMMITTED_ENTRIES -> {
        appended();
        checker.event(new RaftEvent.SnapshotAccepted(new LogId(2, 2)));
      }
      case A_MISDELIVERED_MESSAGE_IS_PROCESSED ->
          checker.processed(received(2, m -> m.setTo(3).setVote(Vote.getDefaultInstance())));
      case A_SECOND_LEADER_IS_OBEYED -> {
        appended();
        checker.processed(received(3, m -> m.setHeartbeat(Heartbeat.getDefaultInstance())));
      }
      case A_STRANGERS_ANSWER_IS_PROCESSED ->
          checker.processed(
              received(4, m -> m.setHeartbeatResponse(HeartbeatResponse.getDefaultInstance())));
      case A_DROPPED_MESSAGE_CHANGED_SOMETHING ->
          checker.dropped(now.value(), now.with(o -> o.hasReady = true), 0);
      case A_DROPPED_MESSAGE_CAUSED_EVENTS -> checker.dropped(now.value(), now.value(), 1);
      case AN_APPEND_BEYOND_THE_LIMIT_OF_UNPERSISTED_BYTES -> {
        readyTaken();
        Append append = Append.newBuilder().setPrev(id(2, 3)).addEntries(entry(2, 4)).build();
        checker.processed(received(2, m -> m.setAppend(append)));
      }
      case A_COMMAND_IS_TOO_LARGE -> {
        leads();
        checker.proposed(3, List.of(ByteString.copyFrom(new byte[9])));
      }
      case TOO_MANY_BYTES_UNCOMMITTED -> {
        leads();
        checker.proposed(3, List.of(ByteString.copyFrom(new byte[4])));
        checker.proposed(4, List.of(ByteString.copyFrom(new byte[7])));
      }
      case TOO_MANY_ENTRIES_UNCOMMITTED -> {
        leads();
        checker.proposed(3, List.of(ByteString.EMPTY));
        checker.proposed(6, List.of(ByteString.EMPTY, ByteString.EMPTY, ByteString.EMPTY));
      }
      case A_READY_WITHOUT_HAS_READY -> checker.taken(says.hardState(1, 0, 1).value());
      case NUMBER_OF_THE_READY -> {
        appended();
        checker.taken(says.number(2).value());
      }
      case AN_EMPTY_READY -> {
        seen(o -> o.hasReady = true);
        checker.taken(says.value());
      }
      case MUST_SYNC -> {
        appended();
        says.mustSync = false;
        checker.taken(says.value());
      }
      case THE_READY_DOES_NOT_WRITE_ALL -> {
        appended();
        checker.taken(says.entries(entry(2, 2)).value());
      }
      case HARD_STATE_OF_THE_READY -> {
        appended();
        checker.taken(says.hardState(2, 0, 1).value());
      }
      case HARD_STATE_SAID_TWICE -> {
        seen(o -> o.hasReady = true);
        checker.taken(says.hardState(1, 0, 1).value());
      }
      case A_CHANGE_OF_A_NEWER_VERSION_IS_HANDED_OUT -> {
        persisted();
        ConfChange change = ConfChange.newBuilder().setTransitionValue(5).build();
        says.number(2).mustSync();
        checker.taken(
            says.committed(
                    entry(2, 2).toBuilder()
                        .setType(EntryType.ENTRY_TYPE_CONF_CHANGE)
                        .setData(change.toByteString())
                        .build())
                .value());
      }
      case A_PAGE_GOES_ON_AFTER_A_CHANGE -> {
        persisted();
        says.number(2).mustSync();
        Entry change = entry(2, 2).toBuilder().setType(EntryType.ENTRY_TYPE_CONF_CHANGE).build();
        checker.taken(says.committed(change, entry(2, 3)).value());
      }
      case A_CONFIGURATION_COMES_WITH_A_SNAPSHOT_OR_A_CHANGE -> {
        appended();
        says.confState = Optional.of(VOTERS);
        checker.taken(says.value());
      }
      case A_SNAPSHOT_GOES_BACK -> {
        snapshotAccepted();
        checker.taken(says.snapshot(1).value());
      }
      case A_SNAPSHOT_IS_COMMITTED -> {
        snapshotAccepted();
        checker.taken(says.snapshot(10).value());
      }
      case A_SNAPSHOT_BEGINS_THE_LOG -> {
        snapshotAccepted();
        checker.taken(says.snapshot(8).value());
      }
      case ENTRIES_ALONG_WITH_A_SNAPSHOT -> {
        snapshotAccepted();
        checker.taken(says.committed(entry(2, 2)).value());
      }
      case THE_CONFIGURATION_OF_A_SNAPSHOT -> {
        snapshotAccepted();
        says.confState = Optional.of(ConfState.getDefaultInstance());
        checker.taken(says.value());
      }
      case ENTRIES_LEAVE_A_HOLE -> {
        appended();
        checker.taken(says.entries(entry(2, 3)).value());
      }
      case ENTRIES_ARE_NOT_CONTIGUOUS -> {
        appended();
        checker.taken(says.entries(entry(2, 2), entry(2, 4)).value());
      }
      case TERMS_FALL_ALONG_THE_LOG -> {
        appended();
        checker.taken(says.entries(entry(2, 2), entry(1, 3)).value());
      }
      case A_COMMITTED_ENTRY_IS_REPLACED -> {
        persisted();
        checker.taken(says.number(2).entries(entry(1, 2), entry(2, 3)).mustSync().value());
      }
      case COMMITTED_ENTRIES_IN_ORDER_ONCE -> {
        persisted();
        checker.taken(says.number(2).committed(entry(2, 3)).value());
      }
      case HANDED_OUT_AND_NOT_COMMITTED -> {
        persisted();
        checker.taken(says.number(2).committed(entry(2, 2), entry(2, 3)).value());
      }
      case HANDED_OUT_AND_NOT_PERSISTED -> {
        appended();
        checker.taken(says.committed(entry(2, 2)).value());
      }
      case HANDED_OUT_ANOTHER_ENTRY -> {
        persisted();
        checker.event(new RaftEvent.LogTruncated(3, 3));
        seen(
            o -> {
              o.term = 3;
              o.leader = 3;
              o.lastTerm = 3;
              o.commit = 3;
              o.persisted = 2;
            });
        says.number(2).hardState(3, 0, 3).entries(entry(3, 3)).mustSync();
        checker.taken(says.committed(entry(2, 2), entry(2, 3)).value());
      }
      case HANDED_OUT_TOO_MUCH -> {
        persisted();
        seen(o -> o.commit = 3);
        says.number(2).hardState(2, 0, 3);
        checker.taken(says.committed(entry(2, 2), entry(2, 3)).value());
      }
      case TOO_MANY_MESSAGES_WAIT -> {
        appended();
        checker.taken(says.after(pong(2), pong(2), pong(2)).value());
      }
      case TOO_MANY_BYTES_OF_MESSAGES_WAIT -> {
        appended();
        Propose propose = Propose.newBuilder().addData(ByteString.copyFrom(new byte[150])).build();
        Message message = message(0, m -> m.setPropose(propose));
        checker.taken(says.messages(message, message).value());
      }
      case A_MESSAGE_OF_A_TERM_THAT_IS_NOT_DURABLE -> {
        appended();
        checker.taken(says.messages(pong(2)).value());
      }
      case A_PROMISE_BEFORE_THE_WRITE -> {
        appended();
        checker.taken(says.messages(accepted(1, 1, 1)).value());
      }
      case ADDRESS_OF_A_MESSAGE -> {
        appended();
        checker.taken(says.after(pong(2).toBuilder().setFrom(2).build()).value());
      }
      case TERM_OF_A_MESSAGE -> {
        appended();
        checker.taken(says.after(pong(3)).value());
      }
      case COMMIT_OF_A_HEARTBEAT -> {
        appended();
        Heartbeat heartbeat = Heartbeat.newBuilder().setCommit(3).build();
        checker.taken(says.after(message(2, m -> m.setHeartbeat(heartbeat))).value());
      }
      case A_SNAPSHOT_FROM_NO_LEADER -> {
        appended();
        checker.taken(says.after(installSnapshot(1)).value());
      }
      case A_SNAPSHOT_OF_WHAT_IS_NOT_COMMITTED -> {
        leads();
        says.number(2).entries(entry(2, 2)).mustSync();
        checker.taken(says.messages(installSnapshot(2)).value());
      }
      case LAST_ENTRY_OF_A_TIMEOUT_NOW -> {
        leads();
        says.number(2).entries(entry(2, 2)).mustSync();
        TimeoutNow order = TimeoutNow.newBuilder().setLast(id(2, 9)).build();
        checker.taken(says.messages(message(2, m -> m.setTimeoutNow(order))).value());
      }
      case AN_APPEND_FROM_NO_LEADER -> {
        appended();
        checker.taken(says.after(append(a -> a.setPrev(id(1, 1)))).value());
      }
      case PREVIOUS_ENTRY_OF_AN_APPEND -> {
        leads();
        says.number(2).entries(entry(2, 2)).mustSync();
        checker.taken(says.messages(append(a -> a.setPrev(id(2, 1)))).value());
      }
      case ENTRY_OF_AN_APPEND -> {
        leads();
        says.number(2).entries(entry(2, 2)).mustSync();
        checker.taken(
            says.messages(append(a -> a.setPrev(id(1, 1)).addEntries(entry(1, 2)))).value());
      }
      case SIZE_OF_AN_APPEND -> {
        leads();
        seen(o -> o.last = 3);
        says.number(2).entries(entry(2, 2), entry(2, 3)).mustSync();
        checker.taken(
            says.messages(
                    append(
                        a -> a.setPrev(id(1, 1)).addEntries(entry(2, 2)).addEntries(entry(2, 3))))
                .value());
      }
      case COMMIT_OF_AN_APPEND -> {
        leads();
        says.number(2).entries(entry(2, 2)).mustSync();
        checker.taken(says.messages(append(a -> a.setPrev(id(1, 1)).setCommit(2))).value());
      }
      case A_MESSAGE_OF_A_TERM_THAT_IS_NOT_DURABLE_AFTER_THE_WRITE ->
          checker.written(says.after(pong(2)).value());
      case A_CAMPAIGN_WITH_ENTRIES_THAT_ARE_NOT_DURABLE -> {
        Vote vote = Vote.newBuilder().setLast(id(2, 2)).build();
        checker.written(says.hardState(2, 1, 1).after(message(2, m -> m.setVote(vote))).value());
      }
      case A_VOTE_THAT_IS_NOT_DURABLE ->
          checker.written(says.hardState(2, 0, 1).after(granted(2)).value());
      case TWO_VOTES_IN_ONE_TERM -> {
        checker.written(says.hardState(2, 2, 1).after(granted(2)).value());
        checker.written(says.hardState(2, 3, 1).after(granted(3)).value());
      }
      case A_COMMIT_THAT_IS_NOT_DURABLE -> checker.written(says.after(accepted(1, 1, 2)).value());
      case AN_ACKNOWLEDGEMENT_NOT_DURABLE -> checker.written(says.after(accepted(1, 2, 1)).value());
    }
  }

  // The way to where something can break.

  private void seen(Consumer<Seen> change) {
    checker.observed(now.with(change));
  }

  /** Node 2 leads in term 2 and has sent the entries 2 and 3, of which 2 is committed. */
  private void appended() {
    seen(
        o -> {
          o.term = 2;
          o.leader = 2;
          o.last = 3;
          o.lastTerm = 2;
          o.commit = 2;
          o.hasReady = true;
        });
    says.hardState(2, 0, 2).entries(entry(2, 2), entry(2, 3)).mustSync();
  }

  private void readyTaken() {
    appended();
    checker.taken(says.value());
    seen(o -> o.hasReady = false);
  }

  private void persisted() {
    readyTaken();
    checker.written(says.value());
    checker.acknowledged(says.value());
    says.clear();
    seen(
        o -> {
          o.persisted = 3;
          o.hasReady = true;
        });
  }

  /** The node was elected in term 2, and has appended entry 2. */
  private void leads() {
    seen(
        o -> {
          o.role = RoleName.CANDIDATE;
          o.term = 2;
          o.vote = 1;
          o.hasReady = true;
        });
    checker.taken(says.hardState(2, 1, 1).mustSync().value());
    checker.written(says.value());
    checker.acknowledged(says.value());
    says.clear();
    seen(
        o -> {
          o.role = RoleName.LEADER;
          o.leader = 1;
          o.last = 2;
          o.lastTerm = 2;
          o.peers = List.of(peer(1, 2, 0, 0));
        });
  }

  /** Node 2 leads in term 2 and has sent a snapshot at 9. */
  private void snapshotAccepted() {
    checker.event(new RaftEvent.SnapshotAccepted(new LogId(2, 9)));
    seen(
        o -> {
          o.term = 2;
          o.leader = 2;
          o.first = 10;
          o.last = 9;
          o.lastTerm = 2;
          o.commit = 9;
          o.hasReady = true;
        });
    says.hardState(2, 0, 9).snapshot(9).mustSync();
  }

  // Values.

  private static Observation.Peer peer(long match, long next, int inflight, long bytes) {
    return new Observation.Peer(2, PeerStatus.State.REPLICATE, match, next, inflight, bytes);
  }

  /** An entry of 12 bytes. */
  private static Entry entry(long term, long index) {
    return Entry.newBuilder()
        .setTerm(term)
        .setIndex(index)
        .setType(EntryType.ENTRY_TYPE_COMMAND)
        .setData(ByteString.copyFrom(new byte[4]))
        .build();
  }

  private static EntryId id(long term, long index) {
    return EntryId.newBuilder().setTerm(term).setIndex(index).build();
  }

  private static Message message(long term, UnaryOperator<Message.Builder> body) {
    return body.apply(Message.newBuilder().setFrom(1).setTo(2).setTerm(term)).build();
  }

  private static Message received(long from, UnaryOperator<Message.Builder> body) {
    return body.apply(Message.newBuilder().setFrom(from).setTo(1).setTerm(2)).build();
  }

  private static Message append(UnaryOperator<Append.Builder> fields) {
    Append append = fields.apply(Append.newBuilder()).build();
    return message(2, m -> m.setAppend(append));
  }

  private static Message pong(long term) {
    return message(term, m -> m.setHeartbeatResponse(HeartbeatResponse.getDefaultInstance()));
  }

  private static Message accepted(long term, long match, long commit) {
    AppendResponse response =
        AppendResponse.newBuilder()
            .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(match))
            .setCommit(commit)
            .build();
    return message(term, m -> m.setAppendResponse(response));
  }

  private static Message granted(long to) {
    VoteResponse response =
        VoteResponse.newBuilder().setGranted(VoteResponse.Granted.getDefaultInstance()).build();
    return message(2, m -> m.setTo(to).setVoteResponse(response));
  }

  private static Message installSnapshot(long index) {
    InstallSnapshot install = InstallSnapshot.newBuilder().setSnapshot(snapshot(index)).build();
    return message(2, m -> m.setInstallSnapshot(install));
  }

  private static Snapshot snapshot(long index) {
    return Snapshot.newBuilder()
        .setMetadata(SnapshotMetadata.newBuilder().setIndex(index).setTerm(2).setConfState(VOTERS))
        .build();
  }

  /** An observation in the making; it begins as that of a follower after the bootstrap. */
  private static final class Seen {
    private RoleName role = RoleName.FOLLOWER;
    private long term = 1;
    private long vote;
    private long leader;
    private long first = 2;
    private long last = 1;
    private long lastTerm = 1;
    private long persisted = 1;
    private long commit = 1;
    private long applied = 1;
    private List<Observation.Peer> peers = List.of();
    private long lostUpTo;
    private boolean hasReady;

    Observation with(Consumer<Seen> change) {
      change.accept(this);
      return value();
    }

    Observation value() {
      return new Observation(
          role, term, vote, leader, first, last, lastTerm, persisted, commit, applied, VOTERS,
          peers, 0, lostUpTo, hasReady);
    }
  }

  /** A Ready in the making. */
  private static final class Says {
    private long number = 1;
    private Optional<HardState> hardState = Optional.empty();
    private List<Entry> entries = List.of();
    private Optional<Snapshot> snapshot = Optional.empty();
    private boolean mustSync;
    private List<Message> messages = List.of();
    private List<Message> after = List.of();
    private List<Entry> committed = List.of();
    private Optional<ConfState> confState = Optional.empty();

    void clear() {
      hardState = Optional.empty();
      entries = List.of();
      mustSync = false;
    }

    Says number(long value) {
      number = value;
      return this;
    }

    Says hardState(long term, long vote, long commit) {
      hardState =
          Optional.of(HardState.newBuilder().setTerm(term).setVote(vote).setCommit(commit).build());
      return this;
    }

    Says entries(Entry... values) {
      entries = List.of(values);
      return this;
    }

    Says snapshot(long index) {
      snapshot = Optional.of(LocalInvariantsTest.snapshot(index));
      confState = Optional.of(VOTERS);
      return this;
    }

    Says mustSync() {
      mustSync = true;
      return this;
    }

    Says messages(Message... values) {
      messages = List.of(values);
      return this;
    }

    Says after(Message... values) {
      after = List.of(values);
      return this;
    }

    Says committed(Entry... values) {
      committed = List.of(values);
      return this;
    }

    Taken value() {
      return new Taken(
          number, hardState, entries, snapshot, mustSync, messages, after, committed, confState,
          List.of(), List.of());
    }
  }
}
