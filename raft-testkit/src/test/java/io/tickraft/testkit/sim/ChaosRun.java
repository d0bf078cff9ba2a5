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
    int nodes = choices.of(List.of(3, 1, 2, 4, 5));
    this.crashes = choices.next(3) != 0;
    this.partitions = choices.next(3) != 0;
    this.weather = choices.next(3) != 0;
    this.meddling = choices.next(3) == 2;
    boolean changes = choices.next(2) != 0;
    SimulationOptions options =
        Simulation.of(nodes)
            .seed(choices.next(1 << 20))
            .maxDriftMillis(choices.of(List.of(0, 5, 30)))
            .diskMillis(0, choices.of(List.of(0, 3, 30, 300)))
            .acknowledgeMillis(choices.of(List.of(0, 0, 10, 100)))
            .applyMillis(choices.of(List.of(0, 0, 10, 100)))
            .writesAtOnce(choices.between(1, 4))
            .snapshotEvery(choices.of(List.of(0, 5, 20)))
            .entriesKept(choices.of(List.of(0, 3, 10)))
            .keepState(choices.next(3) == 2)
            .oracle(new Oracles(List.of(Oracles.all(), sightings)));
    machines = new RandomMachines(choices, badMachines, nodes);
    machines.configure(options);
    settings = new RandomSettings(choices, machines);
    group = options.configuration(settings::configure).start(choices);
    requests = new RandomRequests(group, choices.next(3) != 0, choices.next(3) != 0);
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
    for (int i = 0; i < STEPS; i++) {
      run.pause();
      run.act();
    }
    run.recover();
    return run;
  }

  /**
   * Lets time pass. The leaders to read from are those that have just begun, and perhaps do not
   * know yet what is committed, and those that are deposed and do not know that.
   */
  private void pause() {
    long elections = sightings.elections();
    boolean isNew = group.runUntil(() -> sightings.elections() > elections, choices.next(200));
    List<SimNode> leaders = group.nodes().stream().filter(SimNode::isLeader).toList();
    if (isNew || leaders.size() > 1) {
      leaders.forEach(requests::readFrom);
    }
  }

  private void act() {
    switch (choices.next(machines.isOn() ? 18 : 16)) {
      case 0, 1, 2, 3 -> propose();
      case 4, 5 -> crashOrStart();
      case 6 -> divide();
      case 7 -> group.network().heal();
      case 8 -> changeWeather();
      case 9, 10 -> requests.read();
      case 11 -> requests.transfer();
      case 12, 13 -> membership.change();
      case 14 -> meddle();
      case 15 -> {
        for (SimNode node : group.nodes()) {
          if (node.isUp()) {
            group.whenUnblocked(node.id(), () -> group.compact(node.id()));
          }
        }
        membership.retire();
      }
      default -> machines.disturb(group);
    }
  }

  private List<Long> ids() {
    return group.nodes().stream().map(SimNode::id).toList();
  }

  private void propose() {
    for (SimNode node : group.nodes()) {
      if (node.isUp()) {
        List<ByteString> batch = new ArrayList<>();
        for (int i = choices.next(4); i >= 0; i--) {
          batch.add(command());
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

  private ByteString command() {
    commands++;
    return ByteString.copyFrom(
        "command " + commands + "x".repeat(choices.next(20)), StandardCharsets.US_ASCII);
  }

  private void crashOrStart() {
    long id = choices.of(ids());
    if (!group.node(id).isUp()) {
      group.restart(id);
      requests.restarted(id);
    } else if (crashes) {
      crashed++;
      crash(id);
    }
  }

  private void crash(long id) {
    if (machines.drawTear()) {
      propose();
      OptionalLong writing = RandomMachines.awaitWrite(group);
      if (writing.isPresent()) {
        group.crashInWrite(writing.getAsLong());
        return;
      }
    }
    group.crash(id);
  }

  private void divide() {
    if (!partitions) {
      return;
    }
    if (choices.next(3) == 2) {
      group.network().cut(choices.of(ids()), choices.of(ids()));
      return;
    }
    List<Long> one = new ArrayList<>();
    List<Long> other = new ArrayList<>();
    for (long id : ids()) {
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

  private void meddle() {
    long id = choices.of(ids());
    if (meddling && group.node(id).isUp()) {
      switch (choices.next(3)) {
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
