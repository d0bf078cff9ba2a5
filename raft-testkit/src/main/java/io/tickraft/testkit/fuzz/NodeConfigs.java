package io.tickraft.testkit.fuzz;

import io.tickraft.core.RaftConfig;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * How the nodes of a group are configured, and what they promise therefore: by the settings of the
 * run, and by what the user has changed.
 */
final class NodeConfigs {

  private static final int TICK_MILLIS = Settings.TICK_MILLIS;

  /** Longer than any read or transfer takes in a group with usual timeouts. */
  private static final int MIN_REQUEST_MILLIS = 5_000;

  private final List<RaftConfig> configs;

  private NodeConfigs(List<RaftConfig> configs) {
    this.configs = configs;
  }

  /** Returns the configurations that the nodes have if they are started now. */
  static NodeConfigs of(Simulation group, Settings settings) {
    return new NodeConfigs(group.nodes().stream().map(SimNode::id).map(settings::of).toList());
  }

  private IntStream all(ToIntFunction<RaftConfig> setting) {
    return configs.stream().mapToInt(setting);
  }

  /** Returns the longest election timeout of any node, in virtual milliseconds. */
  long electionMillis() {
    return (long) TICK_MILLIS * all(RaftConfig::electionTicks).max().orElse(0);
  }

  /** Returns a time after which each read and transfer has ended, in virtual milliseconds. */
  long requestMillis() {
    long ticks = 2L * all(c -> Math.max(c.readTimeoutTicks(), c.electionTicks())).max().orElse(0);
    return Math.max(MIN_REQUEST_MILLIS, ticks * TICK_MILLIS);
  }

  /** Returns whether a node that hears its leader ignores all who want to depose it. */
  boolean protectLeaders() {
    return configs.stream().allMatch(config -> config.preVote() && config.checkQuorum());
  }

  /** Returns whether a leader steps down by itself when it is removed. */
  boolean stepsDownOnRemoval(long id) {
    return configs.stream().anyMatch(c -> c.id() == id && c.stepDownOnRemoval());
  }

  /** Returns how many heartbeats a leader sends a member at most in some virtual milliseconds. */
  long maxHeartbeats(long millis) {
    return intervals(millis, all(RaftConfig::heartbeatTicks).min().orElse(1));
  }

  /** Returns how often a node campaigns at most in some virtual milliseconds. */
  long maxCampaigns(long millis) {
    return intervals(millis, all(RaftConfig::electionTicks).min().orElse(1));
  }

  /** Returns how many intervals of so many ticks begin in some virtual milliseconds. */
  private static long intervals(long millis, int ticks) {
    return 1 + millis / ((long) ticks * TICK_MILLIS);
  }
}
