package io.tickraft.testkit.labs.mit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.SimulationOptions;
import org.junit.jupiter.api.Test;

/** MIT 6.824 lab 2D (3D since 2024): log compaction. */
class Part2DTest {

  private enum Victim {
    NONE,
    CUT,
    CRASHED
  }

  @Test
  void snapshotBasic2D() {
    Lab.Totals totals = snapshots(Victim.NONE, Conditions.RELIABLE);
    // Nobody is behind, so nobody needs one.
    assertThat(totals.snapshotsSent).isZero();
  }

  @Test
  void snapshotInstall2D() {
    Lab.Totals totals = snapshots(Victim.CUT, Conditions.RELIABLE);
    assertThat(totals.snapshotsSent).isGreaterThan(totals.runs);
  }

  @Test
  void snapshotInstallUnreliable2D() {
    Lab.Totals totals = snapshots(Victim.CUT, Lab.UNRELIABLE);
    assertThat(totals.snapshotsSent).isGreaterThan(totals.runs);
    assertThat(totals.lost).isPositive();
    assertThat(totals.reordered).isPositive();
  }

  @Test
  void snapshotInstallCrash2D() {
    Lab.Totals totals = snapshots(Victim.CRASHED, Conditions.RELIABLE);
    assertThat(totals.snapshotsSent).isGreaterThan(totals.runs);
    assertThat(totals.crashes).isEqualTo(30 * totals.runs);
  }

  @Test
  void snapshotInstallUnCrash2D() {
    Lab.Totals totals = snapshots(Victim.CRASHED, Lab.UNRELIABLE);
    assertThat(totals.snapshotsSent).isGreaterThan(totals.runs);
    assertThat(totals.crashes).isEqualTo(30 * totals.runs);
    assertThat(totals.lost).isPositive();
  }

  private static void takeSnapshots(SimulationOptions options) {
    options
        .snapshotEvery(Lab.SNAPSHOT_INTERVAL)
        // Snapshots are small here and get lost; a host that ships them reliably waits longer.
        .configuration(config -> config.snapshotTicks(Lab.ELECTION_MILLIS / 100));
  }

  private static Lab.Totals snapshots(Victim how, Conditions conditions) {
    int rounds = 30;
    Lab.Totals totals =
        Lab.overSeeds(
            3,
            Part2DTest::takeSnapshots,
            lab -> {
              lab.group.network().conditions(conditions);
              lab.agree(3);
              long leader = lab.oneLeader();
              for (int round = 0; round < rounds; round++) {
                lab.iteration();
                leader = snapshotRound(lab, how, round, leader);
              }
            });
    assertThat(totals.iterations).isEqualTo(rounds * totals.runs);
    return totals;
  }

  private static long snapshotRound(Lab lab, Victim how, int round, long leader) {
    long victim = round % 3 == 1 ? leader : lab.after(leader, 1);
    long sender = round % 3 == 1 ? lab.after(leader, 1) : leader;
    if (how == Victim.CUT) {
      lab.disconnect(victim);
      lab.agree(2);
    } else if (how == Victim.CRASHED) {
      lab.crash(victim);
      lab.agree(2);
    }
    int commands = Lab.SNAPSHOT_INTERVAL / 2 + lab.random(Lab.SNAPSHOT_INTERVAL);
    for (int i = 0; i < commands; i++) {
      lab.offer(sender, lab.value());
    }
    lab.agree(how == Victim.NONE ? 3 : 2);
    for (SimNode node : lab.group.nodes()) {
      assertThat(node.disk().logBytes()).isLessThan(Lab.MAX_LOG_BYTES);
    }
    if (how == Victim.CUT) {
      lab.connect(victim);
    } else if (how == Victim.CRASHED) {
      lab.start(victim);
    } else {
      return leader;
    }
    lab.agree(3);
    return lab.oneLeader();
  }

  @Test
  void snapshotAllCrash2D() {
    int rounds = 5;
    Lab.Totals totals =
        Lab.overSeeds(
            3,
            Part2DTest::takeSnapshots,
            lab -> {
              lab.agree(3);
              for (int round = 0; round < rounds; round++) {
                lab.iteration();
                int commands = Lab.SNAPSHOT_INTERVAL / 2 + lab.random(Lab.SNAPSHOT_INTERVAL);
                for (int i = 0; i < commands; i++) {
                  lab.agree(3);
                }
                long before = lab.agree(3);
                crashAndStartAll(lab);
                assertThat(lab.agree(3)).isGreaterThan(before);
              }
            });
    assertThat(totals.iterations).isEqualTo(rounds * totals.runs);
    assertThat(totals.crashes).isEqualTo(3 * rounds * totals.runs);
  }

  @Test
  void snapshotInit2D() {
    Lab.Totals totals =
        Lab.overSeeds(
            3,
            Part2DTest::takeSnapshots,
            lab -> {
              for (int i = 0; i < Lab.SNAPSHOT_INTERVAL + 1; i++) {
                lab.agree(3);
              }
              crashAndStartAll(lab);
              // This writes state without a snapshot, and must not lose the one that is there.
              lab.agree(3);
              crashAndStartAll(lab);
              assertThat(lab.agree(3)).isEqualTo(Lab.SNAPSHOT_INTERVAL + 3L);
            });
    assertThat(totals.crashes).isEqualTo(6 * totals.runs);
  }

  private static void crashAndStartAll(Lab lab) {
    for (long id = 1; id <= 3; id++) {
      lab.crash(id);
    }
    for (long id = 1; id <= 3; id++) {
      lab.start(id);
    }
  }
}
