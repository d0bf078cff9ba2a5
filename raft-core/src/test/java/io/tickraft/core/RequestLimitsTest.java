package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.install;
import static io.tickraft.core.Messages.message;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.rope;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import io.tickraft.proto.ReadAbortReason;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TransferLeader;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is refused because there is no room for it, and what just fits. */
final class RequestLimitsTest {

  private static final ConfChange ADDS_4 = ConfChanges.addVoter(4).build();

  private static Message readAborted(long sequence) {
    return message(2, 0)
        .setReadIndexResponse(
            ReadIndexResponse.newBuilder()
                .setRequest(Messages.request(0, sequence))
                .setAborted(
                    ReadIndexResponse.Aborted.newBuilder()
                        .setReason(ReadAbortReason.READ_ABORT_REASON_NOT_LEADER)))
        .build();
  }

  // Reads.

  @Test
  void aFollowerRefusesOneReadTooMany() {
    Host host = Host.follower(knobs -> knobs.maxPendingReads(2));

    assertThat(host.node.readIndex(bytes("a"))).isEqualTo(new ReadResult.Accepted());
    assertThat(host.node.readIndex(bytes("b"))).isEqualTo(new ReadResult.Accepted());
    assertThat(host.node.readIndex(bytes("c")))
        .isEqualTo(new ReadResult.Rejected(ReadResult.Reason.TOO_MANY, 2));
  }

  @Test
  void readsThatHaveEndedCountUntilTheHostIsTold() {
    Host host = Host.follower(knobs -> knobs.maxPendingReads(2));
    host.node.readIndex(bytes("a"));
    host.settle();
    host.node.step(readAborted(1));
    host.node.readIndex(bytes("b"));

    assertThat(host.node.readIndex(bytes("c")))
        .isEqualTo(new ReadResult.Rejected(ReadResult.Reason.TOO_MANY, 2));
    host.settle();
    assertThat(host.node.readIndex(bytes("c"))).isEqualTo(new ReadResult.Accepted());
  }

  /** The reads that were refused, by who asked. */
  private static List<Long> refusedReads(List<Message> sent) {
    return sent.stream()
        .filter(m -> m.getReadIndexResponse().hasAborted())
        .map(
            m -> {
              assertThat(m.getReadIndexResponse().getAborted().getReason())
                  .isEqualTo(ReadAbortReason.READ_ABORT_REASON_TOO_MANY);
              return m.getTo();
            })
        .toList();
  }

  @Test
  void oneReadThatIsDuplicatedIsOneAndOnesOwnStillHaveRoom() {
    Host host = Host.leader();

    for (int copy = 0; copy < 4096; copy++) {
      host.node.step(Messages.readIndex(99, 1));
    }

    assertThat(host.drops()).hasSize(4095).containsOnly(DropReason.STALE_ANSWER);
    assertThat(host.node.readIndex(bytes("own"))).isEqualTo(new ReadResult.Accepted());
    host.settle();
    List<Message> sent = host.step(Messages.heartbeatResponse(2, 2, 1));
    assertThat(sent).filteredOn(m -> m.getReadIndexResponse().hasReady()).hasSize(1);
    // It is not pending any more, and so it may be asked again.
    host.events.clear();
    host.node.step(Messages.readIndex(99, 1));
    assertThat(host.drops()).isEmpty();
  }

  @Test
  void eachMemberHasAnEqualShareOfTheReadsAndAllStrangersHaveOneTogether() {
    Host host = Host.leader(knobs -> knobs.maxPendingReads(7));

    for (long sequence = 1; sequence <= 3; sequence++) {
      host.node.step(Messages.readIndex(99, sequence));
      host.node.step(Messages.readIndex(98, sequence));
      host.node.step(Messages.readIndex(2, sequence));
    }
    host.node.step(Messages.readIndex(3, 1));

    assertThat(refusedReads(host.settle())).containsExactly(99L, 98L, 99L, 98L, 2L);
    for (int read = 0; read < 7; read++) {
      assertThat(host.node.readIndex(bytes("own"))).isEqualTo(new ReadResult.Accepted());
    }
    assertThat(host.node.readIndex(bytes("own")))
        .isEqualTo(new ReadResult.Rejected(ReadResult.Reason.TOO_MANY, 1));
  }

  @Test
  void readsThatHaveEndedMakeRoomForOthersOfTheSameNode() {
    Host host = Host.leader(knobs -> knobs.maxPendingReads(1).readTimeoutTicks(2));

    host.node.step(Messages.readIndex(3, 1));
    assertThat(refusedReads(host.step(Messages.readIndex(3, 2)))).containsExactly(3L);
    host.step(Messages.heartbeatResponse(2, 2, 1));
    assertThat(refusedReads(host.step(Messages.readIndex(3, 3)))).isEmpty();
    host.ticks(2);
    host.settle();

    assertThat(refusedReads(host.step(Messages.readIndex(3, 4)))).isEmpty();
  }

  @Test
  void aReadThatTheOutboxHasNoRoomForIsRefused() {
    Host host = Host.follower(knobs -> knobs.maxOutboxMessages(1));
    host.node.step(heartbeat(2, 2, 1, 2));

    assertThat(host.node.readIndex(bytes("a")))
        .isEqualTo(new ReadResult.Rejected(ReadResult.Reason.OUTBOX_FULL, 2));
    host.settle();
    host.ticks(100);
    assertThat(host.node.ready().readStates()).isEmpty();
  }

  // Transfers.

  @Test
  void aTransferThatTheOutboxHasNoRoomForIsRefused() {
    Host host = Host.follower(knobs -> knobs.maxOutboxMessages(1));
    host.node.step(heartbeat(2, 2, 1, 2));

    assertThat(host.node.transferLeadership(3))
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.OUTBOX_FULL, 2));
    assertThat(host.status().transferTarget()).isZero();
  }

  private static Message transferAsked(long target) {
    return message(2, 0)
        .setTransferLeader(
            TransferLeader.newBuilder()
                .setRequest(RequestId.newBuilder().setIncarnation(1).setSequence(1))
                .setTarget(target))
        .build();
  }

  @Test
  void aRequestWhoseTransferHasEndedIsNotAnsweredDuringOneOfTheHost() {
    Host host = Host.leader();
    assertThat(host.step(transferAsked(3)))
        .anyMatch(m -> m.getTransferLeaderResponse().hasStarted());
    host.ticks(10);
    host.settle();
    assertThat(host.node.transferLeadership(3)).isEqualTo(new TransferResult.Started(3));

    assertThat(host.step(transferAsked(3))).noneMatch(Message::hasTransferLeaderResponse);
    assertThat(host.drops()).containsExactly(DropReason.STALE_ANSWER);
  }

  @Test
  void aCandidateKnowsNobodyToAskForATransfer() {
    assertThat(Host.candidate().node.transferLeadership(3))
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.NO_LEADER, 0));
  }

  // Proposals.

  @Test
  void forwardedCommandsBeyondWhatOneMessageCanHoldAreRefused() {
    Host host =
        Host.follower(
            knobs ->
                knobs
                    .forwardProposals(true)
                    .maxOutboxBytes(Long.MAX_VALUE)
                    .maxUncommittedBytes(Long.MAX_VALUE));

    // 2 GiB less 128 bytes is what a message has room for, with 6 bytes for each further command.
    List<ByteString> commands =
        Collections.nCopies(2048, rope((1 << 20) - 6).substring(0, (1 << 20) - 6));
    assertThat(host.node.propose(commands))
        .isEqualTo(new ProposeResult.Rejected(ProposeResult.Reason.TOO_LARGE, 2));
  }

  @Test
  void aBatchOfWhichOnlyTheBeginningIsCommittedFreesOnlyThat() {
    Host host = Host.leader(knobs -> knobs.maxUncommittedBytes(30));
    host.node.propose(List.of(bytes(10), bytes(10), bytes(10)));
    host.settle();
    host.step(accepted(2, 2, 3, 2));
    assertThat(host.status().commitIndex()).isEqualTo(3);

    assertThat(host.node.propose(bytes(11)))
        .isEqualTo(new ProposeResult.Rejected(ProposeResult.Reason.UNCOMMITTED_LIMIT, 1));
    assertThat(host.node.propose(bytes(10))).isInstanceOf(ProposeResult.Accepted.class);
  }

  // The own disk.

  /** How much waits for the disk when one command of 10 bytes does. */
  private static long unstable() {
    Host host = Host.leader();
    host.node.propose(bytes(10));
    return host.node.ready().entries().get(0).getSerializedSize();
  }

  @Test
  void whatWaitsForTheLeadersDiskMayJustNotReachItsLimit() {
    Host full = Host.leader(knobs -> knobs.maxUnstableBytes(unstable()));
    full.node.propose(bytes(10));
    assertThat(full.node.propose(bytes(1)))
        .isEqualTo(new ProposeResult.Rejected(ProposeResult.Reason.UNSTABLE_LIMIT, 1));
    assertThat(full.node.proposeConfChange(ADDS_4))
        .isEqualTo(
            new ConfChangeResult.Rejected(
                ConfChangeResult.Reason.UNSTABLE_LIMIT,
                1,
                "too many bytes wait for the leader's disk"));

    Host nearly = Host.leader(knobs -> knobs.maxUnstableBytes(unstable() + 1));
    nearly.node.propose(bytes(10));
    assertThat(nearly.node.propose(bytes(1))).isInstanceOf(ProposeResult.Accepted.class);
  }

  @Test
  void whatWaitsForAFollowersDiskMayJustNotReachItsLimit() {
    long size = entries(2, 2).get(0).getSerializedSize();
    Host full = Host.follower(knobs -> knobs.maxUnstableBytes(size));
    full.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    full.node.step(append(2, 2, 2, 2, 1, entries(3, 2)));
    assertThat(full.drops()).containsExactly(DropReason.UNSTABLE_LIMIT);

    Host nearly = Host.follower(knobs -> knobs.maxUnstableBytes(size + 1));
    nearly.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    nearly.node.step(append(2, 2, 2, 2, 1, entries(3, 2)));
    assertThat(nearly.drops()).isEmpty();
  }

  @Test
  void snapshotsThatWaitToBeAppliedAreBounded() {
    Host host = Host.follower(knobs -> knobs.maxOutstandingReadys(2));
    for (long index = 10; index <= 12; index++) {
      host.node.step(install(2, 2, snapshot(2, index, voters(1, 2, 3)), index));
      if (host.node.hasReady()) {
        host.persist(host.node.ready());
      }
    }
    assertThat(host.drops()).containsExactly(DropReason.UNSTABLE_LIMIT);
    assertThat(host.status().commitIndex()).isEqualTo(11);

    // What is here already is no burden.
    host.node.step(install(2, 2, snapshot(2, 11, voters(1, 2, 3)), 13));
    host.node.applied(10);
    host.node.step(install(2, 2, snapshot(2, 12, voters(1, 2, 3)), 14));
    assertThat(host.drops()).hasSize(1);
    assertThat(host.status().commitIndex()).isEqualTo(12);
  }

  // The outbox.

  @Test
  void messagesThatJustFitAreKept() {
    Host measured = Host.follower();
    measured.node.step(heartbeat(2, 2, 1, 2));
    long size = measured.node.ready().messages().get(0).getSerializedSize();
    Host host = Host.follower(knobs -> knobs.maxOutboxBytes(2 * size));

    host.node.step(heartbeat(2, 2, 1, 3));
    host.node.step(heartbeat(2, 2, 1, 4));
    host.node.step(heartbeat(2, 2, 1, 5));

    assertThat(host.node.ready().messages())
        .extracting(m -> m.getHeartbeatResponse().getRound())
        .containsExactly(3L, 4L);
  }
}
