package io.tickraft.core;

import static io.tickraft.core.ProposalFates.Fate.APPLIED;
import static io.tickraft.core.ProposalFates.Fate.LOST;
import static io.tickraft.core.ProposalFates.Fate.UNKNOWN;
import static io.tickraft.core.Wire.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.ProposalFates.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProposalFatesTest {

  private final List<String> told = new ArrayList<>();
  private final ProposalFates<String> fates =
      new ProposalFates<>((ticket, fate) -> told.add(ticket + " " + fate));

  @Test
  void aProposalWhoseEntryIsCommittedIsApplied() {
    fates.accepted(2, 5, "a");
    fates.accepted(2, 6, "b");

    fates.committed(entry(2, 5));
    assertThat(told).containsExactly("a APPLIED");
    fates.committed(entry(2, 6));
    assertThat(told).containsExactly("a APPLIED", "b APPLIED");
    assertThat(fates.size()).isZero();
  }

  @Test
  void entriesOfOthersDecideNothing() {
    fates.accepted(2, 5, "a");

    fates.committed(entry(1, 3));
    fates.committed(entry(2, 4));

    assertThat(told).isEmpty();
    assertThat(fates.size()).isEqualTo(1);
  }

  @Test
  void aProposalInWhosePlaceAnotherEntryIsCommittedIsLost() {
    fates.accepted(2, 5, "a");

    fates.committed(entry(3, 5));

    assertThat(told).containsExactly("a LOST");
  }

  @Test
  void aProposalIsLostWhenAnEntryOfALaterTermIsCommittedAtALowerIndex() {
    fates.accepted(2, 5, "a");
    fates.accepted(2, 9, "b");

    fates.committed(entry(3, 4));

    assertThat(told).containsExactly("a LOST", "b LOST");
  }

  @Test
  void aProposalOfALaterTermIsLostOnlyAtItsOwnIndex() {
    // Accepted as leader of term 4, but what is committed is an older leader's entry.
    fates.accepted(4, 5, "a");
    fates.accepted(4, 6, "b");

    fates.committed(entry(3, 5));

    assertThat(told).containsExactly("a LOST");
    assertThat(fates.size()).isEqualTo(1);
  }

  @Test
  void aNewLeaderAloneDecidesNothing() {
    // Raft paper, figure 8: the entry of term 2 is overwritten here by a leader of term 3, and
    // comes back with a leader of term 4 that still holds it.
    fates.accepted(2, 5, "a");
    fates.accepted(3, 5, "b");
    fates.accepted(4, 6, "c");
    assertThat(told).isEmpty();

    fates.committed(entry(2, 5));
    assertThat(told).containsExactly("a APPLIED", "b LOST");
    fates.committed(entry(4, 6));
    assertThat(told).containsExactly("a APPLIED", "b LOST", "c APPLIED");
  }

  @Test
  void aSnapshotLeavesUnknownWhatItCovers() {
    fates.accepted(2, 5, "a");
    fates.accepted(2, 9, "c");
    fates.accepted(3, 7, "b");

    fates.snapshotInstalled(7);

    assertThat(told).containsExactlyInAnyOrder("a UNKNOWN", "b UNKNOWN");
    fates.committed(entry(3, 8));
    assertThat(told).contains("c LOST");
  }

  @Test
  void closingLeavesAllUnknown() {
    fates.accepted(2, 5, "a");
    fates.accepted(3, Long.MAX_VALUE, "b");

    fates.close();

    assertThat(told).containsExactly("a UNKNOWN", "b UNKNOWN");
    assertThat(fates.size()).isZero();
    fates.close();
    assertThat(told).hasSize(2);
  }

  @Test
  void closingEndsWhatWasTrackedBeforeItAndNotWhatIsTrackedMeanwhile() {
    List<ProposalFates<String>> self = new ArrayList<>();
    List<String> ended = new ArrayList<>();
    self.add(
        new ProposalFates<>(
            (ticket, fate) -> {
              ended.add(ticket);
              self.get(0).accepted(2, ended.size() + 10L, "again");
            }));
    self.get(0).accepted(2, 5, "a");

    self.get(0).close();

    assertThat(ended).containsExactly("a");
    assertThat(self.get(0).size()).isEqualTo(1);
  }

  @Test
  void ofOneTermIndexesAscend() {
    fates.accepted(2, 5, "a");

    assertThatThrownBy(() -> fates.accepted(2, 5, "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index 5 is not above 5");
    assertThatThrownBy(() -> fates.accepted(2, 4, "b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(fates.size()).isEqualTo(1);
    fates.accepted(1, 3, "of another term");
    assertThat(fates.size()).isEqualTo(2);
  }

  @Test
  void aProposalIsNotTrackedAfterItsIndexIsCommitted() {
    fates.committed(entry(2, 3));

    for (long term = 1; term <= 3; term++) {
      long itsTerm = term;
      assertThatThrownBy(() -> fates.accepted(itsTerm, 3, "late"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "index 3 is accepted too late: entries up to 3 have been passed as committed, or a"
                  + " snapshot of them");
    }
    assertThat(fates.size()).isZero();
    fates.accepted(2, 4, "in time");
    fates.committed(entry(2, 4));
    assertThat(told).containsExactly("in time APPLIED");
  }

  @Test
  void aProposalIsNotTrackedAfterASnapshotCoversIt() {
    fates.snapshotInstalled(3);

    assertThatThrownBy(() -> fates.accepted(2, 3, "late"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index 3 is accepted too late");
    fates.accepted(2, 4, "in time");
    assertThat(fates.size()).isEqualTo(1);
  }

  @Test
  void anEntryThatIsNotPassedIsMissedBeforeAnythingChanges() {
    fates.committed(entry(2, 3));
    fates.accepted(2, 4, "a");
    fates.accepted(2, 5, "b");

    assertThatThrownBy(() -> fates.committed(entry(2, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "entry 5 was passed where 4 is due: each committed entry, of any type, is passed once"
                + " and in order");
    assertThat(told).isEmpty();
    fates.committed(entry(2, 4));
    fates.committed(entry(2, 5));
    assertThat(told).containsExactly("a APPLIED", "b APPLIED");
  }

  @Test
  void anEntryIsNotPassedTwice() {
    fates.committed(entry(2, 3));
    fates.committed(entry(2, 4));

    for (long index = 3; index <= 4; index++) {
      long its = index;
      assertThatThrownBy(() -> fates.committed(entry(2, its)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("entry " + its + " was passed where 5 is due");
    }
    fates.committed(entry(2, 5));
  }

  @Test
  void theFirstEntryMayBeAnyButNotAboveATrackedOne() {
    fates.accepted(3, 9, "b");
    fates.accepted(4, 8, "a");

    assertThatThrownBy(() -> fates.committed(entry(4, 9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "entry 9 was passed first, but a proposal is tracked at 8: each committed entry, of any"
                + " type, is passed once and in order");
    assertThat(told).isEmpty();
    fates.committed(entry(4, 8));
    assertThat(told).containsExactly("b LOST", "a APPLIED");
  }

  @Test
  void afterASnapshotTheEntryBehindItIsDue() {
    fates.committed(entry(2, 3));
    fates.snapshotInstalled(7);

    assertThatThrownBy(() -> fates.committed(entry(2, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("entry 4 was passed where 8 is due");
    fates.committed(entry(2, 8));
  }

  @Test
  void aHostThatStartsAgainFromItsSnapshotAppliesTheSameEntriesAgain() {
    fates.snapshotInstalled(0);
    fates.committed(entry(2, 1));
    fates.committed(entry(2, 2));
    fates.accepted(2, 3, "a");

    fates.snapshotInstalled(1);
    fates.committed(entry(2, 2));
    fates.committed(entry(2, 3));

    assertThat(told).containsExactly("a APPLIED");
  }

  @Test
  void afterClosingTheFirstEntryMayBeAny() {
    fates.committed(entry(2, 8));
    fates.close();

    fates.accepted(2, 5, "a");
    fates.committed(entry(2, 4));
    fates.committed(entry(2, 5));

    assertThat(told).containsExactly("a APPLIED");
  }

  @Test
  void theHostMayTrackAnotherProposalWhileItIsToldOfOne() {
    List<String> log = new ArrayList<>();
    List<ProposalFates<String>> self = new ArrayList<>();
    ProposalFates<String> retrying =
        new ProposalFates<>(
            (ticket, fate) -> {
              log.add(ticket + " " + fate);
              if (fate == LOST) {
                self.get(0).accepted(4, 10 + log.size(), ticket + "'");
              }
            });
    self.add(retrying);
    retrying.accepted(2, 5, "a");
    retrying.accepted(2, 6, "b");
    retrying.accepted(3, 5, "c");

    retrying.committed(entry(4, 5));
    assertThat(log).containsExactly("a LOST", "b LOST", "c LOST");
    assertThat(retrying.size()).isEqualTo(3);
    for (long index = 6; index <= 10; index++) {
      retrying.committed(entry(4, index));
    }
    retrying.committed(entry(4, 11));
    retrying.committed(entry(4, 12));
    retrying.committed(entry(4, 13));

    assertThat(log.subList(3, 6)).containsExactly("a' APPLIED", "b' APPLIED", "c' APPLIED");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void everyTicketEndsOnceAndAsTheCommittedLogSays(long seed) {
    Random random = new Random(seed);
    // The log as it ends up, and the proposals that this node ever had accepted: some are in it.
    List<Long> termAt = new ArrayList<>(List.of(0L));
    long term = 1;
    while (termAt.size() <= 40) {
      term += random.nextInt(3) / 2;
      termAt.add(term);
    }
    TreeMap<String, Fate> ended = new TreeMap<>();
    ProposalFates<String> tracker =
        new ProposalFates<>(
            (ticket, fate) -> assertThat(ended.put(ticket, fate)).as(ticket).isNull());
    List<long[]> proposals = new ArrayList<>();
    for (long t = 1; t <= term + 2; t++) {
      for (long index = 1; index <= 45; index++) {
        if (random.nextInt(4) == 0) {
          tracker.accepted(t, index, t + "." + index);
          proposals.add(new long[] {t, index});
        }
      }
    }

    tracker.accepted(term + 3, 99, "the last");

    for (int index = 1; index <= 40; index++) {
      tracker.committed(entry(termAt.get(index), index));
    }
    for (long[] proposal : proposals) {
      String ticket = proposal[0] + "." + proposal[1];
      int index = (int) proposal[1];
      boolean isIn = index <= 40 && termAt.get(index) == proposal[0];
      boolean open = index > 40 && proposal[0] >= termAt.get(40);
      assertThat(ended.get(ticket)).as(ticket).isEqualTo(open ? null : isIn ? APPLIED : LOST);
    }
    tracker.close();

    assertThat(ended).hasSize(proposals.size() + 1).containsEntry("the last", UNKNOWN);
    assertThat(ended.values()).contains(APPLIED, LOST);
  }
}
