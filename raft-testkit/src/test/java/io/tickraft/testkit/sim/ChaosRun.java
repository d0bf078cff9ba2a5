package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.testkit.oracle.Oracles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * One run in which everything that may go wrong does, as the choices say: which kinds of trouble
 * there are is drawn first, as a run with all kinds at once gets nowhere. In the end all is mended,
 * and the group must come to agree again.
 */
final class ChaosRun {

  private static final int STEPS = 150;

  private final Choices choices;
  final Simulation group;
  final Sightings sightings = new Sightings();
  private final boolean crashes;
  private final boolean partitions;
  private final boolean weather;
  private final boolean meddling;
  private final RandomRequests requests;
  private final RandomMembership membership;
  private final RandomMachines machines;
  private final RandomSettings settings;
  private long commands;
  private final TreeSet<String> rejected = new TreeSet<>();
  int crashed;
  int accepted;

  private ChaosRun(Choices choices, boolean badMachines) {
    this.choices = choices;
    Choices kinds = choices.at("run");
    int nodes = kinds.of("nodes", List.of(3, 1, 2, 4, 5));
    this.crashes = kinds.next("crashes", 3) != 0;
    this.partitions = kinds.next("partitions", 3) != 0;
    this.weather = kinds.next("weather", 3) != 0;
    this.meddling = kinds.next("meddling", 3) == 2;
    boolean changes = kinds.next("changes", 2) != 0;
    SimulationOptions options =
        Simulation.of(nodes)
            .seed(kinds.next("seed", 1 << 20))
            .maxDriftMillis(kinds.of("drift", List.of(0, 5, 30)))
            .diskMillis(0, kinds.of("disk millis", List.of(0, 3, 30, 300)))
            .acknowledgeMillis(kinds.of("acknowledge millis", List.of(0, 0, 10, 100)))
            .applyMillis(kinds.of("apply millis", List.of(0, 0, 10, 100)))
            .writesAtOnce(kinds.between("writes at once", 1, 4))
            .snapshotEvery(kinds.of("snapshot every", List.of(0, 5, 20)))
            .entriesKept(kinds.of("entries kept", List.of(0, 3, 10)))
            .keepState(kinds.next("keep state", 3) == 2)
            .oracle(new Oracles(List.of(Oracles.all(), sightings)));
    machines = new RandomMachines(choices, badMachines, nodes);
    machines.configure(options);
    settings = new RandomSettings(choices, machines);
    group = options.configuration(settings::configure).start(choices);
    requests =
        new RandomRequests(group, kinds.next("reads", 3) != 0, kinds.next("transfers", 3) != 0);
    membership = new RandomMembership(group, changes);
  }

  /** Runs on machines that are in order, and checks what must hold in the end. */
  static ChaosRun of(Choices choices) {
    return run(new ChaosRun(choices, false));
  }

  /** Runs on {@linkplain RandomMachines machines that are not}. */
  static ChaosRun onBadMachines(Choices choices) {
    return run(new ChaosRun(choices, true));
  }

  private static ChaosRun run(ChaosRun run) {
    for (int i = 1; i <= STEPS; i++) {
      Choices step = run.choices.at("step %", i);
      run.pause(run.choices.at("before step %", i));
      run.act(step);
    }
    run.recover();
    return run;
  }

  /**
   * Lets time pass. The leaders to read from are those that have just begun, and perhaps do not
   * know yet what is committed, and those that are deposed and do not know that.
   */
  private void pause(Choices pause) {
    long elections = sightings.elections();
    boolean isNew =
        group.runUntil(() -> sightings.elections() > elections, pause.next("millis", 200));
    List<SimNode> leaders = group.nodes().stream().filter(SimNode::isLeader).toList();
    if (isNew || leaders.size() > 1) {
      leaders.forEach(leader -> requests.readFrom(leader, pause));
    }
  }

  private void act(Choices step) {
    switch (step.next("act", machines.isOn() ? 19 : 17)) {
      case 0 -> {}
      case 1, 2, 3, 4 -> propose(step);
      case 5, 6 -> crashOrStart(step);
      case 7 -> divide(step);
      case 8 -> group.network().heal();
      case 9 -> changeWeather(step);
      case 10, 11 -> requests.read(step);
      case 12 -> requests.transfer(step);
      case 13, 14 -> membership.change(step);
      case 15 -> meddle(step);
      case 16 -> {
        for (SimNode node : group.nodes()) {
          if (node.isUp()) {
            group.whenUnblocked(node.id(), () -> group.compact(node.id()));
          }
        }
        membership.retire(step);
      }
      default -> machines.disturb(group, step);
    }
  }

  private List<Long> ids() {
    return group.nodes().stream().map(SimNode::id).toList();
  }

  private void propose(Choices step) {
    for (SimNode node : group.nodes()) {
      if (node.isUp()) {
        List<ByteString> batch = new ArrayList<>();
        for (int i = step.next("more commands of " + node.id(), 4); i >= 0; i--) {
          batch.add(command(step));
        }
        group.whenUnblocked(node.id(), () -> propose(node, batch));
      }
    }
  }

  private void propose(SimNode node, List<ByteString> batch) {
    ProposeResult result = group.propose(node.id(), batch);
    if (result instanceof ProposeResult.Accepted) {
      accepted++;
    } else if (result instanceof ProposeResult.Rejected) {
      batch.forEach(command -> rejected.add(command.toStringUtf8()));
    }
  }

  private ByteString command(Choices step) {
    commands++;
    int longer = step.next("length of " + commands, 20);
    return ByteString.copyFrom(
        "command " + commands + "x".repeat(longer), StandardCharsets.US_ASCII);
  }

  private void crashOrStart(Choices step) {
    long id = step.of("node", ids());
    if (!group.node(id).isUp()) {
      group.restart(id);
      requests.restarted(id);
    } else if (crashes) {
      crashed++;
      crash(id, step);
    }
  }

  private void crash(long id, Choices step) {
    if (machines.drawTear(step)) {
      propose(step);
      OptionalLong writing = RandomMachines.awaitWrite(group);
      if (writing.isPresent()) {
        group.crashInWrite(writing.getAsLong());
        return;
      }
    }
    group.crash(id);
  }

  private void divide(Choices step) {
    if (!partitions) {
      return;
    }
    if (step.next("one link", 3) == 2) {
      group.network().cut(step.of("from", ids()), step.of("to", ids()));
      return;
    }
    List<Long> one = new ArrayList<>();
    List<Long> other = new ArrayList<>();
    for (long id : ids()) {
      (step.next("side of " + id, 2) == 0 ? one : other).add(id);
    }
    group.network().partition(one, other);
  }

  private void changeWeather(Choices step) {
    if (weather) {
      group
          .network()
          .conditions(
              Conditions.RELIABLE
                  .withDelay(0, step.of("delay", List.of(1, 20, 200)))
                  .withLoss(step.of("loss", List.of(0, 5, 30)))
                  .withDuplicates(step.of("duplicates", List.of(0, 10, 50)))
                  .withDetours(step.of("detours", List.of(0, 10)), 1000));
    }
  }

  private void meddle(Choices step) {
    long id = step.of("node", ids());
    if (meddling && group.node(id).isUp()) {
      switch (step.next("how", 3)) {
        case 0 -> group.whenUnblocked(id, () -> group.forgetLeader(id));
        case 1 -> group.whenUnblocked(id, () -> group.campaign(id));
        default -> resign();
      }
    }
  }

  private void resign() {
    for (SimNode leader : group.nodes()) {
      if (leader.isLeader()) {
        group.whenUnblocked(leader.id(), () -> group.resign(leader.id()));
      }
    }
  }

  /**
   * Mends all, then lets a quorum go on without the others. It is not that quorum alone that is
   * mended at first, unless the membership stays: of a change of two nodes the only one that knows
   * might be among the others, and that cannot be survived.
   */
  private void recover() {
    Recovery recovery = new Recovery(group, requests);
    machines.calm(group);
    if (machines.areMixed()) {
      // With switches that differ nothing is promised but safety.
      settings.level();
      group.nodes().stream().filter(SimNode::isUp).forEach(this::restart);
    }
    if (!membership.isOn()) {
      recovery.agree(recovery.core(choices));
    }
    recovery.agree(new TreeSet<>(ids()));
    recovery.checkOutcomes();
    recovery.agree(recovery.core(choices));
    for (SimNode node : group.nodes()) {
      for (ByteString command : Recovery.commands(node)) {
        assertThat(rejected.contains(command.toStringUtf8()))
            .as("%s, which was rejected, is applied by %d", command.toStringUtf8(), node.id())
            .isFalse();
      }
    }
  }

  private void restart(SimNode node) {
    group.crash(node.id());
    group.restart(node.id());
    requests.restarted(node.id());
  }

  /** Returns what machines have done that has to happen some time. */
  Map<String, Long> machineSights() {
    return machines.sights(group);
  }

  long lostWrites() {
    return group.nodes().stream().mapToLong(node -> node.disk().lostWrites()).sum();
  }
}
