package io.tickraft.testkit.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Message;
import io.tickraft.testkit.picture.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which steps can have caused a step. */
class CauseConeTest {

  private final List<Step> steps = new ArrayList<>();

  /** Adds a step that has changed something. */
  private Step step(long node) {
    Step step = new Step(steps.size(), 0, node, Kind.TICK, "", false);
    step.isEffective = true;
    steps.add(step);
    return step;
  }

  private Step receives(long node, Step sender) {
    Step step = step(node);
    step.message = new SentMessage(0, Message.getDefaultInstance(), sender.number);
    return step;
  }

  private List<Integer> cone(Step last, boolean isOfAllNodes) {
    boolean[] cone = CauseCone.of(steps, last.number - steps.get(0).number, isOfAllNodes);
    return IntStream.range(0, cone.length).filter(i -> cone[i]).boxed().toList();
  }

  @Test
  void theStepItselfAndTheEarlierStepsOfItsNode() {
    step(1);
    step(2);
    Step last = step(1);
    step(1);
    assertThat(cone(last, false)).containsExactly(0, 2);
  }

  @Test
  void whatASenderHasDoneBeforeItHasSent() {
    step(2);
    Step sender = step(2);
    step(2); // Too late.
    Step last = receives(1, sender);
    assertThat(cone(last, false)).containsExactly(0, 1, 3);
  }

  @Test
  void alsoOverSeveralMessages() {
    Step first = step(3);
    Step second = receives(2, first);
    step(3);
    Step last = receives(1, second);
    assertThat(cone(last, false)).containsExactly(0, 1, 3);
  }

  @Test
  void notWhatAStepHasReceivedThatChangedNothing() {
    Step sender = step(2);
    receives(1, sender).isEffective = false;
    Step last = step(1);
    assertThat(cone(last, false)).containsExactly(2);
  }

  @Test
  void forAFailureAtTheEndTheStepsOfAllNodes() {
    step(1);
    step(2).isEffective = false;
    step(3);
    Step last = step(2);
    assertThat(cone(last, true)).containsExactly(0, 2, 3);
  }

  @Test
  void aSenderThatIsNotKeptIsNoStep() {
    Step dropped = step(2);
    Step last = receives(1, dropped);
    steps.remove(0);
    assertThat(CauseCone.of(steps, 0, false)).containsExactly(true);
    assertThat(last.number).isEqualTo(1);
  }

  @Test
  void aRunWithoutStepsHasNone() {
    assertThat(CauseCone.of(List.of(), -1, false)).isEmpty();
  }
}
