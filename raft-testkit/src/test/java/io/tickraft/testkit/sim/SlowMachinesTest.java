package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class SlowMachinesTest {

  private static final ByteString COMMAND = ByteString.copyFromUtf8("command");
  private static final int SEEDS = Integer.getInteger("tickraft.seeds", 40);

  private static Simulation group(
      long seed, int syncMillis, LongPredicate blocking, Consumer<RaftConfig.Builder> config) {
    Simulation group =
        Simulation.of(3)
            .seed(seed)
            .diskMillis(syncMillis, syncMillis)
            .blocking(blocking)
            .configuration(config)
            .start(Choices.random(seed));
    group.network().conditions(Conditions.RELIABLE.withDelay(2, 2));
    return group;
  }

  private static Optional<SimNode> leader(Simulation group) {
    return group.nodes().stream()
        .filter(SimNode::isLeader)
        .max(Comparator.comparingLong(n -> n.status().term()));
  }

  private static long term(Simulation group) {
    return group.nodes().stream().mapToLong(n -> n.status().term()).max().orElseThrow();
  }

  private static void keepBusy(Simulation group, int every) {
    for (SimNode node : group.nodes()) {
      if (node.isLeader() && !node.isBlocked()) {
        group.propose(node.id(), COMMAND);
      }
    }
    group.later(every, () -> keepBusy(group, every));
  }

  @Test
  void busy() {
    for (int sync : new int[] {100, 300, 500, 600, 700, 800}) {
      long changes = 0;
      long minutes = 0;
      for (long seed = 1; seed <= SEEDS; seed++) {
        Simulation group = group(seed, sync, id -> true, c -> {});
        if (!group.runUntil(() -> leader(group).isPresent(), 60_000)) {
          System.out.println("no leader " + sync + " seed " + seed);
          continue;
        }
        long term = term(group);
        keepBusy(group, 10);
        group.run(60_000);
        changes += term(group) - term;
        minutes++;
      }
      System.out.println("FIG busy " + sync + ": " + (double) changes / minutes);
    }
  }

  @Test
  void frozen() {
    for (int millis : new int[] {500, 800, 900, 1000, 1500, 2000, 3000}) {
      int lost = 0;
      int runs = 0;
      for (long seed = 1; seed <= 300; seed++) {
        Simulation group = group(seed, 0, id -> true, c -> {});
        group.runUntil(() -> leader(group).isPresent(), 60_000);
        group.run(3_000 + group.choices().next(1000));
        long leader = leader(group).orElseThrow().id();
        long term = term(group);
        group.freeze(leader, millis);
        group.run(5_000);
        lost += term(group) > term || !group.node(leader).isLeader() ? 1 : 0;
        runs++;
      }
      System.out.println("FIG frozen " + millis + ": " + lost + " of " + runs);
    }
  }

  @Test
  void slowFollower() {
    for (int base : new int[] {0, 2, 10, 20}) {
      for (int every : new int[] {10, 50, 100, 200}) {
        long changes = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
          Simulation group = group(seed, base, id -> true, c -> c.preVote(false));
          group.runUntil(() -> leader(group).isPresent(), 60_000);
          long leader = leader(group).orElseThrow().id();
          long term = term(group);
          group.diskSpeed(leader % 3 + 1, DiskSpeed.between(base, base).withSlow(10, 1900));
          keepBusy(group, every);
          group.run(60_000);
          changes += term(group) - term;
        }
        System.out.println(
            "FIG slow follower disk " + base + " every " + every + ": " + (double) changes / SEEDS);
      }
    }
  }

  @Test
  void firstLeader() {
    for (int sync : new int[] {500, 800, 900, 1000, 1200}) {
      long total = 0;
      long most = 0;
      int never = 0;
      for (long seed = 1; seed <= SEEDS; seed++) {
        Simulation group = group(seed, sync, id -> true, c -> {});
        if (group.runUntil(() -> leader(group).isPresent(), 120_000)) {
          total += group.now();
          most = Math.max(most, group.now());
        } else {
          never++;
        }
      }
      System.out.println(
          "FIG first leader "
              + sync
              + ": "
              + total / Math.max(1, SEEDS - never)
              + " most "
              + most
              + " never "
              + never);
    }
  }

  @Test
  void stuckDisks() {
    for (int ticks : new int[] {10, 16, 17, 20, 40}) {
      int lost = 0;
      for (long seed = 1; seed <= SEEDS; seed++) {
        Simulation group =
            Simulation.of(3)
                .seed(seed)
                .diskMillis(5, 5)
                .writesAtOnce(16)
                .start(Choices.random(seed));
        group.network().conditions(Conditions.RELIABLE.withDelay(2, 2));
        group.runUntil(() -> leader(group).isPresent(), 60_000);
        group.run(3_000);
        long leader = leader(group).orElseThrow().id();
        long term = term(group);
        group.propose(leader, COMMAND);
        for (SimNode node : group.nodes()) {
          if (node.id() != leader) {
            group.stallDisk(node.id(), 100L * ticks);
          }
        }
        group.run(10_000);
        lost += term(group) > term || !group.node(leader).isLeader() ? 1 : 0;
      }
      System.out.println("FIG stuck " + ticks + ": " + lost + " of " + SEEDS);
    }
  }
}
