package io.tickraft.core.quorum;

import static io.tickraft.core.quorum.VoteResult.LOST;
import static io.tickraft.core.quorum.VoteResult.PENDING;
import static io.tickraft.core.quorum.VoteResult.WON;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Majorities against models that count in the most naive way, over all small cases. */
final class QuorumTest {

  /** A voter's answer, as one digit of a number of base 3. */
  private static final int NONE = 0;

  private static final int GRANTED = 1;
  private static final int REFUSED = 2;

  private static Majority firstVoters(int count) {
    return Majority.of(LongStream.rangeClosed(1, count).toArray());
  }

  private static int power(int base, int exponent) {
    int result = 1;
    for (int i = 0; i < exponent; i++) {
      result *= base;
    }
    return result;
  }

  /** Digit number {@code id - 1} of a number of some base. */
  private static int digit(int number, int base, long id) {
    return number / power(base, (int) id - 1) % base;
  }

  // How far a quorum is.

  private static long naiveReached(List<Long> numbers) {
    long highest = 0;
    for (long candidate : numbers) {
      int reached = 0;
      for (long number : numbers) {
        if (number >= candidate) {
          reached++;
        }
      }
      if (2 * reached > numbers.size()) {
        highest = Math.max(highest, candidate);
      }
    }
    return highest;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void theQuorumHasReachedTheHighestNumberThatMoreThanHalfHave(int voters) {
    Majority majority = firstVoters(voters);
    for (int numbers = 0; numbers < power(4, voters); numbers++) {
      int all = numbers;
      List<Long> list = new ArrayList<>();
      for (long id = 1; id <= voters; id++) {
        list.add((long) digit(all, 4, id));
      }

      long reached = majority.reachedByQuorum(numbers(list));

      assertThat(reached).as("%s", list).isEqualTo(naiveReached(list));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0", "1, 1", "2, 1", "3, 2", "4, 2", "5, 3", "6, 3", "7, 4",
  })
  void ofVotersThatReachedOneToNTheMiddleOrTheLowerMiddleCounts(int voters, long expected) {
    long reached = firstVoters(voters).reachedByQuorum(LongStream.rangeClosed(1, voters).toArray());

    assertThat(reached).isEqualTo(voters == 0 ? Long.MAX_VALUE : expected);
  }

  @Test
  void aJointQuorumHasReachedWhatTheSlowerHalfHas() {
    for (int numbers = 0; numbers < power(3, 5); numbers++) {
      int all = numbers;
      // Voters 1 to 3 and voters 3 to 5: one of them is in both halves.
      Voters joint = new Voters(Majority.of(1, 2, 3), Majority.of(3, 4, 5));
      List<Long> in = digits(all, 1, 2, 3);
      List<Long> out = digits(all, 3, 4, 5);

      assertThat(joint.reachedByQuorum(numbers(in), numbers(out)))
          .as("%s", digits(all, 1, 2, 3, 4, 5))
          .isEqualTo(Math.min(naiveReached(in), naiveReached(out)));
    }
  }

  private static long[] numbers(List<Long> list) {
    return list.stream().mapToLong(Long::longValue).toArray();
  }

  private static List<Long> digits(int all, long... ids) {
    return LongStream.of(ids).mapToObj(id -> (long) digit(all, 3, id)).toList();
  }

  @Test
  void anEmptyHalfStandsInNobodysWay() {
    Voters joint = new Voters(Majority.of(1, 2, 3), Majority.EMPTY);

    assertThat(joint.isJoint()).isFalse();
    assertThat(joint.reachedByQuorum(new long[] {10, 20, 30}, new long[0])).isEqualTo(20);
    assertThat(Majority.EMPTY.reachedByQuorum(new long[0])).isEqualTo(Long.MAX_VALUE);
  }

  // Elections.

  private static Tally tally(int answers, int voters) {
    Tally tally = new Tally();
    for (long id = 1; id <= voters; id++) {
      int answer = digit(answers, 3, id);
      if (answer != NONE) {
        tally.record(id, answer == GRANTED);
      }
    }
    return tally;
  }

  /** Plays all ways in which the missing answers could still come in. */
  private static VoteResult naiveResult(int answers, long... voters) {
    boolean canWin = false;
    boolean canLose = false;
    for (int rest = 0; rest < 1 << voters.length; rest++) {
      int granted = 0;
      for (int i = 0; i < voters.length; i++) {
        int answer = digit(answers, 3, voters[i]);
        boolean grants = answer == GRANTED || (answer == NONE && (rest >> i & 1) == 1);
        granted += grants ? 1 : 0;
      }
      boolean wins = voters.length == 0 || 2 * granted > voters.length;
      canWin |= wins;
      canLose |= !wins;
    }
    return canWin && canLose ? PENDING : canWin ? WON : LOST;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void anElectionIsDecidedWhenMissingVotesCannotChangeIt(int voters) {
    long[] ids = LongStream.rangeClosed(1, voters).toArray();
    for (int answers = 0; answers < power(3, voters); answers++) {
      VoteResult result = Majority.of(ids).result(tally(answers, voters));

      assertThat(result).as("answers %d", answers).isEqualTo(naiveResult(answers, ids));
    }
  }

  @Test
  void aJointElectionIsWonInBothHalvesAndLostInOne() {
    Voters joint = new Voters(Majority.of(1, 2, 3), Majority.of(3, 4, 5));
    for (int answers = 0; answers < power(3, 5); answers++) {
      VoteResult in = naiveResult(answers, 1, 2, 3);
      VoteResult out = naiveResult(answers, 3, 4, 5);
      VoteResult expected =
          in == WON && out == WON ? WON : in == LOST || out == LOST ? LOST : PENDING;

      assertThat(joint.result(tally(answers, 5))).as("answers %d", answers).isEqualTo(expected);
    }
  }

  @Test
  void withAnEmptyHalfTheOtherHalfDecides() {
    for (int answers = 0; answers < power(3, 3); answers++) {
      Majority half = Majority.of(1, 2, 3);
      VoteResult alone = half.result(tally(answers, 3));

      assertThat(new Voters(half, Majority.EMPTY).result(tally(answers, 3))).isEqualTo(alone);
    }
  }

  @Test
  void aVoteIsNotTakenBack() {
    Tally tally = new Tally();
    tally.record(1, true);
    tally.record(1, true);
    tally.record(1, false);

    assertThat(tally.isGranted(1)).isTrue();
    assertThat(tally.isRefused(1)).isFalse();
    assertThat(Majority.of(1, 2, 3).result(tally)).isEqualTo(PENDING);
  }

  @Test
  void aRefusalMayBeFollowedByAVote() {
    Tally tally = new Tally();
    tally.record(1, false);
    tally.record(1, false);
    assertThat(tally.isRefused(1)).isTrue();
    assertThat(Majority.of(1, 2, 3).result(tally)).isEqualTo(PENDING);
    tally.record(1, true);

    assertThat(tally.isGranted(1)).isTrue();
    assertThat(tally.isRefused(1)).isFalse();
  }

  @Test
  void aDuplicateGrantIsNoSecondVote() {
    Tally tally = new Tally();
    tally.record(1, true);
    tally.record(1, true);

    assertThat(Majority.of(1, 2, 3).result(tally)).isEqualTo(PENDING);
  }

  @Test
  void answersOfNonVotersDoNotCount() {
    Tally tally = new Tally();
    tally.record(1, true);
    tally.record(8, true);
    tally.record(9, true);

    assertThat(Majority.of(1, 2, 3).result(tally)).isEqualTo(PENDING);
  }

  @Test
  void aVoterThatHasNotAnsweredHasNeitherGrantedNorRefused() {
    assertThat(new Tally().isGranted(1)).isFalse();
    assertThat(new Tally().isRefused(1)).isFalse();
  }

  @Test
  void aCopiedTallyGoesItsOwnWay() {
    Tally tally = new Tally();
    tally.record(1, true);
    Tally copy = tally.copy();
    copy.record(2, true);

    assertThat(copy.isGranted(1)).isTrue();
    assertThat(tally.isGranted(2)).isFalse();
  }

  // Sets.

  @Test
  void votersAreKnownInAscendingOrderInWhateverOrderTheyAreGiven() {
    Majority majority = Majority.of(5, 1, 3);

    assertThat(majority.size()).isEqualTo(3);
    assertThat(List.of(majority.voter(0), majority.voter(1), majority.voter(2)))
        .containsExactly(1L, 3L, 5L);
    assertThat(LongStream.rangeClosed(0, 6).filter(majority::contains)).containsExactly(1L, 3L, 5L);
    assertThat(majority).hasToString("[1, 3, 5]");
  }

  @Test
  void theSetIsNotTheArrayItWasMadeOf() {
    long[] voters = {1, 2, 3};
    Majority majority = Majority.of(voters);
    voters[0] = 9;

    assertThat(majority).isEqualTo(Majority.of(1, 2, 3)).isNotEqualTo(Majority.of(9, 2, 3));
  }

  @Test
  void setsAreEqualIfTheirVotersAre() {
    assertThat(Majority.of(1, 2)).isEqualTo(Majority.of(2, 1)).hasSameHashCodeAs(Majority.of(2, 1));
    assertThat(Majority.of(1, 2)).isNotEqualTo(Majority.of(1, 2, 3));
    assertThat(Majority.of()).isEqualTo(Majority.EMPTY);
    assertThat(Majority.of(1).isEmpty()).isFalse();
    assertThat(Majority.EMPTY.isEmpty()).isTrue();
  }

  @Test
  void theHashCodeOfASetIsThatOfItsIds() {
    assertThat(Majority.of(2, 1).hashCode()).isEqualTo(Arrays.hashCode(new long[] {1, 2}));
  }

  @Test
  void aJointConfigurationContainsTheVotersOfBothHalves() {
    Voters joint = new Voters(Majority.of(1, 2), Majority.of(2, 3, 4));

    assertThat(joint.isJoint()).isTrue();
    assertThat(LongStream.rangeClosed(0, 5).filter(joint::contains))
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void theModelsDigitsCoverEveryAnswer() {
    TreeMap<Integer, Integer> seen = new TreeMap<>();
    for (int answers = 0; answers < 9; answers++) {
      seen.merge(digit(answers, 3, 2), 1, Integer::sum);
    }

    assertThat(seen).containsOnlyKeys(NONE, GRANTED, REFUSED);
  }
}
