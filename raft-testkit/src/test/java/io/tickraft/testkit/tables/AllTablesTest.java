package io.tickraft.testkit.tables;

import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.heartbeat;
import static io.tickraft.testkit.tables.States.CANDIDATE;
import static io.tickraft.testkit.tables.States.FOLLOWER;
import static io.tickraft.testkit.tables.States.LEADER;
import static io.tickraft.testkit.tables.States.PRE_CANDIDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tickraft.core.DropReason;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the tables leave nothing out, and that a row which is wrong fails. */
final class AllTablesTest {

  private static final List<TableTest> TABLES =
      List.of(
          new VoteTableTest(),
          new PreVoteTableTest(),
          new ReplicationTableTest(),
          new SnapshotTableTest(),
          new ProposeTableTest(),
          new ReadTableTest(),
          new MembershipTableTest(),
          new TransferTableTest());

  private static Stream<Row> rows() {
    return TABLES.stream().flatMap(table -> table.rows().stream());
  }

  @Test
  void everyRoleHasARowForEveryBodyInEveryTerm() {
    List<Cell> missing = new ArrayList<>(Cell.all());
    assertThat(missing).hasSize(4 * 18 * 4);

    missing.removeAll(rows().map(Cell::of).toList());

    assertThat(missing).isEmpty();
  }

  @Test
  void everyRoleIsWhatItsRowsCallIt() {
    for (Switches switches : Switches.ALL) {
      assertThat(role(FOLLOWER, switches)).isEqualTo(RoleName.FOLLOWER);
      assertThat(role(CANDIDATE, switches)).isEqualTo(RoleName.CANDIDATE);
      assertThat(role(LEADER, switches)).isEqualTo(RoleName.LEADER);
      if (PRE_CANDIDATE.exists().test(switches)) {
        assertThat(role(PRE_CANDIDATE, switches)).isEqualTo(RoleName.PRE_CANDIDATE);
      }
    }
  }

  private static RoleName role(State state, Switches switches) {
    return state.node().apply(switches).status().role();
  }

  @Test
  void noStateHasTwoNames() {
    assertThat(rows().map(Row::state).distinct().map(State::name)).doesNotHaveDuplicates();
  }

  // Rows that are wrong.

  private static Row row() {
    return new Row("here", FOLLOWER, heartbeat(fromNode(2).to(1).term(5)).commit(4).round(7));
  }

  static Stream<Row> wrongRows() {
    String answer = "1→2 HeartbeatResponse t5 round 7";
    return Stream.of(
        row(),
        row().nothing(),
        row().now(answer),
        row().now(answer).state("commit 4"),
        row().now(answer).state("waits anew"),
        row().state("commit 4", "waits anew"),
        row().later(answer).state("commit 4", "waits anew"),
        row().now(answer, answer).state("commit 4", "waits anew"),
        row().now(answer + "1").state("commit 4", "waits anew"),
        row().now(answer).state("commit 5", "waits anew"),
        row().now(answer).state("commit 4", "waits anew", "vote none"),
        row().now(answer).state("commit 4", "waits anew").drops(DropReason.STALE_TERM),
        row().now(answer).state("commit 4", "waits anew").tells("more"),
        row().now(answer).state("commit 4", "waits anew").nothing(),
        row().now(answer).state("commit 4", "waits anew").withoutPreVote().nothing());
  }

  @ParameterizedTest
  @MethodSource("wrongRows")
  void aRowThatIsWrongFails(Row wrong) {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Switches.ALL.forEach(switches -> TableTest.check(wrong, switches)))
        .withMessageContaining("follower of 2 ← 2→1 Heartbeat t5 commit 4 round 7 (here)");
  }

  @Test
  void theRowThatIsRightHolds() {
    Row right = row().now("1→2 HeartbeatResponse t5 round 7").state("commit 4", "waits anew");

    Switches.ALL.forEach(switches -> TableTest.check(right, switches));
    assertThat(Cell.of(right))
        .isEqualTo(new Cell(RoleName.FOLLOWER, Message.BodyCase.HEARTBEAT, Cell.Term.SAME));
  }
}
