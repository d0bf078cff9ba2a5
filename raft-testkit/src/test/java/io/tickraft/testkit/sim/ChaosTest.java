package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Groups in all kinds of trouble keep every promise, and every run can be had again. */
class ChaosTest {

  /** From so many on, everything that can happen has to have happened. */
  private static final int DEFAULT_SEEDS = 100;

  private static final int HASHED_SEEDS = 50;

  /** What has to happen some time. */
  private static final List<String> SIGHTS =
      List.of(
          "snapshot sent",
          "pre-vote won",
          "pre-vote lost",
          "joint configuration entered",
          "joint configuration left",
          "voter about to be demoted",
          "commit in a joint configuration",
          "leader elected in a joint configuration",
          "snapshot with a joint configuration sent",
          "leader removed",
          "removed leader stepped down",
          "read confirmed on a leader",
          "read confirmed on a follower",
          "read aborted: NOT_LEADER",
          "read aborted: TIMED_OUT",
          "vote asked for by order",
          "transfer ended: COMPLETED",
          "transfer ended: TIMED_OUT",
          "transfer ended: ABORTED",
          "transfer rejected");

  /** What has to happen some time on machines that are not in order. */
  private static final List<String> MACHINE_SIGHTS =
      List.of(
          "blocked node frozen",
          "disk stalled",
          "entries not ready",
          "late ticks before messages",
          "late ticks dropped",
          "leader elected among different pre-votes",
          "leader elected among different quorum checks",
          "leader frozen for longer than its timeout",
          "stepped down: QUORUM_LOST",
          "stepped down: RESIGNED",
          "node frozen",
          "snapshot not ready",
          "write torn");

  /** What is too rare to be asked for before so many seeds. */
  private static final int MANY_SEEDS = 1_000;

  private static final List<String> RARE_SIGHTS =
      List.of(
          "log beyond the hard state",
          "snapshot beyond the hard state",
          "stepped down: PERSIST_TIMED_OUT",
          "ten Readys out");

  @Test
  void promisesHoldOnBadMachines() {
    int seeds = Integer.getInteger("tickraft.seeds", DEFAULT_SEEDS);
    Sightings sightings = new Sightings();
    long accepted = 0;
    for (long seed = 1; seed <= seeds; seed++) {
      ChaosRun run = run(seed, ChaosRun::onBadMachines);
      sightings.add(run.sightings);
      sightings.add(run.machineSights());
      accepted += run.accepted;
    }
    if (seeds < DEFAULT_SEEDS) {
      return;
    }
    for (String sight : MACHINE_SIGHTS) {
      assertThat(sightings.of(sight)).as(sight).isPositive();
    }
    for (String sight : seeds < MANY_SEEDS ? List.<String>of() : RARE_SIGHTS) {
      assertThat(sightings.of(sight)).as(sight).isPositive();
    }
    assertThat(accepted).as("proposals accepted").isGreaterThan(5L * seeds);
  }

  @Test
  void promisesHoldInTrouble() {
    int seeds = Integer.getInteger("tickraft.seeds", DEFAULT_SEEDS);
    long crashed = 0;
    long lostWrites = 0;
    long lost = 0;
    long refused = 0;
    long duplicated = 0;
    long reordered = 0;
    Sightings sightings = new Sightings();
    long accepted = 0;
    for (long seed = 1; seed <= seeds; seed++) {
      ChaosRun run = run(seed);
      crashed += run.crashed;
      lostWrites += run.lostWrites();
      lost += run.group.network().lost();
      refused += run.group.network().refused();
      duplicated += run.group.network().duplicated();
      reordered += run.group.network().reordered();
      sightings.add(run.sightings);
      accepted += run.accepted;
    }
    if (seeds < DEFAULT_SEEDS) {
      return; // For who looks into a few runs; they may well lack some kind of trouble.
    }
    // Trouble that never came proves nothing.
    assertThat(crashed).as("crashes").isGreaterThan(seeds);
    assertThat(lostWrites).as("writes lost in crashes").isGreaterThan(seeds / 10);
    assertThat(lost).as("messages lost").isGreaterThan(seeds);
    assertThat(refused).as("messages refused").isGreaterThan(seeds);
    assertThat(duplicated).as("messages duplicated").isGreaterThan(seeds);
    assertThat(reordered).as("messages reordered").isGreaterThan(seeds);
    for (String sight : SIGHTS) {
      assertThat(sightings.of(sight)).as(sight).isPositive();
    }
    assertThat(accepted).as("proposals accepted").isGreaterThan(10L * seeds);
  }

  private static ChaosRun run(long seed) {
    return run(seed, ChaosRun::of);
  }

  private static ChaosRun run(long seed, Function<Choices, ChaosRun> kind) {
    try {
      return kind.apply(Choices.random(seed));
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e, e);
    }
  }

  @Test
  void aRunIsAFunctionOfItsChoices() {
    for (long seed = 1; seed <= 5; seed++) {
      Choices choices = Choices.random(seed);
      ChaosRun first = ChaosRun.of(choices);
      ChaosRun again = ChaosRun.of(Choices.random(seed));
      ChaosRun replayed = ChaosRun.of(Choices.replay(choices.record()));
      assertThat(again.group.trace().hash()).isEqualTo(first.group.trace().hash());
      assertThat(replayed.group.trace().hash()).isEqualTo(first.group.trace().hash());
      assertThat(replayed.group.trace().events()).isEqualTo(first.group.trace().events());
    }
  }

  @Test
  void aRunOnBadMachinesIsAFunctionOfItsChoices() {
    for (long seed = 1; seed <= 5; seed++) {
      Choices choices = Choices.random(seed);
      ChaosRun first = ChaosRun.onBadMachines(choices);
      ChaosRun replayed = ChaosRun.onBadMachines(Choices.replay(choices.record()));
      assertThat(replayed.group.trace().hash()).isEqualTo(first.group.trace().hash());
      assertThat(replayed.group.trace().events()).isEqualTo(first.group.trace().events());
    }
  }

  @Test
  void aShorterRecordIsARunToo() {
    Choices choices = Choices.random(1);
    long whole = ChaosRun.of(choices).group.trace().hash();
    List<Schedule.Choice> record = choices.record().choices();
    for (int kept = 0; kept < record.size(); kept += Math.max(1, record.size() / 10)) {
      Schedule first = new Schedule(record.subList(0, kept));
      ChaosRun shorter = ChaosRun.of(Choices.replay(first));
      assertThat(shorter.group.trace().hash()).isNotEqualTo(whole);
    }
  }

  /**
   * The same hashes on every JVM. After a change of behaviour that is meant, run with {@code
   * -Dtickraft.rewrite=true} and look at the difference.
   */
  @Test
  void tracesAreThoseThatWereRecorded() throws IOException {
    List<String> hashes = new ArrayList<>();
    for (long seed = 1; seed <= HASHED_SEEDS; seed++) {
      hashes.add("%d %016x".formatted(seed, run(seed).group.trace().hash()));
    }
    Path recorded =
        Path.of(System.getProperty("basedir", "."), "src/test/resources/chaos-traces.txt");
    if (Boolean.getBoolean("tickraft.rewrite")) {
      assertThat(System.getenv("CI")).as("CI never rewrites").isNull();
      Files.write(recorded, hashes);
    }
    assertThat(hashes).isEqualTo(Files.readAllLines(recorded));
  }
}
