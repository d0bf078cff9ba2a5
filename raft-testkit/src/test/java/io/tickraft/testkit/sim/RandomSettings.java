package io.tickraft.testkit.sim;

import io.tickraft.core.RaftConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of a run's nodes: the same for all of them, or with switches of its own for each.
 */
final class RandomSettings {

  /** Which switches a node has on. */
  private record Switches(boolean preVote, boolean checkQuorum) {
    static Switches of(Choices choices) {
      return new Switches(
          choices.next("pre-vote off", 3) != 2, choices.next("quorum check off", 3) != 2);
    }
  }

  private final Choices choices;
  private final Switches switches;

  /** What the switches of a node are where they are its own, by its id. */
  private final Map<Long, Switches> own = new TreeMap<>();

  private boolean isMixed;
  private final boolean stepDownOnRemoval;
  private final boolean forwardProposals;
  private final int limits;
  private final int snapshotTicks;
  private final int heartbeatTicks;
  private final int readTimeoutTicks;
  private final int outstandingReadys;

  RandomSettings(Choices choices, RandomMachines machines) {
    this.choices = choices;
    isMixed = machines.areMixed();
    Choices settings = choices.at("settings");
    switches = Switches.of(settings);
    stepDownOnRemoval = settings.next("stays when removed", 4) != 3;
    forwardProposals = settings.next("forwards", 3) == 2;
    limits = settings.next("limits", 3);
    snapshotTicks = settings.of("snapshot ticks", List.of(20, 5, 100));
    heartbeatTicks = settings.of("heartbeat ticks", List.of(1, 1, 3));
    readTimeoutTicks = settings.of("read ticks", List.of(10, 10, 1));
    outstandingReadys =
        machines.isOn() ? 0 : settings.of("outstanding Readys", List.of(16, 16, 1, 2));
  }

  /** From now on every node that is started has the same switches. */
  void level() {
    isMixed = false;
  }

  void configure(RaftConfig.Builder config, long id) {
    Switches its =
        isMixed
            ? own.computeIfAbsent(id, node -> Switches.of(choices.at("settings of node %", node)))
            : switches;
    config
        .preVote(its.preVote)
        .checkQuorum(its.checkQuorum)
        .stepDownOnRemoval(stepDownOnRemoval)
        .forwardProposals(forwardProposals)
        .acceptForwardedProposals(forwardProposals)
        .snapshotTicks(snapshotTicks)
        .heartbeatTicks(heartbeatTicks)
        .readTimeoutTicks(readTimeoutTicks);
    if (outstandingReadys > 0) {
      config.maxOutstandingReadys(outstandingReadys);
    }
    if (limits > 0) {
      config.maxAppendBytes(64).maxInflightAppends(limits).maxCommittedBytesPerReady(100);
    }
    if (limits > 1) {
      config
          .maxInflightBytes(100)
          .maxUncommittedBytes(60)
          .maxUnstableBytes(400)
          .maxOutboxMessages(12)
          .maxPendingReads(3);
    }
  }
}
