package io.tickraft.core;

import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Message;
import org.junit.jupiter.api.Test;

/** A storage that has to be waited for is asked as seldom as can be. */
final class StorageThatWaitsTest {

  /** Leads in term 3 with entries 2 to 7; node 2 holds those up to 2 only. */
  private static Host leader(long compacted) {
    MemoryStorage disk = storage(hardState(2, 0, 6), voters(1, 2, 3), 1, 1, 2, 2, 2);
    if (compacted > 0) {
      disk.createSnapshot(compacted, voters(1, 2, 3), bytes("state"));
      disk.compact(compacted);
    }
    Host host = Host.on(disk);
    host.node.campaign();
    host.settle();
    host.step(granted(3, 3));
    return host;
  }

  @Test
  void entriesThatAreNotThereYetAreAskedForOnceATick() {
    Host host = leader(0);
    host.storage.entriesNotYet = true;
    host.storage.entriesAsked = 0;
    host.node.step(rejected(2, 3, 6, 1, 2));

    for (int i = 0; i < 5; i++) {
      assertThat(host.settle()).noneMatch(Message::hasAppend);
      host.node.reportUnreachable(3);
    }
    assertThat(host.storage.entriesAsked).isEqualTo(1);
    host.storage.entriesNotYet = false;
    host.node.tick();
    assertThat(host.settle())
        .filteredOn(m -> m.hasAppend() && m.getTo() == 2)
        .singleElement()
        .satisfies(m -> assertThat(m.getAppend().getEntriesCount()).isEqualTo(5));
  }

  @Test
  void entriesThatWereReadForHasReadyAreNotReadAgain() {
    Host host = leader(0);
    host.storage.entriesAsked = 0;
    host.node.step(rejected(2, 3, 6, 1, 2));

    assertThat(host.node.hasReady()).isTrue();
    assertThat(host.node.hasReady()).isTrue();
    Ready ready = host.node.ready();

    assertThat(ready.messages()).anyMatch(m -> m.getAppend().getEntriesCount() == 5);
    assertThat(host.storage.entriesAsked).isEqualTo(1);
  }

  @Test
  void aSnapshotThatIsNotThereYetIsAskedForOnceATick() {
    Host host = leader(5);
    host.storage.snapshotNotYet = true;
    host.storage.snapshotsAsked = 0;
    host.node.step(rejected(2, 3, 6, 1, 1));

    for (int i = 0; i < 5; i++) {
      assertThat(host.settle()).noneMatch(Message::hasInstallSnapshot);
      host.node.reportUnreachable(3);
    }
    assertThat(host.storage.snapshotsAsked).isEqualTo(1);
    host.storage.snapshotNotYet = false;
    host.node.tick();
    assertThat(host.settle()).anyMatch(Message::hasInstallSnapshot);
  }
}
