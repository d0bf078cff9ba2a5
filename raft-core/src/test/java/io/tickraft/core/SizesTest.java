package io.tickraft.core;

import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.install;
import static io.tickraft.core.Messages.message;
import static io.tickraft.core.Messages.propose;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.rope;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Propose;
import io.tickraft.proto.ProposeRejectReason;
import io.tickraft.proto.Snapshot;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no message can carry does not get in, as protobuf counts a message's bytes in an int. The
 * payloads here are ropes, which take no memory unless somebody copies them.
 */
final class SizesTest {

  private static final long TWO_GIB = 1L << 31;
  private static final int MAX_ENTRY_BYTES = Integer.MAX_VALUE - 128;

  private static final ProposeResult.Rejected TOO_LARGE =
      new ProposeResult.Rejected(ProposeResult.Reason.TOO_LARGE, 1);

  private static ConfChange adds4(ByteString context) {
    return ConfChange.newBuilder()
        .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
        .addChanges(
            ConfChangeSingle.newBuilder()
                .setType(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER)
                .setNode(4))
        .setContext(context)
        .build();
  }

  // Commands.

  @ParameterizedTest
  @ValueSource(longs = {1 + (64 << 20), TWO_GIB - 128, TWO_GIB - 100, TWO_GIB - 20, TWO_GIB - 1})
  void aCommandAboveTheLimitIsRejectedAndTheLogGoesOn(long size) {
    Host host = Host.leader();

    assertThat(host.node.propose(rope(size))).isEqualTo(TOO_LARGE);
    assertThat(host.status().last().index()).isEqualTo(2);
    assertThat(host.node.propose(bytes("a"))).isEqualTo(new ProposeResult.Accepted(2, 3, 3));
  }

  @Test
  void theLargestCommandThatMayBeFitsIntoAnAppend() {
    Host host = Host.leader(knobs -> knobs.maxEntryBytes(MAX_ENTRY_BYTES));

    assertThat(host.node.propose(rope(MAX_ENTRY_BYTES))).isInstanceOf(ProposeResult.Accepted.class);

    Message append = host.node.ready().messages().get(0);
    assertThat(append.getAppend().getEntries(0).getData().size()).isEqualTo(MAX_ENTRY_BYTES);
    assertThat(append.getSerializedSize()).isPositive();
  }

  @Test
  void whatSurroundsAPayloadIsNeverMoreThanIsAllowedForIt() {
    long most = Long.MAX_VALUE;
    Entry entry = entry(most, most, rope(MAX_ENTRY_BYTES));
    Message append =
        append(most, most, most, most, most, List.of(entry)).toBuilder()
            .setTo(most)
            .setGroup(most)
            .build();
    Message forwarded =
        Message.newBuilder()
            .setFrom(most)
            .setTo(most)
            .setGroup(most)
            .setPropose(
                Propose.newBuilder()
                    .setRequest(Messages.request(most, most))
                    .addData(rope(MAX_ENTRY_BYTES)))
            .build();

    assertThat(append.getSerializedSize()).isPositive();
    assertThat(forwarded.getSerializedSize()).isPositive();
  }

  @Test
  void moreCommandsThanAreEverTakenAreRejectedByTheirNumber() {
    List<ByteString> commands = Collections.nCopies(Integer.MAX_VALUE, ByteString.EMPTY);
    Host host = Host.leader();

    assertThat(host.node.propose(commands)).isEqualTo(TOO_LARGE);
    host.node.propose(bytes("a"));
    assertThat(host.node.propose(commands)).isEqualTo(TOO_LARGE);
    assertThat(Host.follower(knobs -> knobs.forwardProposals(true)).node.propose(commands))
        .isEqualTo(new ProposeResult.Rejected(ProposeResult.Reason.TOO_LARGE, 2));
    assertThat(Host.follower().node.propose(commands))
        .isEqualTo(new ProposeResult.Rejected(ProposeResult.Reason.NOT_LEADER, 2));
  }

  @Test
  void asManyCommandsAsMayBeUncommittedAreTakenTogether() {
    List<ByteString> two = List.of(bytes("a"), bytes("b"));

    assertThat(Host.leader(knobs -> knobs.maxUncommittedEntries(2)).node.propose(two))
        .isEqualTo(new ProposeResult.Accepted(2, 3, 4));
    Host one = Host.leader(knobs -> knobs.maxUncommittedEntries(1));
    assertThat(one.node.propose(two)).isEqualTo(TOO_LARGE);
    assertThat(one.node.propose(bytes("a"))).isEqualTo(new ProposeResult.Accepted(2, 3, 3));
  }

  @Test
  void aFollowerDoesNotForwardWhatItsOwnLimitsExclude() {
    Host host = Host.follower(knobs -> knobs.forwardProposals(true).maxEntryBytes(10));

    assertThat(host.node.propose(bytes(11)))
        .isEqualTo(new ProposeResult.Rejected(ProposeResult.Reason.TOO_LARGE, 2));
    assertThat(host.settle()).isEmpty();
    assertThat(host.node.propose(bytes(10))).isInstanceOf(ProposeResult.Forwarded.class);
  }

  // Forwarded proposals.

  private static ProposeRejectReason refusal(Host host, Message proposal) {
    return host.step(proposal).stream()
        .filter(Message::hasProposeResponse)
        .findFirst()
        .orElseThrow()
        .getProposeResponse()
        .getRejected()
        .getReason();
  }

  @Test
  void aForwardedBatchIsBoundByTheLimitsHoweverLittleIsUncommitted() {
    Message flood =
        message(99, 0)
            .setPropose(
                Propose.newBuilder()
                    .setRequest(Messages.request(0, 1))
                    .addAllData(Collections.nCopies(5_000_000, ByteString.EMPTY)))
            .build();

    assertThat(refusal(Host.leader(), flood))
        .isEqualTo(ProposeRejectReason.PROPOSE_REJECT_REASON_FORWARDING_OFF);
    Host host = Host.leader(knobs -> knobs.acceptForwardedProposals(true));
    assertThat(refusal(host, flood)).isEqualTo(ProposeRejectReason.PROPOSE_REJECT_REASON_TOO_LARGE);
    assertThat(host.status().last().index()).isEqualTo(2);
  }

  @Test
  void aForwardedCommandIsBoundByTheLeadersOwnLimit() {
    Host host = Host.leader(knobs -> knobs.acceptForwardedProposals(true).maxEntryBytes(10));

    assertThat(refusal(host, propose(3, bytes(11))))
        .isEqualTo(ProposeRejectReason.PROPOSE_REJECT_REASON_TOO_LARGE);
    assertThat(host.status().last().index()).isEqualTo(2);
  }

  // Membership changes.

  @ParameterizedTest
  @ValueSource(longs = {64 << 20, TWO_GIB - 40, TWO_GIB - 15})
  void aChangeWithALargeContextIsRejectedAndNotCopied(long size) {
    Host host = Host.leader();

    ConfChangeResult result = host.node.proposeConfChange(adds4(rope(size)));

    // Beside the context: tag and length of it, 4 and 2 bytes of change and transition, 2 more.
    assertThat(result)
        .isInstanceOfSatisfying(
            ConfChangeResult.Rejected.class,
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(ConfChangeResult.Reason.TOO_LARGE);
              assertThat(rejected.problem())
                  .startsWith("the change has ")
                  .endsWith(" bytes, and maxEntryBytes is 67108864");
            });
    assertThat(host.node.proposeConfChange(adds4(bytes("address"))))
        .isInstanceOf(ConfChangeResult.Accepted.class);
  }

  @Test
  void aChangeOfJustTheLargestSizeIsTaken() {
    ConfChange change = adds4(bytes(300));
    int size = change.getSerializedSize();

    assertThat(Host.leader(knobs -> knobs.maxEntryBytes(size)).node.proposeConfChange(change))
        .isInstanceOf(ConfChangeResult.Accepted.class);
    assertThat(Host.leader(knobs -> knobs.maxEntryBytes(size - 1)).node.proposeConfChange(change))
        .isEqualTo(
            new ConfChangeResult.Rejected(
                ConfChangeResult.Reason.TOO_LARGE,
                1,
                "the change has " + size + " bytes, and maxEntryBytes is " + (size - 1)));
  }

  @Test
  void aChangeThatHasNoSerializedFormIsMisuseAndTheNodeGoesOn() {
    Host host = Host.leader();

    assertThatThrownBy(() -> host.node.proposeConfChange(adds4(rope(TWO_GIB - 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "change: its serialized form has 2147483661 bytes, and protobuf's limit is 2^31 - 1");
    assertThat(host.node.propose(bytes("a"))).isInstanceOf(ProposeResult.Accepted.class);
  }

  // What others send.

  @Test
  void anEntryAboveTheOwnLimitIsTakenFromALeader() {
    Host host = Host.follower(knobs -> knobs.maxEntryBytes(10));

    host.step(append(2, 2, 1, 1, 1, List.of(entry(2, 2, bytes(11)))));

    assertThat(host.status().last().index()).isEqualTo(2);
  }

  @Test
  void whatNoMessageCanCarryIsMalformed() {
    Host host = Host.leader(knobs -> knobs.acceptForwardedProposals(true));
    Snapshot large =
        snapshot(2, 9, voters(1, 2, 3)).toBuilder().setData(rope(TWO_GIB - 30)).build();

    host.node.step(append(2, 3, 2, 2, 1, List.of(entry(3, 3, rope(TWO_GIB - 20)))));
    host.node.step(
        append(2, 3, 2, 2, 1, List.of(entry(3, 3, rope(1 << 30)), entry(3, 4, rope(1 << 30)))));
    host.node.step(install(2, 3, large, 1));
    host.node.step(propose(3, rope(TWO_GIB - 20)));
    host.node.step(propose(3, rope(1 << 30), rope(1 << 30)));

    assertThat(host.drops()).hasSize(5).containsOnly(DropReason.MALFORMED);
    assertThat(host.status().term()).isEqualTo(2);
  }

  // What the storage holds.

  @Test
  void aStoredEntryThatNoMessageCanCarryFailsALeaderThatWouldHaveToSendIt() {
    MemoryStorage disk = storage(hardState(2, 0, 1), voters(1, 2, 3));
    disk.append(List.of(entry(2, 2, rope(TWO_GIB - 20))));
    Host host = Host.on(disk);
    host.node.campaign();
    host.settle();
    host.step(granted(2, 3));
    host.node.step(rejected(2, 3, 2, 1, 1));

    assertThatThrownBy(host.node::hasReady)
        .isInstanceOf(NodeFailedException.class)
        .hasRootCauseMessage(
            "storage: entry 2 has 2147483628 bytes, which no message can carry to a follower");
  }

  /** Leads in term 3 from a log that begins after a snapshot at 5, which node 2 needs. */
  private static Host leaderWithSnapshot(ByteString data) {
    MemoryStorage disk = storage(hardState(2, 0, 6), voters(1, 2, 3), 1, 1, 2, 2, 2);
    disk.createSnapshot(5, voters(1, 2, 3), data);
    disk.compact(5);
    Host host = Host.on(disk, knobs -> knobs.snapshotTicks(5));
    host.node.campaign();
    host.settle();
    host.step(granted(3, 3));
    host.events.clear();
    return host;
  }

  @Test
  void aSnapshotThatNoMessageCanCarryIsNeverFormedAndReportedOnceForEachMember() {
    Host host = leaderWithSnapshot(rope(TWO_GIB - 30));

    List<Message> sent = host.step(rejected(2, 3, 6, 1, 1), rejected(3, 3, 6, 1, 1));
    for (int tick = 0; tick < 30; tick++) {
      host.node.tick();
      sent.addAll(host.settle());
      sent.addAll(host.step(Messages.heartbeatResponse(2, 3, 1)));
    }

    assertThat(sent).noneMatch(Message::hasInstallSnapshot);
    LogId id = new LogId(2, 5);
    assertThat(host.events)
        .containsExactly(
            new RaftEvent.SnapshotTooLarge(2, id, Integer.MAX_VALUE - 29),
            new RaftEvent.SnapshotTooLarge(3, id, Integer.MAX_VALUE - 29));
  }

  @Test
  void theStorageIsAskedForAnotherSnapshotOnceATick() {
    Host host = leaderWithSnapshot(rope(TWO_GIB - 30));
    host.step(rejected(2, 3, 6, 1, 1));
    int asked = host.storage.snapshotsAsked;

    host.step(Messages.heartbeatResponse(2, 3, 0));
    host.step(Messages.heartbeatResponse(3, 3, 0));
    assertThat(host.storage.snapshotsAsked).isEqualTo(asked);
    host.node.tick();
    host.settle();
    assertThat(host.storage.snapshotsAsked).isEqualTo(asked + 1);
  }

  @Test
  void aSmallerSnapshotTakesThePlaceOfOneThatIsTooLarge() {
    Host host = leaderWithSnapshot(rope(TWO_GIB - 30));
    host.step(rejected(2, 3, 6, 1, 1));

    host.step(Messages.accepted(3, 3, 7, 6));
    host.disk.createSnapshot(7, voters(1, 2, 3), bytes("reference"));
    host.node.tick();

    assertThat(host.settle()).filteredOn(Message::hasInstallSnapshot).hasSize(1);
  }
}
