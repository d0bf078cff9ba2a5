package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How groups live with slow disks and with pauses: three nodes, ticks of 100 ms, an election
 * timeout of ten ticks, a network that takes 2 ms, and hosts that block for each sync.
 */
final class SlowMachinesTest {

  private static final int ALL_SEEDS = Integer.getInteger("tickraft.seeds", 100);

  /** How many seeds a story of a minute of virtual time is run with: 30 in every build. */
  private static final int SEEDS = Math.max(1, 3 * ALL_SEEDS / 10);

  private static final int MINUTE = 60_000;

  private static final ByteString COMMAND = ByteString.copyFromUtf8("command");

  private static Simulation group(
      long seed, int syncMillis, Consumer<RaftConfig.Builder> configuration) {
    return start(
        seed,
        Simulation.of(3)
            .diskMillis(syncMillis, syncMillis)
            .blocking(id -> true)
            .configuration(configuration));
  }

  private static Simulation start(long seed, SimulationOptions options) {
    Simulation group = options.seed(seed).start(Choices.random(seed));
    group.network().conditions(Conditions.RELIABLE.withDelay(2, 2));
    return group;
  }

  /** Waits until all nodes know the same leader, and returns it. */
  private static SimNode awaitLeader(Simulation group) {
    while (!agreeOnLeader(group)) {
      assertThat(group.now()).as("no leader").isLessThan(2 * MINUTE);
      group.run(10);
    }
    return group.node(group.node(1).status().leader());
  }

  private static boolean agreeOnLeader(Simulation group) {
    return group.node(1).status().leader() > 0
        && group.nodes().stream().map(node -> node.status().leader()).distinct().count() == 1;
  }

  private static long term(Simulation group) {
    return group.nodes().stream().mapToLong(node -> node.status().term()).max().orElseThrow();
  }

  /** Proposes to the leader as soon as it can take something, again and again. */
  private static void keepBusy(Simulation group, int everyMillis) {
    for (SimNode node : group.nodes()) {
      if (node.isLeader() && !node.isBlocked()) {
        group.propose(node.id(), COMMAND);
      }
    }
    group.later(everyMillis, () -> keepBusy(group, everyMillis));
  }

  /** Ticks and answers of a sync's length wait for a leader that is never idle: it stays. */
  @ParameterizedTest
  @ValueSource(ints = {500, 600, 700})
  void aLeaderThatIsNeverIdleStaysWithSlowSyncs(int syncMillis) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Simulation group = group(seed, syncMillis, config -> {});
      awaitLeader(group);
      long term = term(group);
      keepBusy(group, 10);
      group.run(MINUTE);
      assertThat(term(group)).as("term with seed %d", seed).isEqualTo(term);
    }
  }

  /** Without a pre-vote, a follower that campaigns after each slow sync would end the term. */
  @Test
  void aFollowerWithSlowSyncsLeavesTheTermAlone() {
    for (long seed = 1; seed <= Math.max(1, ALL_SEEDS / 5); seed++) {
      Simulation group = group(seed, 2, config -> config.preVote(false));
      SimNode leader = awaitLeader(group);
      long term = term(group);
      group.diskSpeed(leader.id() % 3 + 1, DiskSpeed.between(2, 2).withSlow(10, 1_900));
      keepBusy(group, 200);
      group.run(MINUTE);
      assertThat(term(group)).as("term with seed %d", seed).isEqualTo(term);
    }
  }

  /** Lets a leader pause once, at any time between two ticks, and counts how often it is lost. */
  private static int losses(int seeds, int millis, boolean busy) {
    int lost = 0;
    for (long seed = 1; seed <= seeds; seed++) {
      Simulation group = group(seed, 0, config -> {});
      SimNode leader = awaitLeader(group);
      group.run(1_000 + group.choices().next(1_000));
      if (busy) {
        keepBusy(group, 50);
      }
      group.run(500 + group.choices().next(50));
      long term = term(group);
      group.pause(leader.id(), millis);
      group.run(millis + 500);
      lost += term(group) == term && leader.isLeader() ? 0 : 1;
    }
    return lost;
  }

  /**
   * Nine of the ten ticks of an election timeout are over after the pause. The last heartbeats of
   * an idle leader may have left nearly a tick before it, so that the others elect another leader
   * if they have drawn the shortest timeout.
   */
  @ParameterizedTest
  @CsvSource({"true, 2", "false, 4"})
  void aLeaderThatPausesForLessThanAnElectionTimeoutMostlyStays(boolean busy, int maxPercent) {
    assertThat(losses(3 * ALL_SEEDS, 900, busy))
        .isLessThanOrEqualTo(3 * ALL_SEEDS * maxPercent / 100);
    assertThat(losses(ALL_SEEDS, 800, busy)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1_010, 1_500, 3_000})
  void aLeaderThatPausesForAnElectionTimeoutIsLost(int millis) {
    assertThat(losses(ALL_SEEDS, millis, false)).isEqualTo(ALL_SEEDS);
  }

  /** Where each sync takes as long as an election timeout, timeouts have to lie further apart. */
  @ParameterizedTest
  @CsvSource({"500, 5000", "800, 15000", "1000, 20000", "1200, 30000"})
  void aLeaderIsElectedWhereAllDisksAreSlow(int syncMillis, int maxMillis) {
    for (long seed = 1; seed <= ALL_SEEDS; seed++) {
      Simulation group = group(seed, syncMillis, config -> {});
      assertThat(
              group.runUntil(() -> group.nodes().stream().anyMatch(SimNode::isLeader), maxMillis))
          .as("leader with seed %d", seed)
          .isTrue();
    }
  }

  /** Heartbeats are answered while a write hangs, and an idle group needs nothing else. */
  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void anIdleGroupKeepsItsLeaderWhileTheFollowersDisksHang(int maxOutstandingReadys) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Simulation group =
          start(seed, Simulation.of(3).diskMillis(5, 5).maxOutstandingReadys(maxOutstandingReadys));
      SimNode leader = awaitLeader(group);
      group.run(3_000);
      long term = term(group);
      group.propose(leader.id(), COMMAND);
      group.nodes().stream()
          .filter(node -> node != leader)
          .forEach(node -> group.stallDisk(node.id(), 40 * 100));
      group.run(3_900);
      assertThat(leader.status().commitIndex()).isLessThan(leader.status().last().index());
      group.run(6_000);
      assertThat(leader.isLeader()).as("leader with seed %d", seed).isTrue();
      assertThat(term(group)).as("term with seed %d", seed).isEqualTo(term);
      assertThat(leader.status().commitIndex()).isEqualTo(leader.status().last().index());
    }
  }

  /** A leader gives up on its own disk after a while, so that another one can commit something. */
  @Test
  void aLeaderWhoseDiskHangsHandsOver() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Simulation group =
          start(
              seed,
              Simulation.of(3)
                  .diskMillis(5, 5)
                  .maxOutstandingReadys(4)
                  .configuration(config -> config.maxPersistTicks(20)));
      SimNode leader = awaitLeader(group);
      group.stallDisk(leader.id(), 10_000);
      group.propose(leader.id(), COMMAND);
      group.run(1_900);
      assertThat(leader.isLeader()).as("leader with seed %d", seed).isTrue();
      group.run(300);
      assertThat(leader.isLeader()).as("leader with seed %d", seed).isFalse();
      assertThat(group.nodes().stream().anyMatch(SimNode::isLeader))
          .as("another leader with seed %d", seed)
          .isTrue();
    }
  }
}
