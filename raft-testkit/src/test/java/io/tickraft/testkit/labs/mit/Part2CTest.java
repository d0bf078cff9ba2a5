package io.tickraft.testkit.labs.mit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.sim.Conditions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * MIT 6.824 lab 2C (3C since 2024): persistence, on networks that are reliable and that are not.
 */
class Part2CTest {

  @Test
  void persist12C() {
    Lab.Totals totals =
        Lab.overSeeds(
            3,
            lab -> {
              lab.agree(11, 3, true);
              for (long id = 1; id <= 3; id++) {
                lab.crash(id);
              }
              for (long id = 1; id <= 3; id++) {
                lab.start(id);
              }
              lab.agree(12, 3, true);
              lab.restart(lab.oneLeader());
              lab.agree(13, 3, true);
              long leader = lab.oneLeader();
              lab.crash(leader);
              lab.agree(14, 2, true);
              lab.start(leader);
              assertThat(lab.waitApplied(4, 3, 0)).isTrue();
              long follower = lab.after(lab.oneLeader(), 1);
              lab.crash(follower);
              lab.agree(15, 2, true);
              lab.start(follower);
              lab.agree(16, 3, true);
              List<ByteString> kept = new ArrayList<>();
              for (long number = 11; number <= 16; number++) {
                kept.add(Lab.command(number));
              }
              for (long id = 1; id <= 3; id++) {
                // A command that was offered twice may stand twice; none is missing.
                assertThat(lab.commands(id)).containsSubsequence(kept);
              }
            });
    assertThat(totals.crashes).isEqualTo(6 * totals.runs);
  }

  @Test
  void persist22C() {
    int rounds = 5;
    Lab.Totals totals =
        Lab.overSeeds(
            5,
            lab -> {
              for (int round = 0; round < rounds; round++) {
                lab.iteration();
                lab.agree(5);
                long leader = lab.oneLeader();
                long one = lab.after(leader, 1);
                long two = lab.after(leader, 2);
                long three = lab.after(leader, 3);
                long four = lab.after(leader, 4);
                lab.crash(one);
                lab.crash(two);
                lab.agree(3);
                lab.crash(leader);
                lab.crash(three);
                lab.crash(four);
                lab.start(one);
                lab.start(two);
                lab.sleep(Lab.ELECTION_MILLIS);
                lab.start(three);
                lab.agree(3);
                lab.start(four);
                lab.start(leader);
              }
              lab.agree(5);
            });
    assertThat(totals.iterations).isEqualTo(rounds * totals.runs);
    assertThat(totals.leaderChanges()).isGreaterThanOrEqualTo(rounds * totals.runs);
  }

  @Test
  void persist32C() {
    Lab.overSeeds(
        3,
        lab -> {
          lab.agree(101, 3, true);
          long leader = lab.oneLeader();
          long one = lab.after(leader, 1);
          long stale = lab.after(leader, 2);
          lab.disconnect(stale);
          lab.agree(102, 2, true);
          lab.crash(leader);
          lab.crash(one);
          lab.connect(stale);
          lab.start(leader);
          lab.agree(103, 2, true);
          lab.start(one);
          lab.agree(104, 3, true);
        });
  }

  @Test
  void figure82C() {
    int iterations = 1000;
    Lab.Totals totals =
        Lab.overSeeds(
            5,
            lab -> {
              lab.agree(lab.value(), 1, true);
              int up = 5;
              for (int i = 0; i < iterations; i++) {
                lab.iteration();
                long leader = offerToAll(lab);
                lab.sleep(lab.random(10) == 0 ? lab.random(500) : lab.random(13));
                if (leader != 0 && lab.isUp(leader)) {
                  lab.crash(leader);
                  up--;
                }
                long other = lab.randomNode();
                if (up < 3 && !lab.isUp(other)) {
                  lab.start(other);
                  up++;
                }
              }
              for (long id = 1; id <= 5; id++) {
                if (!lab.isUp(id)) {
                  lab.start(id);
                }
              }
              lab.agree(5);
            });
    assertThat(totals.iterations).isEqualTo(iterations * totals.runs);
    assertThat(totals.leaderChanges()).isGreaterThan(totals.runs);
    assertThat(totals.crashes).isGreaterThan(totals.runs);
  }

  /** Offers a command to every node; returns the last one that took it, or 0. */
  private static long offerToAll(Lab lab) {
    long leader = 0;
    for (long id = 1; id <= lab.nodes; id++) {
      if (lab.offer(id, lab.value()).isPresent() && lab.group.network().isConnected(id)) {
        leader = id;
      }
    }
    return leader;
  }

  @Test
  void unreliableAgree2C() {
    int rounds = 49;
    Lab.Totals totals =
        Lab.overSeeds(
            5,
            lab -> {
              lab.group.network().conditions(Lab.UNRELIABLE);
              for (int round = 1; round <= rounds; round++) {
                lab.iteration();
                List<ByteString> together = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                  together.add(lab.value());
                }
                lab.agreeOnAll(together);
              }
              lab.group.network().conditions(Conditions.RELIABLE);
              lab.agree(5);
            });
    assertThat(totals.iterations).isEqualTo(rounds * totals.runs);
    assertThat(totals.lost).isPositive();
    assertThat(totals.reordered).isPositive();
  }

  @Test
  void figure8Unreliable2C() {
    int iterations = 1000;
    Lab.Totals totals =
        Lab.overSeeds(
            5,
            lab -> {
              lab.group.network().conditions(Lab.UNRELIABLE);
              lab.agree(lab.value(), 1, true);
              for (int i = 0; i < iterations; i++) {
                lab.iteration();
                if (i == 200) {
                  lab.group.network().conditions(Lab.LONG_REORDERING);
                }
                long leader = offerToAll(lab);
                lab.sleep(lab.random(10) == 0 ? lab.random(500) : lab.random(13));
                if (leader != 0 && lab.random(2) == 0) {
                  lab.disconnect(leader);
                }
                long other = lab.randomNode();
                if (connected(lab) < 3) {
                  lab.connect(other);
                }
              }
              lab.connectAll();
              lab.agree(5);
            });
    assertThat(totals.iterations).isEqualTo(iterations * totals.runs);
    assertThat(totals.lost).isPositive();
    assertThat(totals.reordered).isPositive();
    assertThat(totals.leaderChanges()).isGreaterThan(totals.runs);
  }

  private static int connected(Lab lab) {
    int connected = 0;
    for (long id = 1; id <= lab.nodes; id++) {
      if (lab.group.network().isConnected(id)) {
        connected++;
      }
    }
    return connected;
  }

  @Test
  void reliableChurn2C() {
    churn(Conditions.RELIABLE);
  }

  @Test
  void unreliableChurn2C() {
    Lab.Totals totals = churn(Lab.UNRELIABLE);
    assertThat(totals.lost).isPositive();
    assertThat(totals.reordered).isPositive();
  }

  private static Lab.Totals churn(Conditions conditions) {
    int rounds = 20;
    Lab.Totals totals =
        Lab.overSeeds(
            5,
            lab -> {
              lab.group.network().conditions(conditions);
              List<ChurnClient> clients =
                  List.of(
                      new ChurnClient(lab, 0), new ChurnClient(lab, 1), new ChurnClient(lab, 2));
              clients.forEach(ChurnClient::offer);
              for (int round = 0; round < rounds; round++) {
                lab.iteration();
                disturb(lab);
                lab.sleep(Lab.ELECTION_MILLIS * 7 / 10);
              }
              lab.sleep(Lab.ELECTION_MILLIS);
              lab.group.network().conditions(Conditions.RELIABLE);
              for (long id = 1; id <= 5; id++) {
                if (!lab.isUp(id)) {
                  lab.start(id);
                }
              }
              lab.connectAll();
              clients.forEach(ChurnClient::stop);
              lab.sleep(Lab.ELECTION_MILLIS);
              lab.agree(5);
              for (ChurnClient client : clients) {
                lab.clientSaw(client.committed.size());
                assertThat(lab.commands(1)).containsAll(client.committed);
              }
            });
    assertThat(totals.iterations).isEqualTo(rounds * totals.runs);
    if (totals.areMany()) {
      assertThat(totals.crashes).isGreaterThan(totals.runs);
      assertThat(totals.leaderChanges()).isGreaterThan(totals.runs);
      // A client may be unlucky in one run; on the whole they see a good many commands committed.
      assertThat(totals.seenCommitted).isGreaterThan(100L * totals.runs);
    }
    return totals;
  }

  private static void disturb(Lab lab) {
    if (lab.random(5) == 0) {
      lab.disconnect(lab.randomNode());
    }
    if (lab.random(2) == 0) {
      long id = lab.randomNode();
      if (!lab.isUp(id)) {
        lab.start(id);
      }
      lab.connect(id);
    }
    if (lab.random(5) == 0) {
      long id = lab.randomNode();
      if (lab.isUp(id)) {
        lab.crash(id);
      }
    }
  }

  /** Offers one command after another, and remembers those that it saw committed. */
  private static final class ChurnClient {

    private static final int[] PATIENCE = {10, 20, 50, 100, 200};

    private final Lab lab;
    private final int number;
    private final List<ByteString> committed = new ArrayList<>();
    private boolean stopped;

    ChurnClient(Lab lab, int number) {
      this.lab = lab;
      this.number = number;
    }

    void stop() {
      stopped = true;
    }

    void offer() {
      if (stopped) {
        return;
      }
      ByteString command = lab.value();
      long index = 0;
      for (long id = 1; id <= lab.nodes; id++) {
        index = lab.offer(id, command).orElse(index);
      }
      if (index == 0) {
        lab.group.later(79 + number * 17L, this::offer);
      } else {
        look(command, index, 0);
      }
    }

    private void look(ByteString command, long index, int looks) {
      if (lab.applied(index) > 0) {
        if (lab.appliedCommand(index).equals(command)) {
          committed.add(command);
        }
        // A moment later, or a fast group would keep the client busy for ever at one instant.
        lab.group.later(1, this::offer);
      } else if (looks == PATIENCE.length) {
        offer();
      } else {
        lab.group.later(PATIENCE[looks], () -> look(command, index, looks + 1));
      }
    }
  }
}
