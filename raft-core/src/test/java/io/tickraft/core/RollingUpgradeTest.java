package io.tickraft.core;

import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.message;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.unknownField;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.proto.VoteResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A peer of a newer version sends what this one does not know: a message is dropped, a field or a
 * reason is ignored, and what decides about the members fails the node before it takes effect.
 */
final class RollingUpgradeTest {

  private static final String NEWER =
      ", which this version does not know: a newer version is needed";

  private static final ConfChangeSingle REMOVES_3 =
      ConfChangeSingle.newBuilder()
          .setType(ConfChangeType.CONF_CHANGE_TYPE_REMOVE)
          .setNode(3)
          .build();

  private static final ConfChange CHANGE =
      ConfChange.newBuilder()
          .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
          .addChanges(REMOVES_3)
          .build();

  private static Entry change(long index, ByteString data) {
    return entry(2, index, data).toBuilder().setType(EntryType.ENTRY_TYPE_CONF_CHANGE).build();
  }

  /** What a newer version may say about members, and what is unknown about it. */
  static Stream<Arguments> newerChanges() {
    return Stream.of(
        Arguments.of(
            CHANGE.toBuilder().setChanges(0, REMOVES_3.toBuilder().setTypeValue(4)).build(),
            "type 4 for node 3"),
        Arguments.of(CHANGE.toBuilder().setTransitionValue(5).build(), "transition 5"),
        Arguments.of(CHANGE.toBuilder().setUnknownFields(unknownField(4)).build(), "field 4"),
        Arguments.of(
            CHANGE.toBuilder()
                .setChanges(0, REMOVES_3.toBuilder().setUnknownFields(unknownField(3)))
                .build(),
            "field 3 for node 3"));
  }

  // What a peer of a newer version sends.

  @Test
  void aMessageWithABodyOfANewerVersionIsDropped() {
    Host host = Host.follower();

    host.node.step(message(2, 2).setUnknownFields(unknownField(10_000)).build());

    assertThat(host.drops()).containsExactly(DropReason.UNKNOWN_BODY);
  }

  @Test
  void aFieldOfANewerVersionIsIgnoredInTheEnvelopeAndInTheBody() {
    Host host = Host.follower();
    Message plain = heartbeat(2, 2, 1, 7);
    Message newer =
        plain.toBuilder()
            .setUnknownFields(unknownField(5))
            .setHeartbeat(plain.getHeartbeat().toBuilder().setUnknownFields(unknownField(4)))
            .build();

    assertThat(host.step(newer)).isEqualTo(Host.follower().step(plain));
    assertThat(host.drops()).isEmpty();
  }

  @Test
  void aReasonOfANewerVersionIsARefusalLikeAnyOther() {
    Host host = Host.candidate();

    host.step(
        message(2, 2)
            .setVoteResponse(
                VoteResponse.newBuilder()
                    .setRejected(VoteResponse.Rejected.newBuilder().setReasonValue(99)))
            .build(),
        message(3, 2)
            .setVoteResponse(
                VoteResponse.newBuilder()
                    .setRejected(
                        VoteResponse.Rejected.newBuilder()
                            .setReason(VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND)))
            .build());

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void anEntryOfATypeOfANewerVersionIsNotTaken() {
    Host host = Host.follower();
    Entry newer = entry(2, 3).toBuilder().setTypeValue(4).build();

    host.step(append(2, 2, 1, 1, 1, List.of(entry(2, 2), newer)));

    assertThat(host.drops()).containsExactly(DropReason.UNKNOWN_ENTRY_TYPE);
    assertThat(host.status().last().index()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("newerChanges")
  void aCommittedChangeOfANewerVersionFailsTheNodeBeforeItIsHandedOut(
      ConfChange change, String unknown) {
    Host host = Host.follower();
    host.step(append(2, 2, 1, 1, 1, List.of(entry(2, 2), change(3, change.toByteString()))));
    assertThat(host.status().last().index()).as("taken, as no payload is parsed").isEqualTo(3);

    assertThatThrownBy(() -> host.step(heartbeat(2, 2, 3, 2)))
        .isInstanceOf(NodeFailedException.class)
        .hasRootCauseMessage("entry 3 is a membership change with " + unknown + NEWER);

    assertThat(host.applied).isEmpty();
    assertThat(host.status().confState()).isEqualTo(voters(1, 2, 3));
    assertThat(host.status().appliedIndex()).isEqualTo(1);
  }

  @Test
  void whatIsNoChangeAtAllIsImpossibleForEveryVersion() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 2, List.of(change(2, bytes("no change")))));
    host.persist(host.node.ready());

    assertThat(host.node.ready().outcomes())
        .containsExactly(
            new Outcome.ChangeImpossible(new LogId(2, 2), "the entry's data is not a ConfChange"));
  }

  // What the own host asks for.

  @ParameterizedTest
  @MethodSource("newerChanges")
  void aChangeOfANewerVersionIsNotProposed(ConfChange change, String unknown) {
    Host host = Host.leader();

    assertThat(host.node.proposeConfChange(change))
        .isEqualTo(
            new ConfChangeResult.Rejected(
                ConfChangeResult.Reason.INVALID, 1, "the change has " + unknown + NEWER));
    assertThat(host.status().last().index()).isEqualTo(2);
  }

  // What the own storage holds, after a newer version has run on it.

  private static final ConfState NEWER_THREE =
      voters(1, 2, 3).toBuilder().setUnknownFields(unknownField(6)).build();

  @ParameterizedTest
  @MethodSource("newerChanges")
  void aStoredChangeOfANewerVersionIsRefusedIfItIsCommitted(ConfChange change, String unknown) {
    MemoryStorage disk = storage(hardState(2, 0, 2), voters(1, 2, 3));
    disk.append(List.of(entry(2, 2), change(3, change.toByteString())));
    assertThatCode(() -> Host.on(disk)).as("it may be replaced").doesNotThrowAnyException();

    disk.setHardState(hardState(2, 0, 3));
    assertThatThrownBy(() -> Host.on(disk))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("storage: entry 3 is a membership change with " + unknown + NEWER);
  }

  @Test
  void aStoredEntryOfATypeOfANewerVersionIsRefused() {
    MemoryStorage disk = storage(hardState(2, 0, 1), voters(1, 2, 3), 2);
    disk.append(List.of(entry(2, 3).toBuilder().setTypeValue(4).build()));

    assertThatThrownBy(() -> Host.on(disk))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("storage: entry 3 is of type 4" + NEWER);
  }

  @Test
  void aStoredEntryOfATypeOfANewerVersionFailsALeaderThatWouldHaveToSendIt() {
    MemoryStorage disk = storage(hardState(2, 0, 2), voters(1, 2, 3));
    disk.append(List.of(entry(2, 2).toBuilder().setTypeValue(4).build(), entry(2, 3)));
    Host host = Host.on(disk, new AppliedState(2, 2, voters(1, 2, 3)));
    host.node.campaign();
    host.settle();
    host.step(granted(2, 3));
    host.node.step(rejected(2, 3, 3, 1, 1));

    assertThatThrownBy(host.node::hasReady)
        .isInstanceOf(NodeFailedException.class)
        .hasRootCauseMessage("storage: entry 2 is of type 4" + NEWER);
  }

  @Test
  void aStoredConfigurationOfANewerVersionIsRefused() {
    MemoryStorage disk = new MemoryStorage();
    disk.installSnapshot(snapshot(1, 1, NEWER_THREE));
    disk.setHardState(hardState(1, 0, 1));

    assertThatThrownBy(() -> Host.on(disk))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("storage: the configuration of the snapshot at 1 has field 6" + NEWER);
  }

  @Test
  void anAppliedConfigurationOfANewerVersionIsRefused() {
    MemoryStorage disk = storage(hardState(1, 0, 2), voters(1, 2, 3), 1);

    assertThatThrownBy(() -> Host.on(disk, new AppliedState(2, 1, NEWER_THREE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("applied: the configuration at 2 has field 6" + NEWER);
  }

  @Test
  void aSnapshotOfANewerVersionInTheStorageFailsALeaderThatWouldHaveToSendIt() {
    Host host = Host.leader();
    host.disk.createSnapshot(2, NEWER_THREE, ByteString.EMPTY);
    host.disk.compact(2);
    host.node.reportUnreachable(3);
    host.settle();
    host.node.step(rejected(3, 2, 2, 0, 0));

    assertThatThrownBy(host.node::hasReady)
        .isInstanceOf(NodeFailedException.class)
        .hasRootCauseMessage("storage: the configuration of its snapshot at 2 has field 6" + NEWER);
  }
}
