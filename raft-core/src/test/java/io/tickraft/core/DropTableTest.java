package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.install;
import static io.tickraft.core.Messages.message;
import static io.tickraft.core.Messages.readIndex;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Messages.request;
import static io.tickraft.core.Messages.vote;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.id;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.RaftEvent.MessageDropped;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.TimeoutNowResponse;
import io.tickraft.proto.TransferLeaderResponse;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each reason to drop a message, which changes nothing and is told. */
final class DropTableTest {

  /** The first term that is too far ahead of term 2. */
  private static final long IMPLAUSIBLE = 2 + (1L << 32) + 1;

  private static Arguments drop(
      DropReason reason, String state, Supplier<Host> node, Message message) {
    return Arguments.of(reason, state, node, message);
  }

  private static Host full() {
    Host host = Host.follower(config -> config.maxUnstableBytes(1));
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    return host;
  }

  /** Follows node 2 in term 2, with a log that begins after (2,5). */
  private static Host compacted() {
    MemoryStorage disk = storage(hardState(2, 0, 6), voters(1, 2, 3), 1, 1, 2, 2, 2);
    disk.createSnapshot(5, voters(1, 2, 3), bytes("state"));
    disk.compact(5);
    Host host = Host.on(disk);
    host.step(heartbeat(2, 2, 1, 1));
    host.events.clear();
    return host;
  }

  /** Follows node 2 in term 2, with an entry of that term that is committed. */
  private static Host committed() {
    Host host = Host.follower();
    host.step(append(2, 2, 1, 1, 2, entries(2, 2)));
    host.events.clear();
    return host;
  }

  /** Leads, and asks node 2 for its entry at 2. */
  private static Host probing() {
    Host host = Host.leader();
    host.node.reportUnreachable(2);
    host.settle();
    return host;
  }

  /** Leads, and a read of node 3 waits for a round of heartbeats. */
  private static Host readPending() {
    Host host = Host.leader();
    host.node.step(readIndex(3, 1));
    return host;
  }

  private static Message preVoteGranted(long from) {
    return message(from, 2)
        .setPreVoteResponse(
            PreVoteResponse.newBuilder()
                .setCampaignTerm(3)
                .setGranted(PreVoteResponse.Granted.getDefaultInstance()))
        .build();
  }

  /** Refuses to campaign. */
  private static Message notNow(long from, long term) {
    return message(from, term)
        .setTimeoutNowResponse(
            TimeoutNowResponse.newBuilder()
                .setLast(id(2, 2))
                .setRefused(TimeoutNowResponse.Refused.getDefaultInstance()))
        .build();
  }

  static Stream<Arguments> drops() {
    Message.Builder inTwo = message(2, 2);
    Entry change =
        entries(2, 2).get(0).toBuilder().setType(EntryType.ENTRY_TYPE_CONF_CHANGE).build();
    return Stream.of(
        drop(DropReason.UNKNOWN_BODY, "any", Host::follower, inTwo.build()),
        drop(
            DropReason.MISDELIVERED,
            "any",
            Host::follower,
            heartbeat(2, 2, 1, 1).toBuilder().setTo(2).build()),
        drop(DropReason.BAD_SENDER, "any", Host::follower, heartbeat(1, 2, 1, 1)),
        drop(
            DropReason.OTHER_GROUP,
            "any",
            Host::follower,
            heartbeat(2, 2, 1, 1).toBuilder().setGroup(1).build()),
        drop(DropReason.MALFORMED, "any", Host::follower, heartbeat(2, 0, 1, 1)),
        drop(
            DropReason.MALFORMED,
            "a pre-vote about its own term",
            Host::follower,
            message(2, 2).setPreVote(PreVote.newBuilder().setCampaignTerm(2)).build()),
        drop(
            DropReason.UNKNOWN_ENTRY_TYPE,
            "any",
            Host::follower,
            append(2, 2, 1, 1, 1, List.of(change.toBuilder().setTypeValue(99).build()))),
        drop(
            DropReason.NEWER_VERSION,
            "a snapshot with a configuration of a newer version",
            Host::follower,
            install(
                2,
                3,
                snapshot(
                    2,
                    9,
                    voters(1, 2, 3).toBuilder().setUnknownFields(Wire.unknownField(6)).build()),
                1)),
        drop(
            DropReason.IMPLAUSIBLE_TERM,
            "the term, of a stranger",
            Host::follower,
            heartbeat(99, Long.MAX_VALUE, 1, 1)),
        drop(
            DropReason.IMPLAUSIBLE_TERM,
            "the term, of a member's answer",
            Host::leader,
            accepted(2, IMPLAUSIBLE, 1, 1)),
        drop(
            DropReason.IMPLAUSIBLE_TERM,
            "the campaign term of a pre-vote",
            Host::follower,
            message(2, 2).setPreVote(PreVote.newBuilder().setCampaignTerm(IMPLAUSIBLE)).build()),
        drop(
            DropReason.IMPLAUSIBLE_TERM,
            "the campaign term of a pre-vote's answer",
            Host::follower,
            message(2, 2)
                .setPreVoteResponse(
                    PreVoteResponse.newBuilder()
                        .setCampaignTerm(IMPLAUSIBLE)
                        .setGranted(PreVoteResponse.Granted.getDefaultInstance()))
                .build()),
        drop(
            DropReason.IMPLAUSIBLE_TERM,
            "of a node without a term",
            () -> Host.on(new MemoryStorage()),
            heartbeat(2, IMPLAUSIBLE - 2, 0, 1)),
        drop(
            DropReason.IMPLAUSIBLE_INDEX,
            "the commit index of a leader's heartbeat",
            Host::follower,
            heartbeat(2, 2, 1 + (1L << 48) + 1, 2)),
        drop(
            DropReason.STALE_ANSWER,
            "a read that is pending",
            DropTableTest::readPending,
            readIndex(3, 1)),
        drop(DropReason.STALE_TERM, "an answer", Host::leader, accepted(2, 1, 1, 1)),
        drop(DropReason.STALE_ANSWER, "a vote for no candidate", Host::follower, granted(2, 2)),
        drop(
            DropReason.STALE_ANSWER,
            "an old rejection of a member that is probed",
            DropTableTest::probing,
            rejected(2, 2, 1, 1, 1)),
        drop(
            DropReason.STALE_ANSWER,
            "an answer that says only its term",
            Host::leader,
            message(2, 2).setAppendResponse(AppendResponse.getDefaultInstance()).build()),
        drop(
            DropReason.STALE_ANSWER,
            "a snapshot's answer that says only its term",
            Host::leader,
            message(2, 2)
                .setInstallSnapshotResponse(InstallSnapshotResponse.getDefaultInstance())
                .build()),
        drop(
            DropReason.STALE_ANSWER,
            "a pre-vote's answer for no pre-candidate",
            Host::follower,
            preVoteGranted(2)),
        drop(
            DropReason.STALE_ANSWER,
            "an index for no read",
            Host::follower,
            message(2, 0)
                .setReadIndexResponse(
                    ReadIndexResponse.newBuilder()
                        .setRequest(request(0, 1))
                        .setReady(ReadIndexResponse.Ready.newBuilder().setIndex(1)))
                .build()),
        drop(
            DropReason.STALE_ANSWER,
            "an answer to no transfer",
            Host::follower,
            message(2, 0)
                .setTransferLeaderResponse(
                    TransferLeaderResponse.newBuilder()
                        .setRequest(request(0, 1))
                        .setStarted(TransferLeaderResponse.Started.getDefaultInstance()))
                .build()),
        drop(DropReason.STALE_ANSWER, "a refusal to no order", Host::leader, notNow(2, 2)),
        drop(
            DropReason.STALE_ANSWER,
            "a round that was never sent",
            Host::leader,
            heartbeatResponse(2, 2, 9)),
        drop(DropReason.STRANGER, "a pre-vote's answer", Host::follower, preVoteGranted(9)),
        drop(DropReason.STRANGER, "a refusal", Host::leader, notNow(9, 2)),
        drop(DropReason.STRANGER, "an append's answer", Host::leader, accepted(9, 2, 1, 1)),
        drop(DropReason.STRANGER, "of a later term", Host::leader, accepted(9, 8, 1, 1)),
        drop(DropReason.STRANGER, "a vote's answer", Host::candidate, granted(9, 2)),
        drop(DropReason.STRANGER, "a heartbeat's answer", Host::leader, heartbeatResponse(9, 2, 1)),
        drop(DropReason.WRONG_ROLE, "a refusal", Host::follower, notNow(2, 2)),
        drop(DropReason.WRONG_ROLE, "an append's answer", Host::follower, accepted(2, 2, 1, 1)),
        drop(
            DropReason.WRONG_ROLE,
            "a heartbeat's answer",
            Host::candidate,
            message(2, 2).setHeartbeatResponse(HeartbeatResponse.getDefaultInstance()).build()),
        drop(
            DropReason.CONTRADICTS_COMMITTED,
            "an entry",
            DropTableTest::committed,
            append(3, 3, 1, 1, 1, entries(2, 3))),
        drop(
            DropReason.CONTRADICTS_COMMITTED,
            "the entry before",
            DropTableTest::committed,
            append(3, 3, 3, 2, 1, List.of())),
        drop(
            DropReason.CONTRADICTS_COMMITTED,
            "a later snapshot of an earlier term",
            DropTableTest::committed,
            install(3, 3, snapshot(1, 9, voters(1, 2, 3)), 1)),
        drop(DropReason.LOST_STATE, "a match beyond the log", Host::leader, accepted(2, 2, 9, 1)),
        drop(DropReason.SECOND_LEADER, "a heartbeat", Host::follower, heartbeat(3, 2, 1, 1)),
        drop(
            DropReason.SECOND_LEADER,
            "an append",
            Host::follower,
            append(3, 2, 1, 1, 1, entries(2, 2))),
        drop(DropReason.SECOND_LEADER, "to a leader", Host::leader, heartbeat(3, 2, 1, 1)),
        drop(
            DropReason.SECOND_LEADER,
            "an order to campaign",
            Host::follower,
            message(3, 2).setTimeoutNow(TimeoutNow.newBuilder().setLast(id(2, 1))).build()),
        drop(
            DropReason.CONTRADICTS_COMMITTED,
            "a snapshot right before the log, of another term",
            DropTableTest::compacted,
            install(2, 2, snapshot(1, 5, voters(1, 2, 3)), 1)),
        drop(
            DropReason.CONTRADICTS_COMMITTED,
            "an entry before the log, of a later term than the log begins with",
            DropTableTest::compacted,
            append(3, 3, 1, 1, 1, entries(2, 3))),
        drop(
            DropReason.UNSTABLE_LIMIT,
            "entries",
            DropTableTest::full,
            append(2, 2, 2, 2, 1, entries(3, 2))),
        drop(
            DropReason.LEADER_KNOWN,
            "a vote in a later term",
            () -> Host.follower(knobs -> knobs.checkQuorum(true)),
            vote(3, 3, 1, 1)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("drops")
  void aMessageThatIsDroppedChangesNothingAndIsTold(
      DropReason reason, String state, Supplier<Host> node, Message message) {
    Host host = node.get();
    host.events.clear();
    String before = host.status().toString();

    host.node.step(message);

    assertThat(host.events).as(state).containsExactly(new MessageDropped(message, reason));
    assertThat(host.status()).hasToString(before);
  }

  @Test
  void everyReasonToDropAMessageIsInThisTable() {
    assertThat(drops().map(row -> row.get()[0]).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(DropReason.values())
                .filter(reason -> reason != DropReason.OUTBOX_LIMIT) // of outgoing ones
                .map(Object.class::cast)
                .toList());
  }
}
