package io.tickraft.testkit.fuzz;

import java.util.Locale;

/**
 * A kind of fault or disturbance. Each run has only some kinds, as its choices decide: with all
 * kinds at once a group would make hardly any progress (Groce and others, Swarm Testing, 2012).
 */
public enum Trouble {
  /** Nodes crash, lose unsynced writes, and start again. */
  CRASHES(67),

  /** Links are cut: between two sides, or one link in one direction. */
  PARTITIONS(67),

  /** Messages are delayed, lost, duplicated and reordered. */
  UNRELIABLE_NETWORK(67),

  /** Messages are corrupted so that any receiver can detect it. */
  CORRUPTION(33),

  /** Messages have fields of a later version, which their receivers do not know. */
  LATER_VERSION(25),

  /** Clocks drift, one node ticks slowly, and the rates of clocks change during a run. */
  CLOCKS(33),

  /** Processes pause, and then get the ticks and messages of the pause. */
  PAUSES(33),

  /** Disks are slow, stall, and block the loop of their node. */
  DISKS(50),

  /** Writes and reads of disks fail, and the host stops its node. */
  DISK_ERRORS(25),

  /** Crashes tear writes, so that only a part of a Ready is on the disk. */
  TORN_WRITES(33),

  /** Disks lose synced writes whose entries a quorum of the other nodes still has. */
  LOST_WRITES(25),

  /** Storages answer reads later, and in small parts. */
  SLOW_READS(33),

  /** Hosts acknowledge and apply late, and have several Readys outstanding. */
  LATE_HOSTS(50),

  /** Hosts report lost messages and the progress of snapshots. */
  REPORTS(33),

  /** Nodes join, leave, and become voters or learners; nodes retire. */
  MEMBERSHIP(50),

  /** Leadership is transferred. */
  TRANSFERS(67),

  /** Hosts make nodes campaign, forget their leader, and resign. */
  FORCED_ELECTIONS(33),

  /** Limits of messages, windows and queues are so small that runs reach them. */
  SMALL_LIMITS(50),

  /** Several steps in an order that leads to a {@linkplain Situation situation}. */
  SITUATIONS(67),

  /** Settings differ from node to node: switches, times, limits and priorities. */
  MIXED_SETTINGS(25);

  private final int percent;

  Trouble(int percent) {
    this.percent = percent;
  }

  /** Returns how many runs of a hundred have it. */
  int percent() {
    return percent;
  }

  /** Returns the label of the choice whether a run has it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
