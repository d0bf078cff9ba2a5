package io.tickraft.core;

import static io.tickraft.core.Messages.install;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import io.tickraft.proto.Append;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.Propose;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The text of everything. */
final class RaftTextTest {

  /** A message in protobuf's own text format, and below it what is shown. */
  private static final String MESSAGES =
      """
      from: 1 to: 2 term: 3 append { }
          1→2 Append t3 prev (0,0) [] commit 0
      from: 1 to: 2 term: 3 append { prev { index: 5 term: 2 } entries { term: 3 index: 6 type: ENTRY_TYPE_COMMAND data: "a" } entries { term: 3 index: 7 type: ENTRY_TYPE_NO_OP } commit: 4 }
          1→2 Append t3 prev (2,5) [(3,6) "a", (3,7) no-op] commit 4
      from: 1 to: 2 term: 3 append_response { }
          1→2 AppendResponse t3 only my term
      from: 1 to: 2 term: 3 append_response { accepted { match: 7 } commit: 4 }
          1→2 AppendResponse t3 accepted 7 commit 4
      from: 1 to: 2 term: 3 append_response { rejected { prev_index: 5 hint { index: 4 term: 2 } } commit: 1 }
          1→2 AppendResponse t3 rejected prev 5 hint (2,4) commit 1
      from: 1 to: 2 term: 3 append_response { rejected { prev_index: 5 wants_snapshot: true } }
          1→2 AppendResponse t3 rejected prev 5 wants snapshot commit 0
      from: 1 to: 2 term: 3 heartbeat { commit: 4 round: 2 }
          1→2 Heartbeat t3 commit 4 round 2
      from: 1 to: 2 term: 3 heartbeat { quiesce: true }
          1→2 Heartbeat t3 commit 0 round 0 quiesce
      from: 1 to: 2 term: 3 heartbeat_response { }
          1→2 HeartbeatResponse t3 only my term
      from: 1 to: 2 term: 3 heartbeat_response { round: 2 quiesced: true }
          1→2 HeartbeatResponse t3 round 2 quiesced
      from: 1 to: 2 term: 3 vote { last { index: 5 term: 2 } commit { index: 4 term: 1 } }
          1→2 Vote t3 last (2,5) committed (1,4)
      from: 1 to: 2 term: 3 vote { priority: 1 transfer: true }
          1→2 Vote t3 last (0,0) committed (0,0) priority 1 transfer
      from: 1 to: 2 term: 3 vote_response { }
          1→2 VoteResponse t3 no result committed (0,0)
      from: 1 to: 2 term: 3 vote_response { granted { } commit { index: 4 term: 1 } }
          1→2 VoteResponse t3 granted committed (1,4)
      from: 1 to: 2 term: 3 vote_response { rejected { reason: VOTE_REJECT_REASON_ALREADY_VOTED } }
          1→2 VoteResponse t3 rejected: already voted committed (0,0)
      from: 1 to: 2 term: 3 pre_vote { campaign_term: 4 last { index: 5 term: 2 } commit { index: 4 term: 1 } priority: 1 }
          1→2 PreVote t3 campaign t4 last (2,5) committed (1,4) priority 1
      from: 1 to: 2 term: 3 pre_vote_response { }
          1→2 PreVoteResponse t3 campaign t0 no result committed (0,0)
      from: 1 to: 2 term: 3 pre_vote_response { campaign_term: 4 granted { } commit { index: 4 term: 1 } }
          1→2 PreVoteResponse t3 campaign t4 granted committed (1,4)
      from: 1 to: 2 term: 3 pre_vote_response { rejected { reason: VOTE_REJECT_REASON_STALE_TERM } }
          1→2 PreVoteResponse t3 campaign t0 rejected: stale term committed (0,0)
      from: 1 to: 2 term: 3 install_snapshot { snapshot { metadata { index: 5 term: 2 conf_state { voters: 1 voters: 2 voters: 3 } } } attempt: 1 }
          1→2 InstallSnapshot t3 snapshot (2,5) voters {1,2,3} attempt 1
      from: 1 to: 2 term: 3 install_snapshot { snapshot { metadata { index: 5 term: 2 conf_state { voters: 1 } } data: "x" } attempt: 4 }
          1→2 InstallSnapshot t3 snapshot (2,5) voters {1} "x" attempt 4
      from: 1 to: 2 term: 3 install_snapshot_response { }
          1→2 InstallSnapshotResponse t3 only my term snapshot (0,0)
      from: 1 to: 2 term: 3 install_snapshot_response { attempt: 1 snapshot { index: 5 term: 2 } installed { match: 6 } }
          1→2 InstallSnapshotResponse t3 installed 6 snapshot (2,5) attempt 1
      from: 1 to: 2 term: 3 install_snapshot_response { attempt: 1 snapshot { index: 5 term: 2 } refused { reason: SNAPSHOT_REFUSE_REASON_BUSY } }
          1→2 InstallSnapshotResponse t3 refused: busy snapshot (2,5) attempt 1
      from: 1 to: 2 term: 3 timeout_now { last { index: 7 term: 3 } }
          1→2 TimeoutNow t3 last (3,7)
      from: 1 to: 2 term: 3 timeout_now_response { last { index: 7 term: 3 } refused { reason: REASON_LOG_DIFFERS } }
          1→2 TimeoutNowResponse t3 rejected: log differs last (3,7)
      from: 1 to: 2 propose { request { incarnation: 1 sequence: 9 } data: "a" data: "b" }
          1→2 Propose request 1.9 ["a", "b"]
      from: 1 to: 2 propose_response { request { incarnation: 1 sequence: 9 } accepted { first { index: 8 term: 3 } count: 2 } }
          1→2 ProposeResponse request 1.9 accepted (3,8) count 2
      from: 1 to: 2 propose_response { request { incarnation: 1 sequence: 9 } rejected { reason: PROPOSE_REJECT_REASON_NOT_LEADER leader: 3 } }
          1→2 ProposeResponse request 1.9 rejected: not leader leader 3
      from: 1 to: 2 read_index { request { incarnation: 1 sequence: 9 } }
          1→2 ReadIndex request 1.9
      from: 1 to: 2 read_index_response { request { incarnation: 1 sequence: 9 } ready { index: 7 } }
          1→2 ReadIndexResponse request 1.9 ready 7
      from: 1 to: 2 read_index_response { request { incarnation: 1 sequence: 9 } aborted { reason: READ_ABORT_REASON_TIMED_OUT } }
          1→2 ReadIndexResponse request 1.9 aborted: timed out
      from: 1 to: 2 transfer_leader { request { incarnation: 1 sequence: 9 } target: 3 }
          1→2 TransferLeader request 1.9 target 3
      from: 1 to: 2 transfer_leader_response { request { incarnation: 1 sequence: 9 } started { } }
          1→2 TransferLeaderResponse request 1.9 started
      from: 1 to: 2 transfer_leader_response { request { incarnation: 1 sequence: 9 } rejected { } }
          1→2 TransferLeaderResponse request 1.9 rejected
      from: 1 to: 2 term: 3 group: 5 heartbeat { }
          1→2 Heartbeat t3 g5 commit 0 round 0
      from: 1
          1→0 NoBody
      """;

  static Stream<Arguments> messages() throws TextFormat.ParseException {
    List<String> lines = MESSAGES.lines().toList();
    Stream.Builder<Arguments> rows = Stream.builder();
    for (int i = 0; i < lines.size(); i += 2) {
      rows.add(arguments(message(lines.get(i)), lines.get(i + 1).strip()));
    }
    return rows.build();
  }

  private static Message message(String text) throws TextFormat.ParseException {
    Message.Builder message = Message.newBuilder();
    TextFormat.merge(text, message);
    return message.build();
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("messages")
  void aMessageIsOneLine(Message message, String text) {
    assertThat(RaftText.of(message)).isEqualTo(text);
  }

  @Test
  void everyKindOfMessageIsInTheTable() throws TextFormat.ParseException {
    assertThat(messages().map(row -> ((Message) row.get()[0]).getBodyCase()))
        .containsAll(Arrays.asList(Message.BodyCase.values()));
  }

  @Test
  void manyEntriesAreCutShort() {
    List<Entry> nine = LongStream.rangeClosed(1, 9).mapToObj(i -> entry(1, i, "")).toList();
    assertThat(RaftText.of(nine.subList(0, 8)))
        .isEqualTo("[(1,1), (1,2), (1,3), (1,4), (1,5), (1,6), (1,7), (1,8)]");
    assertThat(RaftText.of(nine)).isEqualTo("[(1,1), (1,2), (1,3), (1,4), … 4 more …, (1,9)]");
  }

  @Test
  void anEntryShowsTypeAndData() {
    assertThat(RaftText.of(entry(3, 6, ""))).isEqualTo("(3,6)");
    assertThat(RaftText.of(entry(3, 6, "say \"a\""))).isEqualTo("(3,6) \"say \\\"a\\\"\"");
    assertThat(RaftText.of(bytes("A=2\n\tB=\\\r"))).isEqualTo("\"A=2\\n\\tB=\\\\\\r\"");
    assertThat(RaftText.of(entry(3, 6, "0123456789".repeat(5))))
        .isEqualTo("(3,6) \"012345678901234567890123\"… (50 bytes)");
    assertThat(RaftText.of(ByteString.copyFrom(new byte[] {0, (byte) 255}))).isEqualTo("0x00ff");
    assertThat(RaftText.of(bytes(" ~"))).isEqualTo("\" ~\"");
    assertThat(RaftText.of(bytes("\u001f"))).isEqualTo("0x1f");
    assertThat(RaftText.of(bytes("\u007f"))).isEqualTo("0x7f");
    assertThat(RaftText.of(changeEntry(bytes("c")))).isEqualTo("(1,2) change \"c\"");
    assertThat(RaftText.of(Entry.newBuilder().setTypeValue(77).build())).isEqualTo("(0,0) type 77");
  }

  @Test
  void aMembershipChangeShowsItsPartsAndHowItIsMade() {
    assertThat(RaftText.of(ConfChanges.addVoter(4).build())).isEqualTo("{add voter 4}");
    assertThat(RaftText.of(ConfChanges.addLearner(4).remove(1).jointImplicit().build()))
        .isEqualTo("{add learner 4, remove 1} joint implicit");
    assertThat(RaftText.of(ConfChanges.remove(1).jointExplicit().context(bytes("host:1")).build()))
        .isEqualTo("{remove 1} joint explicit \"host:1\"");
    assertThat(RaftText.of(ConfChanges.leave())).isEqualTo("{leave}");
    assertThat(RaftText.of(changeEntry(ConfChanges.leave().toByteString())))
        .isEqualTo("(1,2) change {leave}");
    // What no leader takes is shown as it is.
    assertThat(
            RaftText.of(
                ConfChanges.leave().toBuilder()
                    .addAllChanges(ConfChanges.remove(1).build().getChangesList())
                    .build()))
        .isEqualTo("{remove 1, leave}");
    assertThat(RaftText.of(ConfChange.getDefaultInstance())).isEqualTo("{} unspecified");
  }

  @Test
  void readStates() {
    assertThat(RaftText.of(new ReadState.Confirmed(bytes("a"), 7)))
        .isEqualTo("read \"a\": confirmed at 7");
    assertThat(RaftText.of(new ReadState.Aborted(bytes("a"), ReadState.Reason.NOT_LEADER, 2)))
        .isEqualTo("read \"a\": aborted, not leader, leader 2");
    assertThat(RaftText.of(new ReadState.Aborted(bytes("a"), ReadState.Reason.TIMED_OUT, 0)))
        .isEqualTo("read \"a\": aborted, timed out");
  }

  @Test
  void outcomes() {
    assertThat(RaftText.of(new Outcome.TransferEnded(2, Outcome.TransferEnd.TIMED_OUT, 0)))
        .isEqualTo("transfer to 2: timed out");
    assertThat(RaftText.of(new Outcome.TransferRejected(2, TransferResult.Reason.NOT_A_VOTER, 1)))
        .isEqualTo("transfer to 2: rejected, not a voter, leader 1");
    assertThat(RaftText.of(new Outcome.ChangeImpossible(new LogId(2, 5), "it cannot be left")))
        .isEqualTo("change (2,5) impossible: it cannot be left");
  }

  @Test
  void aHardStateAndAConfigurationAreOneLine() {
    assertThat(RaftText.of(hardState(3, 1, 4))).isEqualTo("term 3 vote 1 commit 4");
    assertThat(
            RaftText.of(
                ConfState.newBuilder()
                    .addVoters(1)
                    .addLearners(4)
                    .addVotersOutgoing(2)
                    .addLearnersNext(2)
                    .setAutoLeave(true)
                    .build()))
        .isEqualTo("voters {1} learners {4} outgoing {2} learners next {2} auto-leave");
  }

  @Test
  void aReadyShowsWhatAHostDoesInItsOrder() {
    Host host = Host.on(Wire.storage(hardState(2, 0, 2), voters(1, 2), 1, 1));
    host.node.step(Messages.append(2, 3, 1, 3, 3, List.of(entry(3, 4, "a"))));
    assertThat(RaftText.of(host.node.ready()))
        .isEqualTo(
            """
            Ready #1, must sync
              persist: [(3,4) "a"]
              persist: term 3 vote 0 commit 3
              then send: 1→2 AppendResponse t3 accepted 4 commit 3
              apply: [(1,2) "e1.2", (1,3) "e1.3"]""");
  }

  @Test
  void aReadyShowsSnapshotAndConfiguration() {
    Host host = Host.on(new MemoryStorage());
    host.node.step(install(2, 3, snapshot(2, 5, voters(1, 3)), 1));
    assertThat(RaftText.of(host.node.ready()))
        .isEqualTo(
            """
            Ready #1, must sync
              persist: snapshot (2,5) voters {1,3} "state at 5"
              persist: term 3 vote 0 commit 5
              then send: 1→2 InstallSnapshotResponse t3 installed 5 snapshot (2,5) attempt 1
              configuration: voters {1,3}""");
  }

  @Test
  void aReadyShowsWhatMayLeaveAtOnceAndOutcomes() {
    Host host = Host.leader();
    host.node.transferLeadership(2);
    host.node.readIndex(bytes("r"));
    host.node.step(Messages.heartbeat(3, 5, 0, 1));
    assertThat(RaftText.of(host.node.ready()))
        .isEqualTo(
            """
            Ready #6, must sync
              send: 1→2 TimeoutNow t2 last (2,2)
              persist: term 5 vote 0 commit 2
              then send: 1→3 HeartbeatResponse t5 round 1
              outcome: read "r": aborted, not leader, leader 3
              outcome: transfer to 2: aborted, leader 3""");
  }

  private static Entry changeEntry(ByteString data) {
    return Entry.newBuilder()
        .setTerm(1)
        .setIndex(2)
        .setType(EntryType.ENTRY_TYPE_CONF_CHANGE)
        .setData(data)
        .build();
  }

  // Events.

  private static final Message HEARTBEAT = Messages.heartbeat(2, 3, 4, 1);

  static Stream<Arguments> events() {
    return Stream.of(
        arguments(
            new RaftEvent.MessageDropped(HEARTBEAT, DropReason.STALE_TERM),
            "dropped, stale term: 2→1 Heartbeat t3 commit 4 round 1"),
        arguments(
            new RaftEvent.OutgoingDropped(HEARTBEAT, DropReason.OUTBOX_LIMIT),
            "not sent, outbox limit: 2→1 Heartbeat t3 commit 4 round 1"),
        arguments(
            new RaftEvent.RoleChanged(3, RoleName.FOLLOWER, RoleName.PRE_CANDIDATE),
            "pre-candidate in term 3, was follower"),
        arguments(
            new RaftEvent.RoleChanged(4, RoleName.FOLLOWER, RoleName.FOLLOWER),
            "follower in term 4"),
        arguments(new RaftEvent.LeaderChanged(3, 2), "leader 2 in term 3"),
        arguments(new RaftEvent.LeaderChanged(3, 0), "no leader known in term 3"),
        arguments(
            new RaftEvent.CampaignRefused(3, RaftEvent.CampaignRefused.Reason.NOT_A_VOTER),
            "campaign refused, not a voter in term 3"),
        arguments(
            new RaftEvent.PersistOverdue(3, 20),
            "persisting overdue: 3 Readys outstanding, the oldest for 20 ticks"),
        arguments(
            new RaftEvent.ApplyOverdue(9, 7, 20), "applying overdue: 7 of 9 applied, for 20 ticks"),
        arguments(
            new RaftEvent.RemovalLikely(2, 9),
            "probably removed from the group: not a member for 2, which has committed 9"),
        arguments(new RaftEvent.VoteAnswered(3, 2, true), "vote granted to 2 in term 3"),
        arguments(new RaftEvent.VoteAnswered(3, 2, false), "vote refused to 2 in term 3"),
        arguments(new RaftEvent.PreVoteAnswered(4, 2, true), "pre-vote granted to 2 for term 4"),
        arguments(
            new RaftEvent.SteppedDown(3, RaftEvent.SteppedDown.Reason.QUORUM_LOST),
            "stepped down, quorum lost in term 3"),
        arguments(new RaftEvent.LogTruncated(5, 7), "uncommitted entries 5..7 removed"),
        arguments(
            new RaftEvent.StateLost(2, 5, 9),
            "lost entries: the log ends at 5, leader 2 has seen it reach 9: no votes, no campaign, no"
                + " reads until it reaches 9"),
        arguments(new RaftEvent.StateRegained(9), "lost entries regained: the log reaches 9"),
        arguments(
            new RaftEvent.SnapshotTooLarge(3, new LogId(2, 7), 2_147_483_647),
            "snapshot (2,7) too large for 3: no message can carry its 2147483647 bytes"),
        arguments(new RaftEvent.SnapshotAccepted(new LogId(2, 5)), "snapshot (2,5) accepted"),
        arguments(
            new RaftEvent.ConfigurationChanged(voters(1, 2)),
            "configuration in effect: voters {1,2}"),
        arguments(
            new RaftEvent.ReplicationChanged(2, PeerStatus.State.PROBE, PeerStatus.State.REPLICATE),
            "replication to 2: replicate, was probe"),
        arguments(
            new RaftEvent.ForwardAnswered(2, true), "forwarded proposal accepted by leader 2"),
        arguments(
            new RaftEvent.ForwardAnswered(2, false), "forwarded proposal rejected by leader 2"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("events")
  void anEventIsOneLine(RaftEvent event, String text) {
    assertThat(RaftText.of(event)).isEqualTo(text);
  }

  @Test
  void everyKindOfEventIsInTheTable() {
    assertThat(events().<Class<?>>map(row -> row.get()[0].getClass()))
        .containsAll(List.of(RaftEvent.class.getPermittedSubclasses()));
  }

  // Bounds.

  private static final ByteString LARGE = bytes(16 << 20);

  static Stream<Arguments> large() {
    Entry large = entry(Long.MAX_VALUE, Long.MAX_VALUE, LARGE);
    ConfChange manyChanges = manyChanges(100_000);
    Entry largeChange =
        large.toBuilder()
            .setType(EntryType.ENTRY_TYPE_CONF_CHANGE)
            .setData(ConfChanges.remove(1).context(LARGE).build().toByteString())
            .build();
    Entry longChange = largeChange.toBuilder().setData(manyChanges(1_000).toByteString()).build();
    ConfState manyVoters = voters(LongStream.rangeClosed(1, 100_000).toArray());
    Message.Builder message = Messages.message(2, 3);
    return Stream.of(
        arguments("an entry", RaftText.of(large)),
        arguments("a change with a context", RaftText.of(largeChange)),
        arguments("many changes", RaftText.of(manyChanges)),
        arguments(
            "many entries",
            RaftText.of(
                message
                    .setAppend(
                        Append.newBuilder().addAllEntries(Collections.nCopies(10_000, large)))
                    .build())),
        arguments(
            "entries with many changes",
            RaftText.of(
                message
                    .setAppend(
                        Append.newBuilder().addAllEntries(Collections.nCopies(8, longChange)))
                    .build())),
        arguments(
            "a proposal",
            RaftText.of(
                message
                    .setPropose(Propose.newBuilder().addAllData(Collections.nCopies(10_000, LARGE)))
                    .build())),
        arguments("a snapshot", RaftText.of(install(2, 3, snapshot(2, 5, manyVoters), 1))),
        arguments("a configuration", RaftText.of(manyVoters)),
        arguments("an outcome", RaftText.of(problem("x".repeat(1 << 20)))),
        arguments("a read", RaftText.of(new ReadState.Confirmed(LARGE, 5))));
  }

  private static ConfChange manyChanges(int count) {
    ConfChanges.Builder change = ConfChanges.addLearner(Long.MAX_VALUE).jointExplicit();
    for (int i = 1; i < count; i++) {
      change.addLearner(Long.MAX_VALUE);
    }
    return change.build();
  }

  @Test
  void whatIsCutShortSaysSo() {
    assertThat(RaftText.of(problem("x".repeat(300)))).endsWith(": " + "x".repeat(300));
    assertThat(RaftText.of(problem("x".repeat(301)))).endsWith(": " + "x".repeat(300) + "…");
    assertThat(RaftText.of(voters(LongStream.rangeClosed(1, 32).toArray())))
        .endsWith(",16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32}");
    assertThat(RaftText.of(voters(LongStream.rangeClosed(1, 33).toArray())))
        .endsWith(",15,16,… 16 more …,33}");
  }

  private static Outcome problem(String text) {
    return new Outcome.ChangeImpossible(new LogId(2, 5), text);
  }

  @Test
  void aChangeOfMoreThan64KibibytesIsNotParsed() {
    int around = ConfChanges.remove(1).context(bytes(65_000)).build().getSerializedSize() - 65_000;
    ConfChange fits = ConfChanges.remove(1).context(bytes(65_536 - around)).build();
    ConfChange doesNot = ConfChanges.remove(1).context(bytes(65_537 - around)).build();

    assertThat(RaftText.of(changeEntry(fits.toByteString())))
        .startsWith("(1,2) change {remove 1} ");
    assertThat(RaftText.of(changeEntry(doesNot.toByteString())))
        .startsWith("(1,2) change 0x")
        .endsWith("… (65537 bytes)");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("large")
  void aLineIsShortWhateverIsShown(String what, String text) {
    assertThat(text).as(what).hasSizeLessThanOrEqualTo(RaftText.MAX_LINE).doesNotContain("\n");
  }
}
