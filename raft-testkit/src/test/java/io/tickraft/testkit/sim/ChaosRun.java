package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One run in which everything that may go wrong does, as the choices say: which kinds of trouble
 * there are is drawn first, as a run with all kinds at once gets nowhere. In the end all is mended,
 * and the group must come to agree again.
 */
final class ChaosRun {

  private static final int STEPS = 150;
  private static final int MAX_RECOVERY_MILLIS = 60_000;

  private final Choices choices;
  final Simulation group;
  private final int nodes;
  private final boolean crashes;
  private final boolean partitions;
  private final boolean weather;
  private long commands;
  int crashed;
  int accepted;

  private ChaosRun(Choices choices) {
    this.choices = choices;
    this.nodes = choices.of(List.of(3, 1, 2, 4, 5));
    this.crashes = choices.next(3) != 0;
    this.partitions = choices.next(3) != 0;
    this.weather = choices.next(3) != 0;
    SimulationOptions options =
        Simulation.of(nodes)
            .seed(choices.next(1 << 20))
            .maxDriftMillis(choices.of(List.of(0, 5, 30)))
            .diskMillis(0, choices.of(List.of(0, 3, 30, 300)))
            .writesAtOnce(choices.between(1, 4))
            .snapshotEvery(choices.of(List.of(0, 5, 20)))
            .entriesKept(choices.of(List.of(0, 3, 10)));
    boolean preVote = choices.next(3) != 0;
    boolean checkQuorum = choices.next(3) != 0;
    int limits = choices.next(3);
    int snapshotTicks = choices.of(List.of(20, 5, 100));
    group =
        options
            .configuration(
                c -> configure(c.preVote(preVote).checkQuorum(checkQuorum), limits, snapshotTicks))
            .start(choices);
  }

  private static void configure(RaftConfig.Builder config, int limits, int snapshotTicks) {
    config.snapshotTicks(snapshotTicks);
    if (limits > 0) {
      config.maxAppendBytes(64).maxInflightAppends(limits).maxCommittedBytesPerReady(100);
    }
    if (limits > 1) {
      config
          .maxInflightBytes(100)
          .maxUncommittedBytes(60)
          .maxUnstableBytes(400)
          .maxOutboxMessages(12);
    }
  }

  /** Runs, and checks what must hold in the end. */
  static ChaosRun of(Choices choices) {
    ChaosRun run = new ChaosRun(choices);
    for (int i = 0; i < STEPS; i++) {
      run.group.run(choices.next(200));
      run.act();
    }
    run.recover();
    return run;
  }

  private void act() {
    switch (choices.next(10)) {
      case 0, 1, 2, 3 -> propose();
      case 4 -> crashOrStart();
      case 5 -> crashOrStart();
      case 6 -> divide();
      case 7 -> group.network().heal();
      case 8 -> changeWeather();
      default ->
          group.nodes().stream().filter(SimNode::isUp).map(SimNode::id).forEach(group::compact);
    }
  }

  private void propose() {
    for (SimNode node : group.nodes()) {
      if (node.isUp()) {
        List<ByteString> batch = new ArrayList<>();
        for (int i = choices.next(4); i >= 0; i--) {
          batch.add(command());
        }
        if (group.propose(node.id(), batch) instanceof ProposeResult.Accepted) {
          accepted++;
        }
      }
    }
  }

  private ByteString command() {
    commands++;
    return ByteString.copyFrom(
        "command " + commands + "x".repeat(choices.next(20)), StandardCharsets.US_ASCII);
  }

  private void crashOrStart() {
    long id = 1L + choices.next(nodes);
    if (!group.node(id).isUp()) {
      group.restart(id);
    } else if (crashes) {
      crashed++;
      group.crash(id);
    }
  }

  private void divide() {
    if (!partitions) {
      return;
    }
    if (choices.next(3) == 2) {
      group.network().cut(1L + choices.next(nodes), 1L + choices.next(nodes));
      return;
    }
    List<Long> one = new ArrayList<>();
    List<Long> other = new ArrayList<>();
    for (long id = 1; id <= nodes; id++) {
      (choices.next(2) == 0 ? one : other).add(id);
    }
    group.network().partition(one, other);
  }

  private void changeWeather() {
    if (weather) {
      group
          .network()
          .conditions(
              Conditions.RELIABLE
                  .withDelay(0, choices.of(List.of(1, 20, 200)))
                  .withLoss(choices.of(List.of(0, 5, 30)))
                  .withDuplicates(choices.of(List.of(0, 10, 50)))
                  .withDetours(choices.of(List.of(0, 10)), 1000));
    }
  }

  private void recover() {
    group.network().heal();
    group.network().conditions(Conditions.RELIABLE);
    for (SimNode node : group.nodes()) {
      if (!node.isUp()) {
        group.restart(node.id());
      }
    }
    ByteString last = ByteString.copyFromUtf8("the last command");
    long end = group.now() + MAX_RECOVERY_MILLIS;
    while (!isAppliedByAll(last)) {
      assertThat(group.now()).as("agreement after all was mended").isLessThan(end);
      for (SimNode node : group.nodes()) {
        if (node.isLeader()) {
          group.propose(node.id(), last);
        }
      }
      group.run(500);
    }
    assertThat(group.runUntil(this::areLevel, MAX_RECOVERY_MILLIS)).as("all are level").isTrue();
    List<ByteString> commands = commands(group.node(1));
    for (SimNode node : group.nodes()) {
      assertThat(commands(node).equals(commands)).as("node %d agrees", node.id()).isTrue();
    }
  }

  private boolean areLevel() {
    long last = group.node(1).status().last().index();
    return group.nodes().stream()
        .allMatch(node -> node.appliedIndex() == last && node.status().last().index() == last);
  }

  private boolean isAppliedByAll(ByteString command) {
    return group.nodes().stream().allMatch(node -> commands(node).contains(command));
  }

  private static List<ByteString> commands(SimNode node) {
    return ((CommandLog) node.machine()).commands();
  }

  long snapshotsSent() {
    return group.network().sent(Message.BodyCase.INSTALL_SNAPSHOT);
  }

  long lostWrites() {
    return group.nodes().stream().mapToLong(node -> node.disk().lostWrites()).sum();
  }
}
