package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderingTest {

  private static final String TEXT =
      """
      campaign 1
      deliver 1>2 #1
      duplicate 12>3 #40
      tick 1
      forget-leader 2
      propose 1
      change 1 #2
      read 3
      transfer 1 to 3
      compact 2
      unreachable 1 to 2
      crash 2
      crash 2 keeping 1
      crash 2 keeping 1 and 2 parts
      crash 2 keeping 0 and 1 parts
      crash 2 #7
      entries-not-yet 1
      snapshot-not-yet 2
      storage-ready 1
      take 1
      write 1
      apply 1
      """;

  @Test
  void everyFormOfALineComesOutAsItWasRead() {
    Ordering ordering = Ordering.parse(TEXT);
    assertThat(ordering.text()).isEqualTo(TEXT);
    assertThat(ordering).hasToString(TEXT);
    assertThat(ordering.size()).isEqualTo(22);
    assertThat(Ordering.parse(ordering.text()).lines()).isEqualTo(ordering.lines());
  }

  @ParameterizedTest
  @EnumSource
  void everyKindHasALine(EventKind kind) {
    assertThat(Ordering.parse(TEXT).lines()).extracting(Ordering.Line::kind).contains(kind);
  }

  @Test
  void aLineSaysWhatHappens() {
    assertThat(Ordering.parse("deliver 1>2 #3\ncrash 3 keeping 4 and 5 parts\n").lines())
        .containsExactly(
            new Ordering.Line(EventKind.DELIVER, 2, 1, 3, 0, 0, 0),
            new Ordering.Line(EventKind.CRASH, 3, 0, 0, 0, 4, 5));
    assertThat(Ordering.parse("transfer 1 to 3\nchange 2 #1").lines())
        .containsExactly(
            new Ordering.Line(EventKind.TRANSFER, 1, 0, 0, 3, 0, 0),
            new Ordering.Line(EventKind.CHANGE, 2, 0, 1, 0, 0, 0));
  }

  @Test
  void commentsAndEmptyLinesAreSkipped() {
    Ordering ordering =
        Ordering.parse("// The leader.\n\n  campaign 1 // Node 1.\n\t\npropose 1//Once.\n");
    assertThat(ordering.text()).isEqualTo("campaign 1\npropose 1\n");
    assertThat(Ordering.parse("").size()).isZero();
    assertThat(Ordering.parse("// Nothing.").text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "campaign",
        "campaign one",
        "campaign -1",
        "campaign 1 2",
        "deliver 1 > 2 #1",
        "deliver 1>2 # 1",
        "CAMPAIGN 1",
        "transfer 1 3",
        "crash 2 keeping",
        "crash 2 keeping 1 and 2"
      })
  void aLineThatIsNoEventIsNamed(String line) {
    assertThatThrownBy(() -> Ordering.parse("campaign 1\n\n// Here:\n" + line + " // No.\ntick 1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 4 is no event: " + line);
  }

  @Test
  void aKindThatDoesNotExistIsNamed() {
    assertThatThrownBy(() -> Ordering.parse("campaign 1\nexplode 2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 2: no kind of event: explode");
  }

  @Test
  void aNumberThatIsTooLongNamesNothingThatExists() {
    Ordering.Line line =
        Ordering.parse("deliver 99999999999999999999>1 #99999999999999999999").lines().get(0);
    assertThat(line.from()).isEqualTo(999_999_999);
    assertThat(line.number()).isEqualTo(999_999_999);
  }

  // Playing.

  @Test
  void whatDoesNotApplyIsSkipped() {
    Exploration exploration = Exploration.of(2).splitReadys();
    List<String> lines =
        List.of(
            "campaign 0",
            "campaign 3",
            "deliver 2",
            "deliver 1>2 #1",
            "deliver 9>2 #1",
            "deliver 1>2",
            "tick 1>2",
            "change 1 #1",
            "change 1",
            "transfer 1 to 1",
            "transfer 1 to 3",
            "transfer 1",
            "unreachable 1 to 9",
            "crash 1 keeping 1",
            "crash 1 keeping 0 and 1 parts",
            "take 1",
            "write 1");
    for (String line : lines) {
      Group group = exploration.group(exploration.newOracle());
      group.start();
      assertThat(play(group, line)).as(line).isFalse();
    }
    assertThat(exploration.play(Ordering.parse(String.join("\n", lines)))).isEmpty();
  }

  @Test
  void aMessageArrivesOnceUnlessItIsDuplicated() {
    Exploration exploration =
        Exploration.of(2).configuration(config -> config.preVote(false).checkQuorum(false));
    Group group = exploration.group(exploration.newOracle());
    group.start();
    assertThat(play(group, "campaign 1")).isTrue();
    assertThat(play(group, "duplicate 1>2 #1")).isTrue();
    assertThat(play(group, "deliver 1>2 #1")).isTrue();
    assertThat(play(group, "deliver 1>2 #1")).isFalse();
    assertThat(play(group, "duplicate 1>2 #1")).isFalse();
    assertThat(play(group, "deliver 1>2 #2")).isFalse();
    // An answer to each of both.
    assertThat(play(group, "deliver 2>1 #2")).isTrue();
    assertThat(play(group, "deliver 2>1 #1")).isTrue();
    assertThat(play(group, "deliver 2>1 #3")).isFalse();
  }

  /** Does what a line says, and returns whether it applies. */
  private static boolean play(Group group, String line) {
    Group.Move move = group.move(Ordering.parse(line).lines().get(0));
    if (move != null) {
      group.perform(move);
    }
    return move != null;
  }
}
