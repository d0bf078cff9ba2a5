package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.Message;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.oracle.OracleViolation;
import org.junit.jupiter.api.Test;

class ProbeTest {

  private static ConfChange add(ConfChangeType type, long node) {
    return ConfChange.newBuilder()
        .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
        .addChanges(ConfChangeSingle.newBuilder().setType(type).setNode(node))
        .build();
  }

  private static ConfChange addVoter(long node) {
    return add(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, node);
  }

  /** One leader that adds a second voter. */
  private static Exploration growing(Exploration group) {
    return group
        .startAfter(Prelude.leader())
        .changes(addVoter(2))
        .allow(EventKind.CHANGE, 1)
        .checkLivenessOfOneIn(1);
  }

  @Test
  void aGroupThatCannotGoOnIsReported() {
    // There is no node 2, so that the two of them have no majority.
    Exploration exploration = growing(Exploration.of(1));
    Exploration.Result result = exploration.run();
    Counterexample found = result.counterexample().orElseThrow();
    assertThat(result.probes()).isPositive();
    assertThat(found.failure().kind()).isEqualTo("liveness");
    assertThat(found.sentence()).contains("60 election timeouts without trouble have not brought");
    assertThat(found.ordering().text()).isEqualTo("campaign 1\nchange 1 #1\n");
    assertThat(exploration.play(found.ordering()).map(Failure::kind)).contains("liveness");
  }

  @Test
  void nothingIsReportedIfItIsNotAskedFor() {
    Exploration.Result result = growing(Exploration.of(1)).checkLivenessOfOneIn(0).run();
    assertThat(result.counterexample()).isEmpty();
    assertThat(result.isExhausted()).isTrue();
    assertThat(result.probes()).isZero();
  }

  @Test
  void aGroupThatGoesOnIsNotReported() {
    Exploration.Result result = growing(Exploration.of(1).joiners(1)).run();
    assertThat(result.counterexample()).isEmpty();
    assertThat(result.isExhausted()).isTrue();
    // Each state but the first one, which is not found.
    assertThat(result.probes()).isEqualTo(result.states() - 1);
  }

  @Test
  void aMemberThatDoesNotExistNeedNotComeLevel() {
    for (ConfChange change :
        new ConfChange[] {addVoter(3), add(ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER, 16)}) {
      Exploration.Result result =
          Exploration.of(2)
              .startAfter(Prelude.leader())
              .changes(change)
              .allow(EventKind.CHANGE, 1)
              .checkLivenessOfOneIn(3)
              .run();
      assertThat(result.counterexample()).isEmpty();
      assertThat(result.isExhausted()).isTrue();
      assertThat(result.probes()).isPositive().isLessThan(result.states());
    }
  }

  @Test
  void whatIsTakenAndNotWrittenIsDoneFirst() {
    Exploration.Result result =
        Exploration.of(2)
            .configuration(config -> config.preVote(false).checkQuorum(false))
            .splitReadys()
            .allow(EventKind.CAMPAIGN, 1)
            .checkLivenessOfOneIn(1)
            .run();
    assertThat(result.counterexample()).isEmpty();
    assertThat(result.probes()).isEqualTo(result.states() - 1);
  }

  // By itself.

  private static Probe probe(Group group, Exploration exploration, int electionTicks) {
    return new Probe(group, exploration.acts(false), electionTicks);
  }

  @Test
  void aGroupThatHasTooLittleTimeHasNoLeader() {
    Exploration exploration = Exploration.of(3);
    Group group = exploration.group(exploration.newOracle());
    group.start();
    assertThatThrownBy(() -> probe(group, exploration, 0).run())
        .isInstanceOf(OracleViolation.class)
        .hasMessage(
            "liveness is violated: 60 election timeouts without trouble have not brought"
                + " a leader");
    assertThatCode(() -> probe(group, exploration, 10).run()).doesNotThrowAnyException();
  }

  @Test
  void whatIsInFlightIsLost() {
    Exploration exploration = Exploration.of(3);
    Group group = exploration.group(exploration.newOracle());
    group.start();
    group.perform(Event.of(EventKind.CAMPAIGN, 0, 0), Message.getDefaultInstance());
    assertThat(group.inFlight()).isNotEmpty();
    probe(group, exploration, 10).run();
    assertThat(group.inFlight()).isEmpty();
    for (int node = 0; node < 3; node++) {
      assertThat(group.host(node).appliedIndex()).isGreaterThanOrEqualTo(3);
    }
  }
}
