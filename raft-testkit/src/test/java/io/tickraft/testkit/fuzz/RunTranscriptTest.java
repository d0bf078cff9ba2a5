package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import io.tickraft.testkit.sim.Simulation;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTranscriptTest {

  private static ByteString command(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @Test
  void eachInputHasALineWithItsEffects() {
    Choices choices = Choices.harmless();
    RunTranscript transcript = new RunTranscript(choices);
    Simulation group =
        Simulation.of(1)
            .oracle(transcript)
            .configuration((c, id) -> c.preVote(false))
            .start(choices);
    group.run(250);
    group.campaign(1);
    group.propose(1, List.of(command("a"), command("b")));
    group.readIndex(1, command("r"));
    group.run(10_000);
    group.compact(1);
    group.crash(1);
    group.run(100);
    group.restart(1);

    assertThat(transcript.lines())
        .containsExactly(
            "  0.000 s  node 1  starts with term 1 vote 0 commit 1, last index 1",
            "  0.250 s  node 1  3 ticks; is told to campaign: candidate in term 2, votes for 1,"
                + " leader in term 2, writes [(2,2) no-op], commit 2, applies 2",
            "  0.250 s  node 1  proposes \"a\", \"b\": accepted at (2,3),"
                + " writes [(2,3) \"a\", (2,4) \"b\"], commit 4, applies 3..4",
            "  0.250 s  node 1  asks for read \"r\": accepted, read \"r\": confirmed at 4",
            " 10.250 s  node 1  100 ticks: takes a snapshot",
            " 10.250 s  node 1  crashes, keeps unsynced writes: 3",
            " 10.350 s  node 1  starts with term 2 vote 1 commit 4, last index 4");
    assertThat(transcript.millis()).isEqualTo(10_350);
  }

  @Test
  void heartbeatsWithoutEffectAreLeftOut() {
    Choices choices = Choices.harmless();
    RunTranscript transcript = new RunTranscript(choices);
    Simulation group = Simulation.of(2).oracle(transcript).start(choices);
    group.campaign(1);
    group.run(1_000);
    int settled = transcript.lines().size();

    group.run(5_000);

    assertThat(transcript.lines()).hasSize(settled);
    assertThat(transcript.last(2))
        .startsWith("(" + (settled - 2) + " earlier lines are left out)\n");
    assertThat(transcript.last(settled)).doesNotContain("left out");
    assertThat(transcript.lines()).noneMatch(line -> line.contains("Heartbeat"));
  }

  @Test
  void choicesAreShownWhereTheyAreMade() {
    Choices choices = Choices.replay(Schedule.parse("step 1: crash 1\nstep 2: crash 1"));
    RunTranscript transcript = new RunTranscript(choices);
    Simulation group = Simulation.of(1).oracle(transcript).start(choices);
    for (int i = 1; i <= 3; i++) {
      if (choices.at("step %", i).next("crash", 2) == 1 && group.node(1).isUp()) {
        group.crash(1);
      }
      group.run(100);
    }

    assertThat(transcript.lines())
        .containsExactly(
            "  0.000 s  node 1  starts with term 1 vote 0 commit 1, last index 1",
            "           choice  step 1: crash 1",
            "  0.000 s  node 1  crashes",
            "           choice  step 2: crash 1");
  }

  @Test
  void aSlowWriteHasALine() {
    Choices choices = Choices.harmless();
    RunTranscript transcript = new RunTranscript(choices);
    Simulation group = Simulation.of(1).oracle(transcript).diskMillis(50, 50).start(choices);
    group.campaign(1);
    group.run(99);

    assertThat(transcript.lines())
        .last()
        .isEqualTo(
            "  0.050 s  node 1  1 tick; has written Ready #1: leader in term 2,"
                + " writes [(2,2) no-op]");
  }
}
