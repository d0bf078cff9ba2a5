package io.tickraft.testkit.sim;

import io.tickraft.core.RaftConfig;
import java.util.List;

/** The settings of a run's nodes, all of them the same. */
final class RandomSettings {

  private final boolean preVote;
  private final boolean checkQuorum;
  private final boolean stepDownOnRemoval;
  private final boolean forwardProposals;
  private final int limits;
  private final int snapshotTicks;
  private final int heartbeatTicks;
  private final int readTimeoutTicks;
  private final int outstandingReadys;

  RandomSettings(Choices choices) {
    preVote = choices.next(3) != 2;
    checkQuorum = choices.next(3) != 2;
    stepDownOnRemoval = choices.next(4) != 3;
    forwardProposals = choices.next(3) == 2;
    limits = choices.next(3);
    snapshotTicks = choices.of(List.of(20, 5, 100));
    heartbeatTicks = choices.of(List.of(1, 1, 3));
    readTimeoutTicks = choices.of(List.of(10, 10, 1));
    outstandingReadys = choices.of(List.of(16, 16, 1, 2));
  }

  void configure(RaftConfig.Builder config) {
    config
        .preVote(preVote)
        .checkQuorum(checkQuorum)
        .stepDownOnRemoval(stepDownOnRemoval)
        .forwardProposals(forwardProposals)
        .snapshotTicks(snapshotTicks)
        .heartbeatTicks(heartbeatTicks)
        .readTimeoutTicks(readTimeoutTicks)
        .maxOutstandingReadys(outstandingReadys);
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
