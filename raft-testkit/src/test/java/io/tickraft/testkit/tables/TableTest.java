package io.tickraft.testkit.tables;

import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.tables.States.CANDIDATE;
import static io.tickraft.testkit.tables.States.FOLLOWER;
import static io.tickraft.testkit.tables.States.LEADER;
import static io.tickraft.testkit.tables.States.PRE_CANDIDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tickraft.core.DropReason;
import io.tickraft.testkit.message.Envelope;
import io.tickraft.testkit.message.MessageBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A table of rows, each of which is a test with each combination of switches. */
abstract class TableTest {

  /** The terms of messages to node 1, which is in term 5. */
  static final long LOWER = 4;

  static final long SAME = 5;
  static final long HIGHER = 6;

  /** Plain states of all roles. */
  static final List<State> ROLES = List.of(FOLLOWER, PRE_CANDIDATE, CANDIDATE, LEADER);

  private final List<Row> rows = new ArrayList<>();

  /** Names the rows. */
  abstract void table();

  /** Starts a row: a message arrives in a state. */
  final Row on(State state, MessageBuilder input) {
    StackTraceElement caller = new Throwable().getStackTrace()[1];
    String place = getClass().getSimpleName() + ":" + caller.getLineNumber();
    Row row = new Row(place, state, input);
    rows.add(row);
    return row;
  }

  /** The envelope of a message of a term. */
  static Envelope from(long id, long term) {
    return fromNode(id).to(1).term(term);
  }

  /** The envelope of a message outside of terms. */
  static Envelope from(long id) {
    return from(id, 0);
  }

  /** A row in each role for an answer that has nothing to say to any of them but its later term. */
  final void allEnterTheTermOf(MessageBuilder answer) {
    on(FOLLOWER, answer).state("follower", "term 6");
    on(PRE_CANDIDATE, answer).state("follower", "term 6");
    on(CANDIDATE, answer).state("follower", "term 6", "vote none");
    on(LEADER, answer).state("follower", "term 6", "vote none", "waits anew");
  }

  /** A row in each role for an answer from a node that is no member. */
  final void allIgnoreStranger(MessageBuilder answer) {
    allDrop(DropReason.STRANGER, answer);
  }

  /** A row in each role for a message that none of them takes. */
  final void allDrop(DropReason reason, MessageBuilder message) {
    for (State state : ROLES) {
      on(state, message).drops(reason);
    }
  }

  final List<Row> rows() {
    rows.clear();
    table();
    return List.copyOf(rows);
  }

  @TestFactory
  Stream<DynamicTest> rowsHold() {
    return rows().stream()
        .flatMap(
            row ->
                Switches.ALL.stream()
                    .filter(switches -> row.state().exists().test(switches))
                    .map(
                        switches ->
                            dynamicTest(row.toString() + switches, () -> check(row, switches))));
  }

  static void check(Row row, Switches switches) {
    assertThat(row.isComplete()).as("%s names what happens, or that nothing does", row).isTrue();
    Row.Expected expected = row.expected(switches);
    Happened found = new Happened(row.state(), switches, row.input());
    List<String> state = new ArrayList<>(expected.state);
    if (found.leads && !switches.quorumCheck()) {
      state.remove("waits anew"); // Such a leader waits for nobody.
    }
    assertThat(text(found.now, found.later, found.drops, found.tells, found.state))
        .as("%s", row + switches.toString())
        .isEqualTo(text(expected.now, expected.later, expected.drops, expected.tells, state));
  }

  private static String text(
      List<String> now,
      List<String> later,
      List<String> drops,
      List<String> tells,
      List<String> state) {
    return "now:"
        + lines(Happened.byReceiver(now))
        + "\nlater:"
        + lines(Happened.byReceiver(later))
        + "\ndrops:"
        + lines(drops)
        + "\ntells:"
        + lines(tells)
        + "\nstate:"
        + lines(state.stream().sorted().toList());
  }

  private static String lines(List<String> texts) {
    return texts.isEmpty() ? " nothing" : "\n  " + String.join("\n  ", texts);
  }
}
