package io.tickraft.testkit.tables;

import io.tickraft.core.RaftConfig;
import java.util.List;

/** Which of the two election switches are on: both by default. */
record Switches(boolean preVote, boolean quorumCheck) {

  static final List<Switches> ALL =
      List.of(
          new Switches(true, true),
          new Switches(true, false),
          new Switches(false, true),
          new Switches(false, false));

  RaftConfig.Builder set(RaftConfig.Builder builder) {
    return builder.preVote(preVote).checkQuorum(quorumCheck);
  }

  @Override
  public String toString() {
    return preVote
        ? quorumCheck ? "" : ", without quorum check"
        : quorumCheck ? ", without pre-vote" : ", without pre-vote and quorum check";
  }
}
