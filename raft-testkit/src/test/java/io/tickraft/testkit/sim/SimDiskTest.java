package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.testkit.message.Envelope;
import io.tickraft.testkit.message.Messages;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimDiskTest {

  private final SimDisk disk = new SimDisk(MemoryStorage.bootstrapped(1));
  private final RawNode node = RawNode.open(RaftConfig.builder(1).build(), disk);

  /** Three writes of a single voter: its vote, its no-op, and a command. */
  @BeforeEach
  void write() {
    node.campaign();
    writeOne();
    writeOne();
    node.propose(ByteString.copyFromUtf8("command"));
    writeOne();
    assertThat(disk.unsynced()).isEqualTo(3);
    assertThat(disk.lastIndex()).isEqualTo(3);
  }

  private void writeOne() {
    Ready ready = node.ready();
    disk.write(ready);
    node.persisted(ready);
  }

  @Test
  void aCrashLosesWhatIsNotSynced() {
    disk.crash(0);
    assertThat(disk.lastIndex()).isEqualTo(1);
    assertThat(disk.initialState().getTerm()).isEqualTo(1);
    assertThat(disk.lostWrites()).isEqualTo(3);
  }

  @Test
  void aCrashMayKeepTheOldestOfTheUnsyncedWrites() {
    disk.crash(2);
    assertThat(disk.initialState().getTerm()).isEqualTo(2);
    assertThat(disk.lastIndex()).isEqualTo(2);
    assertThat(disk.lostWrites()).isEqualTo(1);
  }

  @Test
  void aCrashKeepsWhatIsSynced() {
    disk.syncAllBut(1);
    disk.crash(0);
    assertThat(disk.lastIndex()).isEqualTo(2);
  }

  @Test
  void aWriteIsSyncedWithAllBeforeItAndNothingAfterIt() {
    disk.write(new SimDisk.StoredState(applied(3), ByteString.EMPTY));
    node.propose(ByteString.copyFromUtf8("command"));
    Ready ready = node.ready();
    long number = disk.write(ready);
    disk.write(new SimDisk.StoredState(applied(4), ByteString.EMPTY));
    disk.syncTo(number);
    assertThat(disk.unsynced()).isEqualTo(1);
    disk.syncTo(number);
    assertThat(disk.unsynced()).isEqualTo(1);
    disk.crash(0);
    assertThat(disk.lastIndex()).isEqualTo(4);
    assertThat(disk.state().orElseThrow().applied().index()).isEqualTo(3);
  }

  // Torn writes.

  /** A follower's write of two entries and a hard state, to a disk that has synced all before. */
  private static SimDisk writeOfThreeParts() {
    SimDisk disk = new SimDisk(MemoryStorage.bootstrapped(1, 2));
    RawNode node = RawNode.open(RaftConfig.builder(1).build(), disk);
    node.step(
        Messages.append(Messages.fromNode(2).to(1).term(3))
            .prev(1, 1)
            .entries(entry(2, 2), entry(3, 3))
            .commit(1)
            .build());
    disk.write(node.ready());
    assertThat(disk.parts(0)).isEqualTo(3);
    assertThat(disk.parts(1)).isZero();
    return disk;
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1", "1, 2, 1", "2, 3, 1"})
  void aTornWriteLeavesItsFirstParts(int parts, long last, long term) {
    SimDisk torn = writeOfThreeParts();
    torn.crash(0, parts);
    assertThat(torn.lastIndex()).isEqualTo(last);
    assertThat(torn.initialState().getTerm()).isEqualTo(term);
    assertThat(torn.tornWrites()).isEqualTo(parts == 0 ? 0 : 1);
    assertThat(torn.lostWrites()).isEqualTo(1);
    RawNode node = RawNode.open(RaftConfig.builder(1).incarnation(2).build(), torn);
    assertThat(node.status().term()).isEqualTo(torn.term(last));
  }

  @Test
  void aTornWriteOfASnapshotLeavesTheSnapshotWithoutTheHardState() {
    SimDisk torn = new SimDisk(MemoryStorage.bootstrapped(1, 2));
    RawNode node = RawNode.open(RaftConfig.builder(1).build(), torn);
    Envelope envelope = Messages.fromNode(2).to(1).term(3);
    node.step(Messages.installSnapshot(envelope, snapshot(9, 3)).attempt(1).build());
    torn.write(node.ready());
    assertThat(torn.parts(0)).isEqualTo(2);
    torn.crash(0, 1);
    assertThat(torn.lastIndex()).isEqualTo(9);
    assertThat(torn.initialState().getTerm()).isEqualTo(1);
    RawNode next = RawNode.open(RaftConfig.builder(1).incarnation(2).build(), torn);
    assertThat(next.status().commitIndex()).isEqualTo(9);
    assertThat(next.status().term()).isEqualTo(3);
  }

  private static Entry entry(long term, long index) {
    return Entry.newBuilder()
        .setTerm(term)
        .setIndex(index)
        .setType(EntryType.ENTRY_TYPE_COMMAND)
        .build();
  }

  private static Snapshot snapshot(long index, long term) {
    return Snapshot.newBuilder()
        .setMetadata(
            SnapshotMetadata.newBuilder()
                .setIndex(index)
                .setTerm(term)
                .setConfState(ConfState.newBuilder().addVoters(1).addVoters(2)))
        .build();
  }

  @Test
  void onlyAWriteOfAReadyIsTornAndNeverAllOfIt() {
    SimDisk torn = writeOfThreeParts();
    for (int parts : new int[] {-1, 3, 4}) {
      assertThatThrownBy(() -> torn.crash(0, parts))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("parts: below 3: " + parts);
    }
    torn.syncAllBut(0);
    torn.write(new SimDisk.StoredState(applied(1), ByteString.EMPTY));
    assertThat(torn.parts(0)).isEqualTo(1);
    assertThatThrownBy(() -> torn.crash(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(torn.lastIndex()).isEqualTo(3);
  }

  private static AppliedState applied(long index) {
    return new AppliedState(index, 2, ConfState.newBuilder().addVoters(1).build());
  }

  @Test
  void whatIsWrittenAfterACrashDoesNotTouchWhatIsDurable() {
    disk.syncAllBut(1);
    disk.crash(0);
    disk.compact(2, ConfState.newBuilder().addVoters(1).build(), ByteString.EMPTY, 2);
    assertThat(disk.firstIndex()).isEqualTo(3);
    assertThat(disk.durable().firstIndex()).isEqualTo(2);
  }

  @Test
  void onlyAnUnreliableDiskLosesWhatIsSynced() {
    disk.syncAllBut(0);
    assertThatThrownBy(() -> disk.loseSynced(1)).isInstanceOf(IllegalArgumentException.class);

    SimDisk unreliable = SimDisk.unreliable(MemoryStorage.bootstrapped(1));
    RawNode other = RawNode.open(RaftConfig.builder(1).build(), unreliable);
    other.campaign();
    for (int i = 0; i < 3; i++) {
      Ready ready = other.ready();
      unreliable.write(ready);
      other.persisted(ready);
    }
    unreliable.syncAllBut(1);
    assertThat(unreliable.earlier())
        .extracting(earlier -> earlier.log().lastIndex())
        .containsExactly(1L, 1L);
    unreliable.loseSynced(1);
    assertThat(unreliable.initialState().getTerm()).isEqualTo(2);
    assertThat(unreliable.lastIndex()).isEqualTo(1);
    assertThat(unreliable.lostWrites()).isEqualTo(2);
    assertThat(unreliable.lostSynced()).isEqualTo(1);
    assertThatThrownBy(() -> unreliable.loseSynced(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 1");
  }

  @Test
  void anUnreliableDiskRemembersAsManySyncedWritesAsItIsTold() {
    SimDisk unreliable = SimDisk.unreliable(MemoryStorage.bootstrapped(1), 2);
    for (long index = 1; index <= 4; index++) {
      unreliable.write(new SimDisk.StoredState(applied(index), ByteString.EMPTY));
    }
    unreliable.syncAllBut(0);

    assertThat(unreliable.earlier())
        .extracting(SimDisk.Earlier::appliedIndex)
        .containsExactly(3L, 2L);
    unreliable.loseSynced(2);
    assertThat(unreliable.state().orElseThrow().applied().index()).isEqualTo(2);
    assertThat(unreliable.recentStates()).isZero();
    assertThatThrownBy(() -> unreliable.loseSynced(1)).hasMessageContaining("0 to 0");
  }
}
