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

  RandomSettings(Choices choices) {
    preVote = choices.next(3) != 2;
    checkQuorum = choices.next(3) != 2;
    stepDownOnRemoval = choices.next(4) != 3;
    forwardProposals = choices.next(3) == 2;
    limits = choices.next(3);
    snapshotTicks = choices.of(List.of(20, 5, 100));
  }

  void configure(RaftConfig.Builder config) {
    config
        .preVote(preVote)
        .checkQuorum(checkQuorum)
        .stepDownOnRemoval(stepDownOnRemoval)
        .forwardProposals(forwardProposals)
        .snapshotTicks(snapshotTicks);
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
