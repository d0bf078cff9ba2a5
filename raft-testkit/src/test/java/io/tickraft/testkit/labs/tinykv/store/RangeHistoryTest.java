package io.tickraft.testkit.labs.tinykv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.sim.Choices;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The check of histories is silent where they are linearizable, and speaks up where not. */
final class RangeHistoryTest {

  private final RangeHistory history = new RangeHistory();

  @Test
  void aReadSeesTheWritesBeforeItAndMaySeeThoseMeanwhile() {
    put("a", "1");
    RangeHistory.Read old = history.readBegins();
    RangeHistory.Read young = history.readBegins();
    history.putBegins("b", "2");
    assertThatCode(
            () -> {
              history.readEnds(old, found("a", "1"));
              history.readEnds(young, found("a", "1", "b", "2"));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aReadMissesTheNewestWrite() {
    put("a", "1");
    put("a", "2");
    violated("the newest write", history.readBegins(), found("a", "1"));
  }

  @Test
  void aReadSeesADeletedKey() {
    put("a", "1");
    history.deleteBegins("a");
    history.writesEnd();
    violated("the newest write", history.readBegins(), found("a", "1"));
  }

  @Test
  void aReadSeesAValueThatWasNeverWritten() {
    put("a", "1");
    violated("no phantoms", history.readBegins(), found("a", "3"));
  }

  @Test
  void aReadSeesAWriteThatBeginsLater() {
    RangeHistory.Read read = history.readBegins();
    violated("no phantoms", read, found("a", "1"));
  }

  @Test
  void aReadSeesOneWriteButNotTheOneBeforeIt() {
    put("a", "1");
    put("b", "2");
    violated("no phantoms", history.readBegins(), found("b", "2"));
  }

  @Test
  void aReadGoesBackBehindAnEarlierOne() {
    put("a", "1");
    history.putBegins("b", "2");
    history.readEnds(history.readBegins(), found("a", "1", "b", "2"));
    violated("monotone reads", history.readBegins(), found("a", "1"));
  }

  @Test
  void readsThatOverlapMaySeeStatesInEitherOrder() {
    history.putBegins("a", "1");
    RangeHistory.Read slow = history.readBegins();
    history.readEnds(history.readBegins(), found("a", "1"));
    assertThatCode(() -> history.readEnds(slow, List.of())).doesNotThrowAnyException();
  }

  @Test
  void aReadSeesKeysOutOfOrderOrTwice() {
    put("a", "1");
    put("b", "2");
    violated("a range in its order", history.readBegins(), found("b", "2", "a", "1"));
    violated("a range in its order", history.readBegins(), found("a", "1", "a", "1", "b", "2"));
  }

  private void put(String key, String value) {
    history.putBegins(key, value);
    history.writesEnd();
  }

  private static List<KeyValue> found(String... keysAndValues) {
    List<KeyValue> found = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      found.add(new KeyValue(keysAndValues[i], keysAndValues[i + 1]));
    }
    return found;
  }

  private void violated(String promise, RangeHistory.Read read, List<KeyValue> found) {
    assertThatThrownBy(() -> history.readEnds(read, found))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(promise + " is violated: ");
  }

  // Against the definition.

  /** Short histories at random are found linearizable exactly if there is a legal order. */
  @Test
  void agreesWithTheDefinition() {
    int linearizable = 0;
    int histories = 20_000;
    for (long seed = 1; seed <= histories; seed++) {
      SmallHistory small = new SmallHistory(Choices.random(seed));
      boolean expected = small.hasLegalOrder();
      assertThat(small.isAccepted()).as("seed %d: %s", seed, small).isEqualTo(expected);
      linearizable += expected ? 1 : 0;
    }
    // Both verdicts occur often.
    assertThat(linearizable).isBetween(histories / 10, histories * 9 / 10);
  }

  /**
   * A history of one key with a writer and two readers. States are told by their number; the writer
   * writes 1, 2, 3, and 0 is that there is no key.
   */
  private static final class SmallHistory {

    /** One operation: when it began and ended, and the number that it wrote or saw. */
    private record Operation(boolean isWrite, int began, int ended, int number) {}

    private static final int STEPS = 10;

    private final List<Operation> operations = new ArrayList<>();
    private boolean accepted = true;

    SmallHistory(Choices choices) {
      RangeHistory history = new RangeHistory();
      TreeMap<Integer, RangeHistory.Read> reads = new TreeMap<>();
      TreeMap<Integer, Integer> began = new TreeMap<>();
      int writes = 0;
      for (int step = 0; step < STEPS; step++) {
        int who = choices.next(3);
        Integer since = began.remove(who);
        if (since == null) {
          began.put(who, step);
          if (who == 0) {
            history.putBegins("k", Integer.toString(++writes));
          } else {
            reads.put(who, history.readBegins());
          }
        } else if (who == 0) {
          history.writesEnd();
          operations.add(new Operation(true, since, step, writes));
        } else {
          int saw = Math.max(0, writes - choices.next(3));
          operations.add(new Operation(false, since, step, saw));
          accept(history, reads.get(who), saw);
        }
      }
      if (began.containsKey(0)) {
        // A write without an answer may have been done, or not; it is the last one.
        operations.add(new Operation(true, began.get(0), STEPS, writes));
      }
    }

    private void accept(RangeHistory history, RangeHistory.Read read, int saw) {
      try {
        history.readEnds(read, saw == 0 ? List.of() : found("k", Integer.toString(saw)));
      } catch (AssertionError e) {
        accepted = false;
      }
    }

    boolean isAccepted() {
      return accepted;
    }

    boolean hasLegalOrder() {
      return hasLegalOrder(new ArrayList<>(operations), 0);
    }

    /** Whether what is left can be put into a legal order after some number was written. */
    private static boolean hasLegalOrder(List<Operation> left, int number) {
      if (left.isEmpty()) {
        return true;
      }
      int firstEnd = left.stream().mapToInt(Operation::ended).min().orElseThrow();
      for (Operation next : left) {
        boolean mayBeNext = next.began <= firstEnd && (next.isWrite || next.number == number);
        if (mayBeNext) {
          List<Operation> rest = new ArrayList<>(left);
          rest.remove(next);
          if (hasLegalOrder(rest, next.number)) {
            return true;
          }
        }
      }
      return false;
    }

    @Override
    public String toString() {
      return operations.toString();
    }
  }
}
