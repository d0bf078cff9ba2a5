package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.oracle.ReadyView;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** How the hosts of a simulation may acknowledge Readys, and what they report. */
final class HostHabitsTest {

  private static final ByteString COMMAND = ByteString.copyFromUtf8("command");

  private static void agree(Simulation group) {
    assertThat(
            group.runUntil(
                () -> {
                  long last = group.nodes().get(0).status().last().index();
                  return last > 10
                      && group.nodes().stream().allMatch(node -> node.appliedIndex() == last);
                },
                20_000))
        .isTrue();
    assertThat(group.nodes()).extracting(SimNode::state).containsOnly(group.node(1).state());
  }

  private static Simulation busyGroup(UnaryOperator<SimulationOptions> habit) {
    Simulation group = habit.apply(Simulation.of(3)).start(Choices.random(1));
    assertThat(group.runUntil(() -> group.nodes().stream().anyMatch(SimNode::isLeader), 10_000))
        .isTrue();
    for (int i = 0; i < 30; i++) {
      group.nodes().forEach(node -> group.propose(node.id(), COMMAND));
      group.run(15);
    }
    return group;
  }

  @Test
  void aHostMayAcknowledgeAllOfAReadyWithOneCall() {
    agree(busyGroup(options -> options.advances(true)));
    agree(busyGroup(options -> options.advances(true).diskMillis(1, 30).keepState(true)));
  }

  /** Counts how many Readys in a row are acknowledged before the node is looked at again. */
  private static final class Together implements Oracle {
    private int inARow;
    private int most;

    @Override
    public void persisted(long node, ReadyView ready) {
      inARow++;
      most = Math.max(most, inARow);
    }

    @Override
    public void stepped(NodeView view) {
      inARow = 0;
    }
  }

  @Test
  void aHostMayAcknowledgeSeveralReadysWithOneCall() {
    for (boolean together : new boolean[] {false, true}) {
      Together counter = new Together();
      agree(
          busyGroup(
              options ->
                  options
                      .acknowledgesTogether(together)
                      .acknowledgeMillis(100)
                      .diskMillis(1, 2)
                      .maxOutstandingReadys(8)
                      .oracle(new Oracles(List.of(Oracles.all(), counter)))));
      assertThat(counter.most > 1).isEqualTo(together);
    }
  }

  @Test
  void aHostReportsMembersThatCannotBeReachedAndSnapshots() {
    Simulation group = Simulation.of(3).reports(100).snapshotEvery(5).start(Choices.random(1));
    assertThat(group.runUntil(() -> group.nodes().stream().anyMatch(SimNode::isLeader), 10_000))
        .isTrue();
    SimNode leader = group.nodes().stream().filter(SimNode::isLeader).findFirst().orElseThrow();
    assertThat(leader.faultCounters().reports()).isZero();
    SimNode behind =
        group.nodes().stream().filter(node -> !node.isLeader()).findFirst().orElseThrow();
    group.network().disconnect(behind.id());
    for (int i = 0; i < 20; i++) {
      group.propose(leader.id(), COMMAND);
      group.run(100);
    }
    long unreachable = leader.faultCounters().reports();
    assertThat(unreachable).isPositive();
    group.network().heal();
    group.run(5_000);
    assertThat(behind.appliedIndex()).isEqualTo(leader.appliedIndex());
    assertThat(leader.faultCounters().reports()).as("of the snapshot").isGreaterThan(unreachable);
  }
}
