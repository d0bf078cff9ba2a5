package io.tickraft.testkit.picture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftText;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.RunTranscript;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.picture.Step.Kind;
import io.tickraft.testkit.scenario.Scenario;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.Simulation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is recorded of a run. */
class PictureRecorderTest {

  private static PictureRecorder recorded(String... lines) {
    PictureRecorder recorder = new PictureRecorder();
    Scenario.Played played =
        Scenario.parse("test.txt", String.join("\n", lines) + "\n").play(recorder);
    assertThat(played.failure()).isEmpty();
    recorder.finish();
    return recorder;
  }

  private static List<SentMessage> messages(PictureRecorder recorder, String text) {
    return recorder.messages().stream()
        .filter(sent -> RaftText.of(sent.message).contains(text))
        .toList();
  }

  private static Step last(PictureRecorder recorder) {
    List<Step> steps = recorder.steps();
    return steps.get(steps.size() - 1);
  }

  private static Step last(PictureRecorder recorder, long node) {
    return recorder.steps().stream()
        .filter(step -> step.node == node)
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  // The text.

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theLinesAreThoseOfTheTranscript(long seed) {
    Choices choices = Choices.random(seed);
    RunTranscript transcript = new RunTranscript(choices);
    PictureRecorder recorder = new PictureRecorder(choices);
    Fuzz.ofAnyGroup().steps(30).run(choices, new Oracles(List.of(transcript, recorder)));
    assertThat(recorder.dropped()).as("steps that are not kept").isZero();
    assertThat(recorder.lines()).containsExactlyElementsOf(transcript.lines());
  }

  @Test
  void theCommandsOfAScenarioAreTold() {
    PictureRecorder recorder = recorded("cluster 1", "# It wins alone.", "campaign 1");
    assertThat(recorder.steps().get(0).notes).containsExactly("cluster 1");
    assertThat(recorder.steps().get(1).notes).containsExactly("# It wins alone.", "campaign 1");
    assertThat(recorder.lines())
        .containsExactly(
            "           cluster 1",
            "node 1  starts with term 1 vote 0 commit 1, last index 1",
            "           # It wins alone.",
            "           campaign 1",
            "node 1  is told to campaign: candidate in term 2, votes for 1, leader in term 2,"
                + " writes [(2,2) no-op], commit 2, applies 2");
  }

  // Messages.

  @Test
  void eachDeliveryLeadsFromAStepOfTheSenderToAStepOfTheReceiver() {
    Choices choices = Choices.random(3);
    PictureRecorder recorder = new PictureRecorder(choices);
    Simulation group =
        Simulation.of(3).oracle(new Oracles(List.of(recorder, Oracles.all()))).start(choices);
    group.network().conditions(Conditions.RELIABLE.withDuplicates(20).withLoss(10));
    group.run(5_000);
    recorder.finish();

    List<Step> steps = recorder.steps();
    assertThat(steps).allSatisfy(step -> assertThat(steps.get(step.number)).isSameAs(step));
    assertThat(recorder.messages())
        .isNotEmpty()
        .allSatisfy(
            sent -> {
              assertThat(steps.get(sent.step).node).isEqualTo(sent.message.getFrom());
              for (int delivery : sent.deliveries) {
                assertThat(delivery).isGreaterThan(sent.step);
                assertThat(steps.get(delivery).node).isEqualTo(sent.message.getTo());
                assertThat(steps.get(delivery).message).isSameAs(sent);
              }
            });
    long deliveries = recorder.messages().stream().mapToLong(sent -> sent.deliveries.size()).sum();
    assertThat(deliveries)
        .isEqualTo(steps.stream().filter(step -> step.kind == Kind.MESSAGE).count())
        .isEqualTo(group.network().delivered());
    assertThat(recorder.messages().stream().filter(sent -> sent.deliveries.size() > 1).count())
        .isPositive()
        .isLessThanOrEqualTo(group.network().duplicated());
    assertThat(recorder.messages().stream().mapToLong(sent -> sent.losses.size()).sum())
        .isEqualTo(group.network().lost());
  }

  @Test
  void aDuplicateIsASecondDeliveryOfTheSameMessage() {
    PictureRecorder recorder =
        recorded("cluster 2 pre-vote=off", "campaign 1", "duplicate kind=Vote", "stabilize");
    assertThat(messages(recorder, "1→2 Vote t2"))
        .singleElement()
        .satisfies(vote -> assertThat(vote.deliveries).hasSize(2));
  }

  @Test
  void equalMessagesAreNotMistakenForEachOther() {
    PictureRecorder recorder =
        recorded(
            "cluster 2 pre-vote=off",
            "quietly campaign 1; stabilize",
            "quietly tick 1; hold kind=Heartbeat",
            "quietly tick 1; stabilize",
            "quietly release kind=Heartbeat; stabilize");
    assertThat(messages(recorder, "1→2 Heartbeat"))
        .hasSize(2)
        .allSatisfy(beat -> assertThat(beat.deliveries).hasSize(1));
    assertThat(messages(recorder, "1→2 Heartbeat").get(0).deliveries.get(0))
        .isGreaterThan(messages(recorder, "1→2 Heartbeat").get(1).deliveries.get(0));
  }

  @Test
  void aMessageThatIsDroppedIsLost() {
    PictureRecorder recorder = recorded("cluster 2 pre-vote=off", "campaign 1", "drop");
    assertThat(messages(recorder, "1→2 Vote t2"))
        .singleElement()
        .satisfies(
            vote -> {
              assertThat(vote.deliveries).isEmpty();
              assertThat(vote.losses).hasSize(1);
            });
  }

  @Test
  void aMessageToANodeThatIsDownIsLost() {
    PictureRecorder recorder =
        recorded("cluster 2 pre-vote=off", "campaign 1", "crash 2", "stabilize");
    assertThat(messages(recorder, "1→2 Vote t2").get(0).losses).hasSize(1);
  }

  @Test
  void aMessageInFlightIsNeitherDeliveredNorLost() {
    PictureRecorder recorder = recorded("cluster 2 pre-vote=off", "campaign 1");
    SentMessage vote = messages(recorder, "1→2 Vote t2").get(0);
    assertThat(vote.deliveries).isEmpty();
    assertThat(vote.losses).isEmpty();
  }

  @Test
  void aCorruptedMessageIsKnownAsTheOneThatWasSent() {
    Choices choices = Choices.random(5);
    PictureRecorder recorder = new PictureRecorder(choices);
    Simulation group = Simulation.of(3).oracle(recorder).start(choices);
    group.network().conditions(Conditions.RELIABLE.withCorruption(30));
    group.run(3_000);
    assertThat(recorder.messages().stream().filter(sent -> sent.isChanged).count()).isPositive();
  }

  // Links.

  @Test
  void linksThatAreCutAndWorkAgainAreTold() {
    PictureRecorder recorder =
        recorded(
            "cluster 3 pre-vote=off", "partition 1", "campaign 1", "heal", "quietly campaign 2");
    assertThat(recorder.linkChanges())
        .extracting(LinkChange::cut)
        .containsExactly(List.of(1L, 2L, 1L, 3L, 2L, 1L, 3L, 1L), List.of());
    assertThat(messages(recorder, "1→2 Vote t2").get(0).losses).hasSize(1);
  }

  @Test
  void linksOfASimulationAreToldToo() {
    Choices choices = Choices.random(2);
    PictureRecorder recorder = new PictureRecorder();
    Simulation group = Simulation.of(3).oracle(recorder).start(choices);
    group.run(500);
    group.network().cut(1, 2);
    group.run(2_000);
    group.network().disconnect(3);
    group.run(2_000);
    group.network().heal();
    group.network().heal();
    group.run(500);
    recorder.finish();
    assertThat(recorder.linkChanges())
        .extracting(LinkChange::cut)
        .containsExactly(
            List.of(1L, 2L), List.of(1L, 2L, 1L, 3L, 2L, 3L, 3L, 1L, 3L, 2L), List.of());
    assertThat(recorder.linkChanges()).extracting(LinkChange::at).isSorted();
  }

  // States.

  @Test
  void theStateAfterAStepHasTheRoleTheLogAndTheDisk() {
    PictureRecorder recorder =
        recorded("cluster 3 pre-vote=off", "quietly campaign 1; stabilize", "propose 1 a b");
    NodeState leader = last(recorder, 1).after;
    assertThat(leader.role()).isEqualTo("L");
    assertThat(leader.term()).isEqualTo(2);
    assertThat(leader.commit()).isEqualTo(2);
    assertThat(leader.last()).isEqualTo(4);
    assertThat(leader.log()).isEqualTo("2:2*3");
    assertThat(leader.durable()).isEqualTo("2:2*3");
    assertThat(leader.durableHard()).startsWith("2,1,");
    assertThat(recorder.entries()).containsEntry("2,4", "(2,4) \"b\"");
  }

  @Test
  void whatIsWrittenAndNotSyncedIsNotDurableAndACrashLosesIt() {
    String[] story = {
      "cluster 3 pre-vote=off",
      "quietly campaign 1; stabilize",
      "host 1 manual",
      "quietly propose 1 a",
      "ready 1",
      "crash 1"
    };
    PictureRecorder recorder = recorded(story);
    Step crash = last(recorder);
    assertThat(crash.kind).isEqualTo(Kind.CRASH);
    assertThat(crash.after.isUp()).isFalse();
    assertThat(crash.after.log()).isEqualTo("2:2*1");
    Step before = recorder.steps().get(crash.number - 1);
    assertThat(before.node).isEqualTo(1);
    assertThat(before.after.log()).isEqualTo("2:2*2");
    assertThat(before.after.durable()).isEqualTo("2:2*1");
  }

  @Test
  void aCompactedLogBeginsBehindTheSnapshot() {
    PictureRecorder recorder =
        recorded("cluster 1", "quietly campaign 1", "quietly propose 1 a b c", "compact 1 keep=1");
    assertThat(last(recorder).after.log()).isEqualTo("5:2*1");
  }

  // Clients.

  @Test
  void aCommandEndsWhenItsNodeAppliesIt() {
    PictureRecorder recorder =
        recorded(
            "cluster 3 pre-vote=off",
            "quietly campaign 1; stabilize",
            "propose 1 a",
            "quietly stabilize");
    ClientOperation write = recorder.operations().get(0);
    assertThat(write.outcome).isEqualTo("applied at (2,3)");
    assertThat(write.isDone).isTrue();
    assertThat(recorder.steps().get(write.begin).kind).isEqualTo(Kind.PROPOSAL);
    assertThat(recorder.steps().get(write.end).effects).contains("applies 3");
  }

  @Test
  void aCommandThatIsReplacedIsLost() {
    PictureRecorder recorder =
        recorded(
            "cluster 3 pre-vote=off check-quorum=off",
            "quietly campaign 1; stabilize",
            "partition 1",
            "quietly propose 1 a",
            "quietly campaign 2; stabilize",
            "heal",
            "quietly tick 2; stabilize");
    assertThat(recorder.operations().get(0).outcome).isEqualTo("lost: (3,3) no-op is at its index");
    assertThat(recorder.operations().get(0).isDone).isFalse();
  }

  @Test
  void aRejectedCommandAndACrashEndARequestWithoutSuccess() {
    PictureRecorder recorder =
        recorded(
            "cluster 3 pre-vote=off",
            "quietly propose 2 x",
            "quietly campaign 1; stabilize",
            "quietly propose 1 a",
            "crash 1");
    assertThat(recorder.operations())
        .extracting(operation -> operation.outcome)
        .containsExactly("rejected, not leader", "nobody is told: the node has crashed");
  }

  @Test
  void aReadEndsWithItsOutcome() {
    PictureRecorder recorder =
        recorded(
            "cluster 3 pre-vote=off",
            "quietly campaign 1; stabilize",
            "quietly read 1 r",
            "quietly stabilize");
    ClientOperation read = recorder.operations().get(0);
    assertThat(read.kind).isEqualTo("read");
    assertThat(read.outcome).isEqualTo("read \"r\": confirmed at 2");
    assertThat(read.isDone).isTrue();
  }

  @Test
  void aForwardedCommandEndsWhereItWasProposed() {
    PictureRecorder recorder =
        recorded(
            "cluster 3 pre-vote=off forward-proposals=on accept-forwarded-proposals=on",
            "quietly campaign 1; stabilize",
            "quietly propose 2 a",
            "quietly stabilize");
    assertThat(recorder.operations().get(0).outcome).isEqualTo("applied at (2,3)");
    assertThat(recorder.steps().get(recorder.operations().get(0).end).node).isEqualTo(2);
  }

  // A long run.

  @Test
  void ofALongRunTheLastStepsAreKept() {
    Choices choices = Choices.random(7);
    PictureRecorder recorder = new PictureRecorder(Optional.of(choices), 100);
    PictureRecorder whole = new PictureRecorder(choices);
    Simulation group =
        Simulation.of(3).oracle(new Oracles(List.of(recorder, whole))).start(choices);
    group.run(2_000);
    for (int i = 0; i < 40; i++) {
      int number = i;
      group.nodes().stream()
          .filter(node -> node.isLeader())
          .findFirst()
          .ifPresent(
              leader -> group.propose(leader.id(), ByteString.copyFromUtf8("command " + number)));
      group.run(50);
    }
    recorder.finish();
    whole.finish();

    List<Step> steps = recorder.steps();
    List<Step> all = whole.steps();
    assertThat(steps).hasSize(100);
    assertThat(recorder.dropped()).isEqualTo(all.size() - 100);
    for (int i = 0; i < steps.size(); i++) {
      Step same = all.get(recorder.dropped() + i);
      assertThat(steps.get(i).words()).isEqualTo(same.words());
      assertThat(steps.get(i).after).isEqualTo(same.after);
    }
    assertThat(recorder.firstStates()).containsOnlyKeys(1L, 2L, 3L);
    assertThat(recorder.messages())
        .allSatisfy(sent -> assertThat(sent.step).isGreaterThanOrEqualTo(recorder.dropped()));
    assertThat(new Picture("a long run", recorder).html()).contains("\"dropped\":");
  }
}
