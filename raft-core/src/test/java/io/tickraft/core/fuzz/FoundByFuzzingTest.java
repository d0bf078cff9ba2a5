package io.tickraft.core.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.DropReason;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.proto.VoteResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What {@link MessageFuzzTest} found, each as the shortest way there. */
class FoundByFuzzingTest {

  private static final long ID = 1;

  private final List<RaftEvent> events = new ArrayList<>();
  private final MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
  private RawNode node = open(RaftConfig.builder(ID).preVote(false).checkQuorum(false));

  @Test
  void aLateAcknowledgementOfEntriesThatASnapshotReplacedIsNotOneOfTheEntriesAfterIt() {
    append(2, id(1, 1), 1, 2, 2, 2);
    drain();
    append(2, id(2, 4), 1, 2, 2); // 5 and 6
    Ready late = write();
    installSnapshot(3, id(3, 3));
    append(3, id(3, 3), 3, 3, 3); // 4 and 5, other ones
    node.persisted(late);

    assertThat(node.status().last().term()).isEqualTo(3);
    drain();
    assertThat(node.status().persistedIndex()).isEqualTo(5);
    assertThat(storage.term(5)).isEqualTo(3);
  }

  @Test
  void whatWasAppliedCanBeAcknowledgedWhenASnapshotHasArrivedMeanwhile() {
    append(2, id(1, 1), 3, 2, 2);
    node.persisted(write());
    Ready committed = write();
    assertThat(committed.committedEntries()).hasSize(2);
    installSnapshot(2, id(2, 9));
    node.advance(committed);

    assertThat(node.status().appliedIndex()).isEqualTo(3);
    drain();
    assertThat(node.status().appliedIndex()).isEqualTo(9);
  }

  @Test
  void aSnapshotIsNotPersistedBeforeTheHostSaysSo() {
    installSnapshot(2, id(2, 9));
    assertThat(node.status().persistedIndex()).isEqualTo(1);
    Ready ready = write();
    assertThat(node.status().persistedIndex()).isEqualTo(1);
    node.persisted(ready);
    assertThat(node.status().persistedIndex()).isEqualTo(9);
  }

  @Test
  void noEntryIsHandedOutBeyondTheLimitWhileOthersAreNotApplied() {
    node =
        open(
            RaftConfig.builder(ID).preVote(false).checkQuorum(false).maxCommittedBytesPerReady(40));
    append(2, id(1, 1), 4, 2, 2, 2); // 18 bytes each
    node.persisted(write());
    Ready first = write();
    assertThat(first.committedEntries()).hasSize(2);
    node.persisted(first);

    assertThat(node.hasReady()).isFalse();
    node.applied(2);
    node.applied(3);
    assertThat(node.ready().committedEntries()).hasSize(1);
  }

  @Test
  void anEntryAboveTheLimitIsHandedOutOnceAllBeforeItAreApplied() {
    node =
        open(RaftConfig.builder(ID).preVote(false).checkQuorum(false).maxCommittedBytesPerReady(1));
    append(2, id(1, 1), 3, 2, 2);
    node.persisted(write());
    Ready first = write();
    assertThat(first.committedEntries()).hasSize(1);
    node.persisted(first);

    assertThat(node.hasReady()).isFalse();
    node.applied(2);
    assertThat(node.ready().committedEntries()).hasSize(1);
  }

  @Test
  void nothingOfATermLeavesBeforeTheTermIsDurable() {
    node.campaign();
    vote(2, 2);
    vote(3, 2); // nobody was asked yet
    assertThat(node.status().role()).isEqualTo(RoleName.LEADER);
    node.tick();
    Ready ready = node.ready();

    assertThat(ready.messages()).isEmpty();
    assertThat(ready.messagesAfterPersist())
        .extracting(Message::getBodyCase)
        .contains(Message.BodyCase.APPEND, Message.BodyCase.HEARTBEAT);
  }

  @Test
  void aSnapshotThatLeavesTheLogNoRoomToGrowIsDropped() {
    installSnapshot(2, id(2, Long.MAX_VALUE));
    installSnapshot(2, id(2, Long.MAX_VALUE - 1));

    assertThat(events)
        .hasSize(2)
        .allSatisfy(
            event ->
                assertThat(event)
                    .isInstanceOfSatisfying(
                        RaftEvent.MessageDropped.class,
                        dropped -> assertThat(dropped.reason()).isEqualTo(DropReason.MALFORMED)));
    assertThat(node.status().last().index()).isEqualTo(1);
  }

  @Test
  void aLateRefusalOfASnapshotIsNoChangeOfReplication() {
    node.campaign();
    drain();
    vote(2, 2);
    drain();
    events.clear();
    step(
        3,
        2,
        message ->
            message.setInstallSnapshotResponse(
                InstallSnapshotResponse.newBuilder()
                    .setAttempt(1)
                    .setSnapshot(id(1, 1))
                    .setRefused(InstallSnapshotResponse.Refused.getDefaultInstance())));

    assertThat(events).hasOnlyElementsOfType(RaftEvent.MessageDropped.class).hasSize(1);
  }

  private RawNode open(RaftConfig.Builder config) {
    return RawNode.open(config.observer(events::add).build(), storage);
  }

  private void step(long from, long term, Consumer<Message.Builder> body) {
    Message.Builder message = Message.newBuilder().setFrom(from).setTo(ID).setTerm(term);
    body.accept(message);
    node.step(message.build());
  }

  private void append(long term, EntryId prev, long commit, long... terms) {
    Append.Builder append = Append.newBuilder().setPrev(prev).setCommit(commit);
    long index = prev.getIndex();
    for (long entryTerm : terms) {
      index++;
      append.addEntries(
          Entry.newBuilder()
              .setTerm(entryTerm)
              .setIndex(index)
              .setType(EntryType.ENTRY_TYPE_COMMAND)
              .setData(ByteString.copyFrom(new byte[10])));
    }
    step(2, term, message -> message.setAppend(append));
  }

  private void installSnapshot(long term, EntryId last) {
    step(
        2,
        term,
        message ->
            message.setInstallSnapshot(
                InstallSnapshot.newBuilder()
                    .setAttempt(1)
                    .setSnapshot(
                        Snapshot.newBuilder()
                            .setMetadata(
                                SnapshotMetadata.newBuilder()
                                    .setIndex(last.getIndex())
                                    .setTerm(last.getTerm())
                                    .setConfState(node.confState())))));
  }

  private void vote(long from, long term) {
    step(
        from,
        term,
        message ->
            message.setVoteResponse(
                VoteResponse.newBuilder().setGranted(VoteResponse.Granted.getDefaultInstance())));
  }

  private Ready write() {
    Ready ready = node.ready();
    storage.persist(ready);
    return ready;
  }

  private void drain() {
    while (node.hasReady()) {
      node.advance(write());
    }
  }

  private static EntryId id(long term, long index) {
    return EntryId.newBuilder().setTerm(term).setIndex(index).build();
  }
}
