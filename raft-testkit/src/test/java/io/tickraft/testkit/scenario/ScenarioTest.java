package io.tickraft.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** How a scenario is run, compared and rewritten. */
class ScenarioTest {

  private static final String STORY =
      """
      # A node alone.

      cluster 1
      campaign 1
        1: leader in term 2, votes for 1, writes [(2,2) no-op], commit 2
      # What it has.
      log; applied
        1: (1,1) | (2,2) no-op
        1: up to 2 []
      """;

  private static Scenario scenario(String... lines) {
    return Scenario.parse("story.txt", String.join("\n", lines));
  }

  @Test
  void passesIfTheTranscriptIsTheExpectedOne() {
    Scenario.parse("story.txt", STORY).check();
  }

  @Test
  void aMismatchNamesFileAndLineAndShowsBoth() {
    assertThatThrownBy(
            () -> Scenario.parse("story.txt", STORY.replace("up to 2", "up to 3")).check())
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            story.txt:7: log; applied
            the transcript differs from the expected one (-: expected, +: actual)
               1: (1,1) | (2,2) no-op
            -  1: up to 3 []
            +  1: up to 2 []""");
  }

  @Test
  void aMismatchTellsHowManyFollow() {
    assertThatThrownBy(() -> scenario("cluster 1", "campaign 1", "log", "network").check())
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("story.txt:2: campaign 1")
        .hasMessageEndingWith("\n2 later lines differ too");
    assertThatThrownBy(() -> scenario("cluster 1", "campaign 1", "log").check())
        .hasMessageEndingWith("\n1 later line differs too");
  }

  @Test
  void aMissingLineIsAMismatch() {
    assertThatThrownBy(
            () -> Scenario.parse("story.txt", STORY.replace("  1: up to 2 []\n", "")).check())
        .hasMessageContaining("+  1: up to 2 []");
  }

  @Test
  void aSurplusLineIsAMismatch() {
    assertThatThrownBy(
            () -> Scenario.parse("story.txt", STORY.replace("log; applied", "log")).check())
        .hasMessageContaining("-  1: up to 2 []");
  }

  @Test
  void rewritingPutsInTheActualTranscriptAndKeepsTheRest() {
    String stripped =
        STORY.replaceAll("(?m)^ .*\n", "").replace("campaign 1\n", "campaign 1\n  nonsense\n");
    assertThat(stripped).doesNotContain("leader");
    assertThat(Scenario.parse("story.txt", stripped).rewritten()).isEqualTo(STORY);
  }

  @Test
  void rewritingTwiceGivesTheSame() {
    String text =
        """
        cluster 3 seed=7
        run 40
        propose 1 a; run 3
        status
        """;
    String once = Scenario.parse("story.txt", text).rewritten();
    assertThat(once).contains("leader");
    assertThat(Scenario.parse("story.txt", once).rewritten()).isEqualTo(once);
    assertThat(Scenario.parse("story.txt", text).rewritten()).isEqualTo(once);
  }

  @Test
  void equalLinesHaveTheirOwnTranscripts() {
    assertThat(scenario("cluster 1", "applied", "campaign 1", "applied").rewritten())
        .contains("applied\n  1: up to 1 []\n")
        .contains("applied\n  1: up to 2 []\n");
  }

  @Test
  void aBrokenPromiseFailsWithTheCommandAndTheSentence() {
    // A disk that forgets a vote which it had synced lets node 2 vote twice in term 2.
    assertThatThrownBy(
            () ->
                scenario(
                        "cluster 3 pre-vote=off check-quorum=off",
                        "quietly campaign 1; stabilize to=1,2 kind=Vote,VoteResponse; drop",
                        "quietly crash 2 lose-synced=1; restart 2",
                        "quietly campaign 3",
                        "deliver to=2")
                    .rewritten())
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("story.txt:5: deliver to=2\n")
        .hasMessageContaining("2: follower in term 2, votes for 3")
        .hasMessageEndingWith("one vote is violated: node 2 gives its vote of term 2 to 3 after 1");
  }

  @Test
  void storagesThatContradictEachOtherBreakAPromise() {
    assertThatThrownBy(
            () ->
                scenario("node 1 voters=1,2 log=2,2,3", "node 2 voters=1,2 log=1,2,3").rewritten())
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("story.txt:2: ")
        .hasMessageContaining("log matching is violated");
  }

  @Test
  void quietlyTellsNothing() {
    assertThat(scenario("quietly cluster 1; campaign 1; log").rewritten())
        .isEqualTo("quietly cluster 1; campaign 1; log\n");
  }

  @Test
  void brieflyTellsOfNodesAndNotOfMessages() {
    assertThat(scenario("cluster 2 pre-vote=off", "briefly campaign 1; stabilize").rewritten())
        .isEqualTo(
            """
            cluster 2 pre-vote=off
            briefly campaign 1; stabilize
              1: candidate in term 2, votes for 1
              2: follower in term 2, votes for 1
              1: leader in term 2, writes [(2,2) no-op]
              2: follower of 1 in term 2, writes [(2,2) no-op]
              1: commit 2
              2: commit 2
            """);
  }

  @Test
  void sentMessagesAreToldIfTheyAreStillOnTheirWay() {
    assertThat(
            scenario("cluster 3 pre-vote=off", "campaign 1; deliver to=2; drop to=3").rewritten())
        .contains("  1→2 Vote")
        .contains("  dropped: 1→3 Vote")
        .contains("    sends: 2→1 VoteResponse")
        .doesNotContain("sends: 1→");
  }

  @Test
  void aLongTimeTellsOnlyOfTicksInWhichSomethingHappens() {
    assertThat(
            scenario(
                    "quietly cluster 2 pre-vote=off; campaign 1; stabilize; propose 1 a; drop",
                    "run 3")
                .rewritten())
        .endsWith(
            """
            run 3
              (tick 1)
              2→1 HeartbeatResponse t2 round 1
              1→2 Append t2 prev (2,3) [] commit 2
              2→1 AppendResponse t2 rejected prev 3 hint (2,2) commit 2
              1→2 Append t2 prev (2,2) [(2,3) "a"] commit 2
                2: writes [(2,3) "a"]
              2→1 AppendResponse t2 accepted 3 commit 2
                1: commit 3
              1→2 Append t2 prev (2,3) [] commit 3 no answer
                2: commit 3
              (heartbeats: 3 and 2 answers without effect)
            """);
  }

  @Test
  void aLongTimeTellsOnlyOfTicksInWhichSomethingHappensInBrief() {
    assertThat(
            scenario(
                    "quietly cluster 2 pre-vote=off; campaign 1; stabilize; propose 1 a; drop",
                    "briefly run 3; tick 1 2; partition 2; tick 1 2")
                .rewritten())
        .endsWith(
            """
            briefly run 3; tick 1 2; partition 2; tick 1 2
              (tick 1)
              2: writes [(2,3) "a"]
              1: commit 3
              2: commit 3
            """);
  }

  @Test
  void severalTicksCountHeartbeats() {
    assertThat(
            scenario(
                    "quietly cluster 2 pre-vote=off; campaign 1; stabilize",
                    "tick 1; drop",
                    "tick 1 2",
                    "partition 2",
                    "tick 1 2")
                .rewritten())
        .contains("tick 1; drop\n  dropped: 1→2 Heartbeat t2 commit 2 round 1\n")
        .contains("tick 1 2\n  (heartbeats: 2 in flight)\n")
        .contains("tick 1 2\n  (heartbeats: 2 lost)\n");
  }

  @Test
  void saysWhenItDoesNotGetQuiet() {
    assertThat(scenario("cluster 3 pre-vote=off", "campaign 1; stabilize limit=2").rewritten())
        .contains("(not quiet after 2 messages)");
    assertThat(scenario("cluster 3 pre-vote=off", "campaign 1; stabilize limit=100").rewritten())
        .doesNotContain("not quiet");
  }

  @Test
  void aNodeThatFailsFailsTheScenario() {
    assertThatThrownBy(
            () ->
                scenario("cluster 1", "quietly campaign 1; crash 1 lose-synced=1; compact 1")
                    .rewritten())
        .isInstanceOf(ScenarioException.class)
        .hasMessage("story.txt:2: compact: node 1 is down");
  }
}
