package io.tickraft.testkit.sim;

import io.tickraft.core.RaftEvent;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Machines and hosts that do not do their best: loops that are blocked by each sync, pauses, slow
 * clocks, disks that hang, reads that have to wait, writes that are torn, many Readys out at once.
 */
final class RandomMachines {

  private static final int TICK_MILLIS = 100;

  private final Choices machines;
  private final boolean on;
  private int blocking;
  private long slow;
  private int slowTickMillis = TICK_MILLIS;
  private int slowReadPercent;
  private boolean torn;
  private int writesAtOnce = 1;
  private boolean freezes;
  private boolean disks;
  private boolean mixed;
  private int maxPersistTicks;

  /** How often something was done to a machine, or seen of it. */
  private final Map<String, Long> sights = new TreeMap<>();

  RandomMachines(Choices choices, boolean on, int nodes) {
    this.machines = choices.at("machines");
    this.on = on;
    if (on) {
      slow = machines.between("slow node", 1, nodes);
      blocking = machines.next("blocking", 3);
      slowTickMillis = machines.of("slow ticks", List.of(TICK_MILLIS, TICK_MILLIS, 150, 200));
      slowReadPercent = machines.of("slow reads", List.of(0, 10, 50));
      torn = machines.next("torn writes", 3) != 0;
      writesAtOnce = machines.between("writes at once", 1, 10);
      freezes = machines.next("pauses", 2) == 1;
      disks = machines.next("bad disks", 2) == 1;
      mixed = machines.next("mixed switches", 3) == 2;
      maxPersistTicks = machines.of("persist ticks", List.of(100, 15, 30));
    }
  }

  boolean isOn() {
    return on;
  }

  /** Whether the nodes of the group do not agree on their switches. */
  boolean areMixed() {
    return mixed;
  }

  void configure(SimulationOptions options) {
    if (!on) {
      return;
    }
    options
        .tickMillis(id -> id == slow ? slowTickMillis : TICK_MILLIS)
        .blocking(id -> blocking == 2 || (blocking == 1 && id == slow))
        .slowReads(slowReadPercent, 300)
        .tornWrites(torn)
        .writesAtOnce(writesAtOnce)
        .configuration(config -> config.maxPersistTicks(maxPersistTicks).observer(this::saw));
    if (torn) {
      options.diskMillis(
          0, machines.of("disk millis", List.of(30, 300))); // A write that takes no time is whole.
    }
  }

  /** Lets a machine pause, or its disk be slow or hang, or be as it was. */
  void disturb(Simulation group, Choices step) {
    SimNode node = step.of("node", group.nodes());
    if (!node.isUp()) {
      return;
    }
    if (step.next("pause", 2) == 1) {
      if (freezes) {
        long millis = step.of("millis", List.of(50L, 900L, 1_500L, 3_000L));
        see(node.isLeader() && millis >= 1_500, "leader frozen for longer than its timeout");
        see(node.isBlocked(), "blocked node frozen");
        group.freeze(node.id(), millis);
      }
    } else if (disks) {
      switch (step.next("disk", 3)) {
        case 0 -> group.diskSpeed(node.id(), DiskSpeed.between(0, 0));
        case 1 -> group.diskSpeed(node.id(), DiskSpeed.between(0, 30).withSlow(10, 1_900));
        default -> {
          see(true, "disk stalled");
          group.stallDisk(node.id(), 1_000L * step.between("seconds", 1, 4));
        }
      }
    }
  }

  /** Chooses whether the next crash is to come in the middle of a write, which may be torn. */
  boolean drawTear(Choices step) {
    return torn && step.next("in a write", 2) == 1;
  }

  /** Waits for a write of several parts, and returns whose it is, if one comes. */
  static OptionalLong awaitWrite(Simulation group) {
    group.runUntil(() -> group.nodes().stream().anyMatch(RandomMachines::isWriting), 2_000);
    return group.nodes().stream()
        .filter(RandomMachines::isWriting)
        .mapToLong(SimNode::id)
        .findFirst();
  }

  private static boolean isWriting(SimNode node) {
    int unsynced = node.disk().unsynced();
    return node.isUp() && unsynced > 0 && node.disk().parts(unsynced - 1) > 1;
  }

  /** Lets all disks be fast again. */
  void calm(Simulation group) {
    if (on) {
      group.nodes().forEach(node -> group.diskSpeed(node.id(), DiskSpeed.between(0, 30)));
    }
  }

  private void saw(RaftEvent event) {
    if (event instanceof RaftEvent.SteppedDown down) {
      see(true, "stepped down: " + down.reason());
    }
  }

  private void see(boolean seen, String sight) {
    if (seen) {
      sights.merge(sight, 1L, Long::sum);
    }
  }

  /** Returns what was done to the machines, and what came of it. */
  Map<String, Long> sights(Simulation group) {
    Map<String, Long> all = new TreeMap<>(sights);
    for (SimNode node : group.nodes()) {
      Troubles troubles = node.troubles();
      all.merge("write torn", node.disk().tornWrites(), Long::sum);
      all.merge("node frozen", troubles.freezes(), Long::sum);
      all.merge("entries not ready", troubles.entriesNotReady(), Long::sum);
      all.merge("snapshot not ready", troubles.snapshotsNotReady(), Long::sum);
      all.merge("late ticks before messages", troubles.ticksBeforeMessages(), Long::sum);
      all.merge("late ticks dropped", troubles.droppedTicks(), Long::sum);
      all.merge("ten Readys out", troubles.readysOut() >= 10 ? 1L : 0L, Long::sum);
    }
    return all;
  }
}
