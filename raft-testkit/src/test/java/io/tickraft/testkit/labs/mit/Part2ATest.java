package io.tickraft.testkit.labs.mit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** MIT 6.824 lab 2A (3A since 2024): leader election. */
class Part2ATest {

  @Test
  void initialElection2A() {
    Lab.overSeeds(
        3,
        lab -> {
          lab.oneLeader();
          lab.sleep(50);
          long term = lab.equalTerms();
          assertThat(term).isPositive();
          lab.sleep(2 * Lab.ELECTION_MILLIS);
          // Without failures nobody has a reason to campaign; the labs only warn of it.
          assertThat(lab.equalTerms()).isEqualTo(term);
          lab.oneLeader();
        });
  }

  @Test
  void reElection2A() {
    Lab.Totals totals =
        Lab.overSeeds(
            3,
            lab -> {
              long first = lab.oneLeader();
              lab.disconnect(first);
              lab.oneLeader();
              lab.connect(first);
              long second = lab.oneLeader();
              lab.disconnect(second, lab.after(second, 1));
              lab.sleep(2 * Lab.ELECTION_MILLIS);
              // The cut leader does not count; the only node that is left cannot have won.
              lab.noLeader();
              lab.connect(lab.after(second, 1));
              lab.oneLeader();
              lab.connect(second);
              lab.oneLeader();
            });
    assertThat(totals.leaderChanges()).isGreaterThanOrEqualTo(2 * totals.runs);
  }

  @Test
  void manyElections2A() {
    int rounds = 9;
    Lab.Totals totals =
        Lab.overSeeds(
            7,
            lab -> {
              lab.oneLeader();
              for (int i = 0; i < rounds; i++) {
                lab.iteration();
                lab.disconnect(lab.randomNode(), lab.randomNode(), lab.randomNode());
                lab.oneLeader();
                lab.connectAll();
              }
              lab.oneLeader();
            });
    assertThat(totals.iterations).isEqualTo(rounds * totals.runs);
    assertThat(totals.leaderChanges()).isGreaterThan(totals.runs);
  }
}
