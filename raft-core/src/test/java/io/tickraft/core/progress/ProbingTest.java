package io.tickraft.core.progress;

import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.LogId;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.log.RaftLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How many rejections it takes a leader to find where a follower's log agrees with its own: at most
 * one for each distinct term after the last entry that they share.
 */
final class ProbingTest {

  /** Entry 1 is the bootstrap snapshot's, of term 1; these are the terms from entry 2 on. */
  private static RaftLog log(long... terms) {
    MemoryStorage storage = new MemoryStorage();
    storage.installSnapshot(snapshot(1, 1, voters(1, 2, 3)));
    storage.append(entries(2, terms));
    storage.setHardState(hardState(99, 0, 1));
    return new RaftLog(storage, 1, 1, Long.MAX_VALUE);
  }

  private static long shared(RaftLog leader, RaftLog follower) {
    long index = 1;
    while (index < leader.lastIndex()
        && index < follower.lastIndex()
        && leader.term(index + 1) == follower.term(index + 1)) {
      index++;
    }
    return index;
  }

  /** Plays leader and follower with their own rules for hints, and counts. */
  private static int rejectionsUntilFound(RaftLog leader, RaftLog follower) {
    Progress progress = new Progress(2, leader.lastIndex() + 1, 10, 1000);
    int rejections = 0;
    while (true) {
      assertThat(progress.wantsAppend(leader.lastIndex(), 1)).isTrue();
      long prev = progress.next() - 1;
      progress.sent(0, 0, 1);
      if (follower.matches(prev, leader.term(prev))) {
        progress.acknowledged(prev, 1, 2);
        assertThat(progress.state()).isEqualTo(PeerStatus.State.REPLICATE);
        assertThat(progress.match()).isEqualTo(shared(leader, follower));
        return rejections;
      }
      rejections++;
      // As in Follower and in Leader.
      LogId hint = follower.lastNotAbove(prev, leader.term(prev));
      LogId next = leader.lastNotAbove(hint.index(), hint.term());
      assertThat(progress.rejected(prev, Math.min(next.index(), hint.index()) + 1, false)).isTrue();
    }
  }

  private static int distinctTermsAfter(long index, RaftLog... logs) {
    TreeSet<Long> terms = new TreeSet<>();
    for (RaftLog log : logs) {
      for (long i = index + 1; i <= log.lastIndex(); i++) {
        terms.add(log.term(i));
      }
    }
    return terms.size();
  }

  private static long[] terms(String text) {
    return text == null
        ? new long[0]
        : Stream.of(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  // Raft paper, figure 7, behind the bootstrap entry.
  @ParameterizedTest
  @CsvSource({
    "leader itself, 1 1 1 4 4 5 5 6 6 6, 0",
    "a, 1 1 1 4 4 5 5 6 6, 1",
    "b, 1 1 1 4, 1",
    "c, 1 1 1 4 4 5 5 6 6 6 6, 0",
    "d, 1 1 1 4 4 5 5 6 6 6 7 7, 0",
    "e, 1 1 1 4 4 4 4, 1",
    "f, 1 1 1 2 2 2 3 3 3 3 3, 1",
    "empty, , 1",
  })
  void theLogsOfFigure7AreFoundWithFewRejections(String name, String follower, int rejections) {
    assertThat(rejectionsUntilFound(log(1, 1, 1, 4, 4, 5, 5, 6, 6, 6), log(terms(follower))))
        .as(name)
        .isEqualTo(rejections);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 100);
  }

  /**
   * Logs as leaders leave them behind: that of each term goes on from some part of an earlier one,
   * so that entries of the same index and term have the same entries before them.
   */
  private static List<long[]> randomHistory(Random random) {
    List<long[]> logs = new ArrayList<>();
    logs.add(new long[random.nextInt(5)]);
    Arrays.fill(logs.get(0), 1);
    for (long term = 2; term < 12; term++) {
      long[] before = logs.get(random.nextInt(logs.size()));
      int kept = before.length - random.nextInt(Math.min(before.length, 8) + 1);
      long[] log = Arrays.copyOf(before, kept + 1 + random.nextInt(4));
      Arrays.fill(log, kept, log.length, term);
      logs.add(log);
    }
    return logs;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void atMostOneRejectionForEachDistinctTermAfterTheSharedPrefix(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 5; round++) {
      List<long[]> history = randomHistory(random);
      for (long[] one : history) {
        for (long[] other : history) {
          RaftLog leader = log(one);
          RaftLog follower =
              log(Arrays.copyOf(other, other.length - random.nextInt(2) * other.length / 3));
          long shared = shared(leader, follower);

          int rejections = rejectionsUntilFound(leader, follower);

          assertThat(rejections).isLessThanOrEqualTo(distinctTermsAfter(shared, leader));
          assertThat(rejections).isLessThanOrEqualTo(1 + distinctTermsAfter(shared, follower));
        }
      }
    }
  }
}
