package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For how long a leader keeps the entries that it has read for followers that are behind. */
final class KeptReadsTest {

  /** Leads in term 3 with a log in the storage that ends at 12; nothing was read from it yet. */
  private static Host leader() {
    Host host = Host.on(storage(hardState(2, 0, 1), voters(1, 2, 3), 2, 2, 2, 2, 2, 2, 2, 2, 2, 2));
    host.node.campaign();
    host.settle();
    host.step(granted(2, 3));
    assertThat(host.status().last().index()).isEqualTo(12);
    host.storage.entriesAsked = 0;
    return host;
  }

  /** Node 2 is sent the entries after 5; they are lost, and it is sent them again. */
  private static void sendAgain(Host host) {
    host.node.reportUnreachable(2);
    host.settle();
  }

  @Test
  void whatAllFollowersWereSentIsReadAgain() {
    Host host = leader();
    host.step(accepted(3, 3, 12, 1));
    host.storage.entriesAsked = 0; // Of the entries that are committed by this.
    host.step(accepted(2, 3, 5, 1));
    assertThat(host.storage.entriesAsked).isEqualTo(1);

    sendAgain(host);

    assertThat(host.storage.entriesAsked).isEqualTo(2);
  }

  @ParameterizedTest(name = "after {0} ticks")
  @CsvSource({"19, 1", "20, 2"})
  void whatAFollowerMayStillNeedIsKeptForTwoElectionTimeouts(int ticks, int reads) {
    Host host = leader();
    host.step(accepted(2, 3, 5, 1));
    assertThat(host.storage.entriesAsked).isEqualTo(1);

    host.ticks(ticks);
    sendAgain(host);

    assertThat(host.storage.entriesAsked).isEqualTo(reads);
  }
}
