package io.tickraft.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.scenario.ScenarioRecorder.Hosts;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import io.tickraft.testkit.sim.SimulationOptions;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recorded run is a scenario in which the same happens. */
class ScenarioRecorderTest {

  private static ByteString command(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static Simulation start(ScenarioRecorder recorder, SimulationOptions options, long seed) {
    return options
        .oracle(new Oracles(List.of(recorder, Oracles.all())))
        .start(Choices.random(seed));
  }

  /** Lets a group get into all kinds of trouble, and returns the status of each node. */
  private static String runInTrouble(ScenarioRecorder recorder, long seed) {
    Simulation group =
        start(
            recorder,
            Simulation.of(3)
                .diskMillis(0, seed % 2 == 0 ? 0 : 30)
                .acknowledgeMillis(seed % 3 == 0 ? 20 : 0)
                .applyMillis(seed % 3 == 1 ? 20 : 0)
                .maxOutstandingReadys(seed % 5 == 0 ? 4 : 1)
                .blocking(id -> seed % 7 == 0)
                .tornWrites(true)
                .snapshotEvery(5)
                .keepState(seed % 4 == 0)
                .configuration((config, id) -> config.forwardProposals(true)),
            seed);
    group
        .network()
        .conditions(Conditions.RELIABLE.withDelay(0, 100).withLoss(5).withDuplicates(20));
    Choices choices = group.choices();
    for (int i = 1; i <= 60; i++) {
      Choices step = choices.at("step %", i);
      group.run(step.next("millis", 400));
      SimNode node = step.of("node", group.nodes());
      if (!node.isUp()) {
        group.restart(node.id());
      } else if (step.percent("crash", 10)) {
        group.crash(node.id());
      } else if (step.percent("pause", 10)) {
        group.pause(node.id(), 700);
      } else {
        int number = i;
        group.whenUnblocked(
            node.id(), () -> group.propose(node.id(), command("command " + number)));
      }
    }
    return group.nodes().stream()
        .filter(SimNode::isUp)
        .map(up -> "  " + up.id() + ": " + NodeText.of(up.status()) + "\n")
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void allNodesEndInTheSameState(long seed) {
    ScenarioRecorder recorder = new ScenarioRecorder();
    String end = runInTrouble(recorder, seed);

    Scenario.Played played =
        Scenario.parse("run.txt", recorder.text(Hosts.BY_COMMANDS).orElseThrow() + "status\n")
            .play();

    assertThat(played.failure()).isEmpty();
    assertThat(states(played.text())).isEqualTo(end);
  }

  /**
   * Returns the last transcript without the configurations, and without the nodes that are down.
   */
  private static String states(String text) {
    return text.substring(text.lastIndexOf("\nstatus\n") + "\nstatus\n".length())
        .lines()
        .filter(line -> line.matches("  \\d+: .*") && !line.contains(": down"))
        .map(line -> line.replace(", voters {1,2,3}", "") + "\n")
        .collect(Collectors.joining());
  }

  private static String scenario(SimulationOptions options, Consumer<Simulation> run, Hosts hosts) {
    ScenarioRecorder recorder = new ScenarioRecorder();
    Simulation group =
        options.oracle(new Oracles(List.of(recorder, Oracles.all()))).start(Choices.harmless());
    run.accept(group);
    return recorder.text(hosts).orElseThrow();
  }

  @Test
  void aPromptHostNeedsNoCommands() {
    Consumer<Simulation> run =
        group -> {
          group.run(250);
          group.campaign(1);
          group.propose(1, List.of(command("a b"), ByteString.copyFrom(new byte[] {0, -1})));
          group.readIndex(1, command("r"));
          group.compact(1);
          group.crash(1);
          group.restart(1);
        };
    SimulationOptions options = Simulation.of(1).configuration((c, id) -> c.preVote(false));

    assertThat(scenario(options, run, Hosts.AS_RECORDED))
        .isEqualTo(
            """
            cluster 1 max-outstanding-readys=1 pre-vote=off
            tick 1 3
            campaign 1
            propose 1 hex=612062,00ff
            read 1 "r"
            compact 1
            crash 1 keep=3
            restart 1
            """);
  }

  @Test
  void aSlowHostHasCommands() {
    Consumer<Simulation> run =
        group -> {
          group.campaign(1);
          group.run(60);
        };

    assertThat(scenario(Simulation.of(1).diskMillis(50, 50), run, Hosts.AS_RECORDED))
        .contains("\nhost 1 manual\ncampaign 1\nready 1\ntick 1\npersist 1\nready 1\n");
    assertThat(scenario(Simulation.of(1).diskMillis(50, 50), run, Hosts.AT_ONCE))
        .isEqualTo("cluster 1 max-outstanding-readys=1\ncampaign 1\ntick 1\n");
  }

  @Test
  void aBrokenPromiseIsBrokenAgain() {
    // A host must not start its node twice with the same incarnation.
    ScenarioRecorder recorder = new ScenarioRecorder();
    Simulation group =
        start(recorder, Simulation.of(3).configuration((config, id) -> config.incarnation(1)), 1);
    Throwable thrown =
        catchThrowable(
            () -> {
              group.run(5_000);
              long follower = group.node(1).isLeader() ? 2 : 1;
              group.readIndex(follower, command("a"));
              group.run(100);
              group.crash(follower);
              group.restart(follower);
              group.run(1_000);
              group.readIndex(follower, command("b"));
              group.run(100);
            });
    assertThat(thrown).isInstanceOf(OracleViolation.class);
    for (Hosts hosts : Hosts.values()) {
      Scenario.Played played = Scenario.parse("run.txt", recorder.text(hosts).orElseThrow()).play();

      assertThat(played.failure())
          .get()
          .extracting(Throwable::getMessage)
          .isEqualTo(thrown.getMessage());
      assertThat(played.text()).contains(" incarnation=1").contains("deliver \"ReadIndex ");
    }
  }

  @Test
  void aRunWithoutEventsIsNoScenario() {
    assertThat(new ScenarioRecorder().text(Hosts.AT_ONCE)).isEmpty();
  }
}
