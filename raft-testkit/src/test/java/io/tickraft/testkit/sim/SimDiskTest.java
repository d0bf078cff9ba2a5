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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
    unreliable.loseSynced(1);
    assertThat(unreliable.initialState().getTerm()).isEqualTo(2);
    assertThat(unreliable.lastIndex()).isEqualTo(1);
    assertThat(unreliable.lostWrites()).isEqualTo(2);
    assertThatThrownBy(() -> unreliable.loseSynced(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 1");
  }
}
