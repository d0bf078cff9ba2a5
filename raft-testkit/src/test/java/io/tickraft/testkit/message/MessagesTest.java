package io.tickraft.testkit.message;

import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.heartbeat;
import static io.tickraft.testkit.message.Messages.heartbeatResponse;
import static io.tickraft.testkit.message.Messages.installSnapshot;
import static io.tickraft.testkit.message.Messages.installSnapshotResponse;
import static io.tickraft.testkit.message.Messages.message;
import static io.tickraft.testkit.message.Messages.preVote;
import static io.tickraft.testkit.message.Messages.preVoteResponse;
import static io.tickraft.testkit.message.Messages.propose;
import static io.tickraft.testkit.message.Messages.proposeAccepted;
import static io.tickraft.testkit.message.Messages.proposeRejected;
import static io.tickraft.testkit.message.Messages.readIndex;
import static io.tickraft.testkit.message.Messages.readIndexAborted;
import static io.tickraft.testkit.message.Messages.readIndexReady;
import static io.tickraft.testkit.message.Messages.timeoutNow;
import static io.tickraft.testkit.message.Messages.timeoutNowRefused;
import static io.tickraft.testkit.message.Messages.transferLeader;
import static io.tickraft.testkit.message.Messages.transferLeaderRejected;
import static io.tickraft.testkit.message.Messages.transferLeaderStarted;
import static io.tickraft.testkit.message.Messages.vote;
import static io.tickraft.testkit.message.Messages.voteResponse;
import static io.tickraft.testkit.message.Values.entries;
import static io.tickraft.testkit.message.Values.entry;
import static io.tickraft.testkit.message.Values.noOp;
import static io.tickraft.testkit.message.Values.request;
import static io.tickraft.testkit.message.Values.snapshot;
import static io.tickraft.testkit.message.Values.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tickraft.core.DropReason;
import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;
import io.tickraft.proto.ProposeRejectReason;
import io.tickraft.proto.ReadAbortReason;
import io.tickraft.proto.SnapshotRefuseReason;
import io.tickraft.proto.TimeoutNowResponse;
import io.tickraft.proto.TransferRejectReason;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.testkit.fixture.NodeFixture;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the builders build, as its text shows it. */
final class MessagesTest {

  private static final Envelope TO_2 = fromNode(1).to(2).term(3);
  private static final Envelope NO_TERM = fromNode(1).to(2);

  static final List<Arguments> MESSAGES =
      List.of(
          arguments(append(TO_2), "1→2 Append t3 prev (0,0) [] commit 0"),
          arguments(
              append(TO_2).prev(2, 5).entries(entry(3, 6, "a"), noOp(3, 7)).commit(4),
              "1→2 Append t3 prev (2,5) [(3,6) \"a\", (3,7) no-op] commit 4"),
          arguments(
              append(TO_2).entries(entries(1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3)),
              "1→2 Append t3 prev (0,0) [(1,1), (1,2), (1,3), (1,4), … 5 more …, (3,10)] commit 0"),
          arguments(appendResponse(TO_2), "1→2 AppendResponse t3 only my term"),
          arguments(
              appendResponse(TO_2).accepted(7).commit(4),
              "1→2 AppendResponse t3 accepted 7 commit 4"),
          arguments(
              appendResponse(TO_2).rejected(5, 2, 4).commit(1),
              "1→2 AppendResponse t3 rejected prev 5 hint (2,4) commit 1"),
          arguments(
              appendResponse(TO_2).wantsSnapshot(5),
              "1→2 AppendResponse t3 rejected prev 5 wants snapshot commit 0"),
          arguments(heartbeat(TO_2).commit(4).round(2), "1→2 Heartbeat t3 commit 4 round 2"),
          arguments(heartbeat(TO_2).quiesce(), "1→2 Heartbeat t3 commit 0 round 0 quiesce"),
          arguments(heartbeatResponse(TO_2), "1→2 HeartbeatResponse t3 only my term"),
          arguments(
              heartbeatResponse(TO_2).round(2).quiesced(),
              "1→2 HeartbeatResponse t3 round 2 quiesced"),
          arguments(
              vote(TO_2).last(2, 5).committed(1, 4), "1→2 Vote t3 last (2,5) committed (1,4)"),
          arguments(
              vote(TO_2).priority(1).transfer(),
              "1→2 Vote t3 last (0,0) committed (0,0) priority 1 transfer"),
          arguments(voteResponse(TO_2), "1→2 VoteResponse t3 no result committed (0,0)"),
          arguments(
              voteResponse(TO_2).granted().committed(1, 4),
              "1→2 VoteResponse t3 granted committed (1,4)"),
          arguments(
              voteResponse(TO_2).rejected(VoteRejectReason.VOTE_REJECT_REASON_ALREADY_VOTED),
              "1→2 VoteResponse t3 rejected: already voted committed (0,0)"),
          arguments(
              preVote(TO_2).campaignTerm(4).last(2, 5).committed(1, 4).priority(1),
              "1→2 PreVote t3 campaign t4 last (2,5) committed (1,4) priority 1"),
          arguments(
              preVoteResponse(TO_2),
              "1→2 PreVoteResponse t3 campaign t0 no result committed (0,0)"),
          arguments(
              preVoteResponse(TO_2).campaignTerm(4).granted().committed(1, 4),
              "1→2 PreVoteResponse t3 campaign t4 granted committed (1,4)"),
          arguments(
              preVoteResponse(TO_2).rejected(VoteRejectReason.VOTE_REJECT_REASON_STALE_TERM),
              "1→2 PreVoteResponse t3 campaign t0 rejected: stale term committed (0,0)"),
          arguments(
              installSnapshot(TO_2, snapshot(2, 5, 3, 1, 2)),
              "1→2 InstallSnapshot t3 snapshot (2,5) voters {1,2,3} attempt 1"),
          arguments(
              installSnapshot(TO_2, snapshot(2, 5, voters(1), "x")).attempt(4),
              "1→2 InstallSnapshot t3 snapshot (2,5) voters {1} \"x\" attempt 4"),
          arguments(
              installSnapshotResponse(TO_2),
              "1→2 InstallSnapshotResponse t3 only my term snapshot (0,0)"),
          arguments(
              installSnapshotResponse(TO_2).attempt(1).snapshot(2, 5).installed(6),
              "1→2 InstallSnapshotResponse t3 installed 6 snapshot (2,5) attempt 1"),
          arguments(
              installSnapshotResponse(TO_2)
                  .attempt(1)
                  .snapshot(2, 5)
                  .refused(SnapshotRefuseReason.SNAPSHOT_REFUSE_REASON_BUSY),
              "1→2 InstallSnapshotResponse t3 refused: busy snapshot (2,5) attempt 1"),
          arguments(timeoutNow(TO_2, 3, 7), "1→2 TimeoutNow t3 last (3,7)"),
          arguments(
              timeoutNowRefused(TO_2, 3, 7, TimeoutNowResponse.Reason.REASON_LOG_DIFFERS),
              "1→2 TimeoutNowResponse t3 rejected: log differs last (3,7)"),
          arguments(
              propose(NO_TERM, request(1, 9), "a", "b"), "1→2 Propose request 1.9 [\"a\", \"b\"]"),
          arguments(
              proposeAccepted(NO_TERM, request(1, 9), 3, 8, 2),
              "1→2 ProposeResponse request 1.9 accepted (3,8) count 2"),
          arguments(
              proposeRejected(
                  NO_TERM, request(1, 9), ProposeRejectReason.PROPOSE_REJECT_REASON_NOT_LEADER, 3),
              "1→2 ProposeResponse request 1.9 rejected: not leader leader 3"),
          arguments(readIndex(NO_TERM, request(1, 9)), "1→2 ReadIndex request 1.9"),
          arguments(
              readIndexReady(NO_TERM, request(1, 9), 7),
              "1→2 ReadIndexResponse request 1.9 ready 7"),
          arguments(
              readIndexAborted(
                  NO_TERM, request(1, 9), ReadAbortReason.READ_ABORT_REASON_TIMED_OUT, 0),
              "1→2 ReadIndexResponse request 1.9 aborted: timed out"),
          arguments(
              transferLeader(NO_TERM, request(1, 9), 3), "1→2 TransferLeader request 1.9 target 3"),
          arguments(
              transferLeaderStarted(NO_TERM, request(1, 9)),
              "1→2 TransferLeaderResponse request 1.9 started"),
          arguments(
              transferLeaderRejected(
                  NO_TERM,
                  request(1, 9),
                  TransferRejectReason.TRANSFER_REJECT_REASON_UNSPECIFIED,
                  0),
              "1→2 TransferLeaderResponse request 1.9 rejected"),
          arguments(
              heartbeat(fromNode(1).to(2).term(3).group(5)),
              "1→2 Heartbeat t3 g5 commit 0 round 0"),
          arguments(message(Message.newBuilder().setFrom(1).build()), "1→0 NoBody"));

  @ParameterizedTest
  @FieldSource("MESSAGES")
  void aBuilderBuildsWhatItSays(MessageBuilder message, String text) {
    assertThat(message).hasToString(text);
    assertThat(RaftText.of(message.build())).isEqualTo(text);
  }

  @Test
  void everyKindIsInTheTable() {
    assertThat(MESSAGES.stream().map(row -> ((MessageBuilder) row.get()[0]).build().getBodyCase()))
        .containsAll(Arrays.asList(Message.BodyCase.values()));
  }

  @ParameterizedTest
  @MethodSource("wholeMessages")
  void whatTheFactoriesBuildIsWellFormed(MessageBuilder message) {
    NodeFixture node = NodeFixture.node(2).voters(1, 2).log(1, 2, 2, 2).term(3).asFollower(1);
    node.step(message);
    assertThat(node.drops())
        .doesNotContain(
            DropReason.MALFORMED,
            DropReason.UNKNOWN_ENTRY_TYPE,
            DropReason.MISDELIVERED,
            DropReason.BAD_SENDER);
  }

  /** The rows that are no samples of what is left out. */
  static Stream<MessageBuilder> wholeMessages() {
    return MESSAGES.stream()
        .filter(row -> !((String) row.get()[1]).matches(".*(no result|campaign t0|NoBody).*"))
        .map(row -> (MessageBuilder) row.get()[0]);
  }

  @Test
  void anEnvelopeServesManyMessages() {
    AppendBuilder one = append(TO_2).commit(1);
    one.commit(2);
    assertThat(one).hasToString("1→2 Append t3 prev (0,0) [] commit 1");
    assertThat(TO_2.group(4)).hasToString("1→2 t3 g4");
    assertThat(TO_2).hasToString("1→2 t3");
  }
}
