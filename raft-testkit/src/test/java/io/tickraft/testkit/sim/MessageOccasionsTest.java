package io.tickraft.testkit.sim;

import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Message;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each message of a run has a name of its own. */
class MessageOccasionsTest {

  private static Message answer(long term) {
    return appendResponse(fromNode(3).to(1).term(term)).accepted(1).build();
  }

  private static Stream<String> names(Message... messages) {
    Choices choices = Choices.random(1);
    MessageOccasions occasions = new MessageOccasions(choices);
    for (Message message : messages) {
      occasions.of(message).between("delay", 1, 1_000_000);
    }
    return choices.record().choices().stream().map(Schedule.Choice::occasion);
  }

  @Test
  void messagesOfAnEarlierTermAreCountedOn() {
    assertThat(names(answer(20), answer(21), answer(20), answer(21), answer(20)))
        .containsExactly(
            "AppendResponse 3→1 t20 #1",
            "AppendResponse 3→1 t21 #1",
            "AppendResponse 3→1 t20 #2",
            "AppendResponse 3→1 t21 #2",
            "AppendResponse 3→1 t20 #3");
  }

  @Test
  void eachLinkAndKindIsCountedByItself() {
    assertThat(
            names(
                answer(20),
                heartbeat(fromNode(1).to(3).term(20)).build(),
                heartbeat(fromNode(1).to(2).term(20)).build(),
                heartbeat(fromNode(1).to(3).term(20)).build()))
        .containsExactly(
            "AppendResponse 3→1 t20 #1",
            "Heartbeat 1→3 t20 #1",
            "Heartbeat 1→2 t20 #1",
            "Heartbeat 1→3 t20 #2");
  }
}
