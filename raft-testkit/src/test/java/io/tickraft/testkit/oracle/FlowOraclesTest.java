package io.tickraft.testkit.oracle;

import static io.tickraft.testkit.oracle.Histories.candidate;
import static io.tickraft.testkit.oracle.Histories.durable;
import static io.tickraft.testkit.oracle.Histories.entry;
import static io.tickraft.testkit.oracle.Histories.follower;
import static io.tickraft.testkit.oracle.Histories.leader;
import static io.tickraft.testkit.oracle.Histories.message;
import static io.tickraft.testkit.oracle.Histories.violated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracles of what nodes send, of the limits, and of what a Ready is. */
class FlowOraclesTest {

  private static final String IN_FLIGHT = "appends in flight";
  private static final String LIMITS = "limits";
  private static final String TRUTH = "messages tell the truth";

  private final GhostLogs logs = new GhostLogs();
  private final CommittedLog committed = new CommittedLog(logs);
  private final Disks disks = new Disks();
  private final ElectionSafety elections = new ElectionSafety();
  private final LeaderProgress progress = new LeaderProgress(disks);
  private long number;

  private Oracles oracles = new Oracles(List.of());

  @BeforeEach
  void open() {
    judge(
        elections,
        progress,
        new AppendFlow(),
        new MessageContents(logs, committed, elections, progress),
        new Limits(),
        new UnchangedReadys());
  }

  private void judge(Oracle... judges) {
    List<Oracle> all = new ArrayList<>(List.of(logs, disks, committed));
    all.addAll(List.of(judges));
    oracles = new Oracles(all);
    for (long node = 1; node <= 3; node++) {
      oracles.configured(
          node,
          RaftConfig.builder(node)
              .maxInflightAppends(2)
              .maxInflightBytes(100)
              .maxAppendBytes(40)
              .maxUncommittedBytes(10)
              .maxUncommittedEntries(3)
              .maxCommittedBytesPerReady(40)
              .maxOutboxMessages(2)
              .maxOutstandingReadys(1)
              .maxPendingReads(1)
              .build());
      oracles.opened(node, MemoryStorage.bootstrapped(1, 2, 3));
      oracles.stepped(follower(node, 1).view());
    }
    oracles.appended(1, List.of(entry(2, 2, "a")));
    oracles.stepped(leading().view());
  }

  private static ViewOf leading() {
    return leader(1, 2).vote(1).last(2, 2);
  }

  private static PeerStatus.Builder peer(PeerStatus.State state, long match, long next) {
    return PeerStatus.builder(2, state, match, next);
  }

  private ReadyOf ready() {
    return new ReadyOf(++number);
  }

  private void take(ReadyOf ready) {
    oracles.taken(1, ready.view(), durable(2, 1, entry(2, 2, "a")));
  }

  private void send(Message.Builder message) {
    take(ready().now(message.setFrom(1).build()));
  }

  private static Message.Builder append(EntryId prev, Entry... entries) {
    return message(2).setAppend(Append.newBuilder().setPrev(prev).addAllEntries(List.of(entries)));
  }

  private static EntryId id(long term, long index) {
    return EntryId.newBuilder().setTerm(term).setIndex(index).build();
  }

  private static Message.Builder heartbeat(long commit) {
    return message(2).setHeartbeat(Heartbeat.newBuilder().setCommit(commit));
  }

  // Appends in flight.

  @Test
  void eachStateOfAMemberIsRightWithWhatBelongsToIt() {
    assertThatCode(
            () -> {
              oracles.stepped(leading().peer(peer(PeerStatus.State.PROBE, 0, 2).build()).view());
              oracles.stepped(leading().peer(2, 0, 1, 0).view());
              oracles.stepped(
                  leading()
                      .commit(2)
                      .peer(peer(PeerStatus.State.SNAPSHOT, 0, 1).snapshot(2, 1, 1).build())
                      .view());
            })
        .doesNotThrowAnyException();
  }

  @Test
  void whatIsInFlightToAProbedMemberIsSeen() {
    PeerStatus peer = peer(PeerStatus.State.PROBE, 0, 2).inflight(1, 9).build();
    violated(IN_FLIGHT, () -> oracles.stepped(leading().peer(peer).view()));
  }

  @Test
  void aGapBetweenMatchAndNextWithNothingInFlightIsSeen() {
    violated(IN_FLIGHT, () -> oracles.stepped(leading().peer(2, 0, 3, 0).view()));
  }

  @Test
  void tooManyAppendsInFlightAreSeen() {
    violated(IN_FLIGHT, () -> oracles.stepped(leading().peer(2, 0, 3, 3).view()));
  }

  @Test
  void aSnapshotOfWhatTheMemberHoldsOrNobodyHasCommittedIsSeen() {
    PeerStatus needless = peer(PeerStatus.State.SNAPSHOT, 0, 1).snapshot(0, 1, 1).build();
    violated(IN_FLIGHT, () -> oracles.stepped(leading().peer(needless).view()));
    PeerStatus early = peer(PeerStatus.State.SNAPSHOT, 0, 1).snapshot(2, 1, 1).build();
    violated(IN_FLIGHT, () -> oracles.stepped(leading().peer(early).view()));
  }

  @Test
  void aSecondAppendToAProbedMemberThatWasNotHeardIsSeen() {
    oracles.stepped(leading().peer(peer(PeerStatus.State.PROBE, 0, 2).build()).view());
    send(append(id(1, 1), entry(2, 2, "a")));
    oracles.received(1, message(2).setFrom(2).setTo(1).setAppendResponse(rejected()).build());
    send(append(id(1, 1), entry(2, 2, "a")));
    violated(IN_FLIGHT, () -> send(append(id(1, 1), entry(2, 2, "a"))));
  }

  private static AppendResponse.Builder rejected() {
    return AppendResponse.newBuilder().setRejected(AppendResponse.Rejected.getDefaultInstance());
  }

  @Test
  void anAppendBeyondTheLimitOfBytesIsSeenUnlessItIsTheFirstBeyondIt() {
    Message.Builder append = append(id(1, 1), entry(2, 2, "a"));
    int bytes = append.getAppend().getSerializedSize();
    PeerStatus first = peer(PeerStatus.State.REPLICATE, 0, 3).inflight(2, 99L + bytes).build();
    oracles.stepped(leading().peer(first).view());
    assertThatCode(() -> send(append)).doesNotThrowAnyException();
    PeerStatus second = peer(PeerStatus.State.REPLICATE, 0, 3).inflight(2, 100L + bytes).build();
    oracles.stepped(leading().peer(second).view());
    violated(IN_FLIGHT, () -> send(append));
  }

  // Contents of messages.

  @Test
  void whatIsInTheSendersLogIsRight() {
    assertThatCode(
            () -> {
              send(append(id(1, 1), entry(2, 2, "a")));
              send(append(id(2, 2)));
              send(heartbeat(0));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void anAppendThatFollowsAnotherEntryThanTheLogHoldsIsSeen() {
    violated(TRUTH, () -> send(append(id(1, 2))));
    violated(TRUTH, () -> send(append(id(2, 3))));
  }

  @Test
  void anAppendWithOtherEntriesThanTheLogHoldsIsSeen() {
    violated(TRUTH, () -> send(append(id(1, 1), entry(1, 2, "a"))));
    violated(TRUTH, () -> send(append(id(1, 1), entry(2, 3, "a"))));
  }

  @Test
  void aCommitIndexAboveTheSendersIsSeen() {
    violated(
        TRUTH,
        () -> send(message(2).setAppend(Append.newBuilder().setPrev(id(2, 2)).setCommit(2))));
    violated(
        TRUTH, () -> send(message(2).setAppendResponse(AppendResponse.newBuilder().setCommit(2))));
    violated(TRUTH, () -> send(heartbeat(2)));
  }

  @Test
  void aHeartbeatWithACommitIndexThatItsReceiverHasNotAcknowledgedIsSeen() {
    violated(TRUTH, () -> send(heartbeat(1)));
    oracles.sent(
        message(2)
            .setFrom(2)
            .setTo(1)
            .setAppendResponse(
                AppendResponse.newBuilder()
                    .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(1)))
            .build(),
        durable(2, 0));
    assertThatCode(() -> send(heartbeat(1))).doesNotThrowAnyException();
  }

  @Test
  void aSnapshotBeyondTheCommitIndexIsSeen() {
    violated(
        TRUTH,
        () ->
            send(
                message(2)
                    .setInstallSnapshot(
                        InstallSnapshot.newBuilder()
                            .setSnapshot(
                                Snapshot.newBuilder()
                                    .setMetadata(
                                        SnapshotMetadata.newBuilder().setIndex(2).setTerm(2))))));
  }

  @Test
  void aCandidateThatNamesAnotherLastEntryIsSeen() {
    oracles.stepped(candidate(1, 3).last(2, 2).view());
    assertThatCode(() -> send(message(3).setVote(Vote.newBuilder().setLast(id(2, 2)))))
        .doesNotThrowAnyException();
    violated(TRUTH, () -> send(message(3).setVote(Vote.newBuilder().setLast(id(1, 1)))));
  }

  @Test
  void anEntryThatIsNamedAsCommittedAndIsNotIsSeen() {
    violated(
        TRUTH,
        () -> send(message(2).setVoteResponse(VoteResponse.newBuilder().setCommit(id(2, 1)))));
  }

  @Test
  void aMessageToItsSenderIsSeen() {
    violated(
        TRUTH,
        () ->
            send(message(2).setTo(1).setHeartbeatResponse(HeartbeatResponse.getDefaultInstance())));
  }

  // Limits.

  @Test
  void oneUncommittedCommandMayHaveAnySize() {
    oracles.appended(1, List.of(entry(2, 2, "a command of many bytes")));
    assertThatCode(() -> oracles.stepped(leading().view())).doesNotThrowAnyException();
  }

  @Test
  void tooManyUncommittedBytesAreSeen() {
    oracles.appended(1, List.of(entry(2, 3, "0123456789")));
    violated(LIMITS, () -> oracles.stepped(leading().last(2, 3).view()));
    assertThatCode(() -> oracles.stepped(leading().last(2, 3).commit(2).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void tooManyUncommittedCommandsAreSeen() {
    oracles.appended(1, List.of(entry(2, 3, ""), entry(2, 4, ""), entry(2, 5, "")));
    violated(LIMITS, () -> oracles.stepped(leading().last(2, 5).view()));
  }

  @Test
  void aFollowersUncommittedCommandsAreNotLimited() {
    oracles.appended(2, List.of(entry(2, 2, "a"), entry(2, 3, "0123456789")));
    assertThatCode(() -> oracles.stepped(follower(2, 2).last(2, 3).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void anAppendOfSeveralEntriesAboveTheLimitIsSeen() {
    judge(elections, new Limits());
    Entry large = entry(2, 2, "0123456789012345678901234567890123456789");
    assertThatCode(() -> send(append(id(1, 1), large))).doesNotThrowAnyException();
    violated(LIMITS, () -> send(append(id(1, 1), large, entry(2, 3, ""))));
  }

  @Test
  void anOutboxAboveTheLimitIsSeen() {
    ReadyOf full = ready().now(heartbeat(0).build()).now(heartbeat(0).build());
    assertThatCode(() -> take(full)).doesNotThrowAnyException();
    ReadyOf above =
        ready().now(heartbeat(0).build()).now(heartbeat(0).build()).later(heartbeat(0).build());
    violated(LIMITS, () -> take(above));
  }

  @Test
  void tooManyOutstandingReadysAreSeen() {
    ReadyOf first = ready().hardState(2, 1, 1);
    take(first);
    oracles.persisted(1, first.view());
    take(ready().hardState(2, 1, 1));
    take(ready().now(heartbeat(0).build()));
    violated(LIMITS, () -> take(ready().hardState(2, 1, 2)));
  }

  @Test
  void tooManyBytesBeingAppliedAreSeen() {
    take(ready().committed(entry(2, 2, "0123456789012345678901234567890123456789")));
    violated(LIMITS, () -> take(ready().committed(entry(2, 3, ""))));
    oracles.stepped(leading().commit(2).applied(2).view());
    assertThatCode(() -> take(ready().committed(entry(2, 3, "")))).doesNotThrowAnyException();
  }

  @Test
  void tooManyPendingReadsAreSeen() {
    oracles.readRequested(1, ByteString.EMPTY, new ReadResult.Accepted());
    oracles.readRequested(1, ByteString.EMPTY, new ReadResult.Accepted());
    assertThatCode(() -> take(ready().read(new ReadState.Confirmed(ByteString.EMPTY, 1))))
        .doesNotThrowAnyException();
    oracles.readRequested(1, ByteString.EMPTY, new ReadResult.Accepted());
    violated(LIMITS, () -> take(ready()));
  }

  // Readys.

  @Test
  void aReadyThatChangesAfterItWasTakenIsSeen() {
    ReadyOf ready = ready().now(heartbeat(0).build());
    take(ready);
    assertThatCode(() -> oracles.persisted(1, ready.view())).doesNotThrowAnyException();
    ReadyOf other = ready().now(heartbeat(0).build());
    take(other);
    other.now(heartbeat(0).build());
    violated("Readys never change", () -> oracles.written(1, other.view(), durable(2, 1)));
    violated("Readys never change", () -> oracles.persisted(1, other.view()));
  }

  @Test
  void readysWithoutEndAreSeen() {
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < 1_000; k++) {
        take(ready().now(heartbeat(0).build()));
      }
      oracles.ticked(1);
    }
    for (int k = 0; k < 1_000; k++) {
      take(ready().now(heartbeat(0).build()));
    }
    violated("Readys come to an end", () -> take(ready().now(heartbeat(0).build())));
  }

  // The leader's own log.

  @Test
  void aLeaderThatReplacesAnEntryOfItsLogIsSeen() {
    judge(new LeaderCompleteness(logs, committed));
    oracles.appended(1, List.of(entry(2, 3, "b")));
    assertThatCode(() -> oracles.stepped(leading().last(2, 3).view())).doesNotThrowAnyException();
    oracles.appended(1, List.of(entry(2, 3, "other")));
    violated("leader append-only", () -> oracles.stepped(leading().last(2, 3).view()));
  }

  @Test
  void aLeaderThatAppendsAnEntryOfAnotherTermIsSeen() {
    judge(new LeaderCompleteness(logs, committed));
    oracles.appended(1, List.of(entry(3, 3, "b")));
    violated("leader append-only", () -> oracles.stepped(leading().last(3, 3).view()));
  }

  @Test
  void anEntryOfALaterTermThanTheNodesIsSeen() {
    judge(new Monotonicity());
    violated("order of indexes", () -> oracles.stepped(follower(2, 2).last(3, 2).view()));
  }

  // Collections of the oracles.

  @Test
  void valuesAreFoundByAnyId() {
    ByNode<List<Long>> values = new ByNode<>(node -> new ArrayList<>(List.of(node)));
    for (long node : new long[] {0, 1, 7, 8, 63, 64, 1L << 40, -1}) {
      assertThat(values.get(node)).isNull();
      assertThat(values.of(node)).containsExactly(node).isSameAs(values.get(node));
    }
    values.put(64, List.of());
    assertThat(values.of(64)).isEmpty();
  }

  @Test
  void sizesAreASumOverARange() {
    Sizes sizes = new Sizes();
    for (long index = 1; index <= 100; index++) {
      sizes.add(index, index);
      sizes.removeTo(index - 3);
      assertThat(sizes.count()).isEqualTo((int) Math.min(index, 3));
      assertThat(sizes.sum()).isEqualTo(index < 3 ? index * (index + 1) / 2 : 3 * index - 3);
    }
    sizes.removeFrom(99);
    assertThat(sizes.sum()).isEqualTo(98);
    for (long index = 99; index <= 200; index++) {
      sizes.add(index, 1);
    }
    assertThat(sizes.count()).isEqualTo(103);
    assertThat(sizes.sum()).isEqualTo(98 + 102);
    sizes.clear();
    assertThat(sizes.sum()).isZero();
    assertThat(sizes.count()).isZero();
  }
}
