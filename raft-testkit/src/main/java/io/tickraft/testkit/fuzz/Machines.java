package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.DiskSpeed;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.List;

/** Lets machines crash, pause, and have slow disks. */
final class Machines {

  /** The rates that clocks may have: up to twice as fast or as slow as they should be. */
  private static final List<Integer> TICK_MILLIS = List.of(100, 95, 105, 80, 130, 50, 200);

  /** How long a crash in the middle of a write waits for one, in virtual milliseconds. */
  private static final int PATIENCE_MILLIS = 2_000;

  private final Simulation group;
  private final Requests requests;

  Machines(Simulation group, Requests requests) {
    this.group = group;
    this.requests = requests;
  }

  /** Crashes a node, or starts it if it is down. */
  void crashOrStart(Choices step) {
    SimNode node = step.of("node", group.nodes());
    if (node.isUp()) {
      group.crash(node.id());
    } else {
      start(node.id());
    }
  }

  /** Crashes a node and starts it at once, before any other event. */
  void restart(Choices step) {
    SimNode node = step.of("node", group.nodes());
    if (node.isUp()) {
      restart(node.id());
    }
  }

  void restart(long id) {
    group.crash(id);
    start(id);
  }

  void start(long id) {
    group.restart(id);
    requests.restarted(id);
  }

  /** Waits for a write of several parts, and crashes its node in the middle of it. */
  void crashInWrite() {
    group.runUntil(() -> writing() != 0, PATIENCE_MILLIS);
    if (writing() != 0) {
      group.crashInWrite(writing());
    }
  }

  /** Returns the first node that makes a write of several parts; 0: none. */
  private long writing() {
    // Asked after each event: without a stream.
    for (SimNode node : group.nodes()) {
      if (isWriting(node)) {
        return node.id();
      }
    }
    return 0;
  }

  private static boolean isWriting(SimNode node) {
    return node.isUp() && node.hasDisk() && node.disk().isWritingParts();
  }

  /** Pauses the process of a node. */
  void pause(Choices step) {
    SimNode node = step.of("node", group.nodes());
    if (node.isUp()) {
      group.pause(node.id(), step.of("millis", List.of(50L, 900L, 1_500L, 3_000L)));
    }
  }

  /** Changes the rate of a clock. */
  void changeClock(Choices step) {
    SimNode node = step.of("node", group.nodes());
    group.tickMillis(node.id(), step.of("tick millis", TICK_MILLIS));
  }

  void changeDisk(Choices step) {
    DiskSpeed fast = DiskSpeed.between(0, 0);
    DiskSpeed slow = DiskSpeed.between(0, 30).withSlow(10, 1_900);
    SimNode node = step.of("node", group.nodes());
    if (node.hasDisk()) {
      group.diskSpeed(node.id(), step.next("slow", 2) == 0 ? fast : slow);
    }
  }

  void stallDisk(Choices step) {
    SimNode node = step.of("node", group.nodes());
    if (node.hasDisk()) {
      group.stallDisk(node.id(), 1_000L * step.between("seconds", 1, 4));
    }
  }

  /** Lets all writes of a disk fail, or work again. */
  void fillDisk(Choices step) {
    SimNode node = step.of("node", group.nodes());
    if (node.hasDisk()) {
      group.failWrites(node.id(), step.next("fails", 2) == 1);
    }
  }

  /** Lets a read of a disk fail. */
  void failRead(Choices step) {
    SimNode node = step.of("node", group.nodes());
    if (node.isUp() && node.hasDisk()) {
      group.failNextRead(node.id(), true);
    }
  }

  /** Lets a node be as it should: its disk works and is fast, and its clock is right. */
  void mend(SimNode node) {
    if (node.hasDisk()) {
      group.failWrites(node.id(), false);
      group.failNextRead(node.id(), false);
      group.diskSpeed(node.id(), DiskSpeed.between(0, 30));
      group.stallDisk(node.id(), 0);
    }
    group.tickMillis(node.id(), TICK_MILLIS.get(0));
  }
}
