package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.tickraft.core.DropReason;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Message;
import io.tickraft.testkit.message.Messages;
import io.tickraft.testkit.message.Values;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.OracleViolation;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorruptedMessagesTest {

  private static final Message VALID =
      Messages.heartbeat(Messages.fromNode(1).to(2).term(4)).build();

  /** As the simulated network marks it. */
  private static final Message CORRUPTED =
      VALID.toBuilder()
          .setTerm(-4)
          .setUnknownFields(
              UnknownFieldSet.newBuilder()
                  .addField(10_001, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                  .build())
          .build();

  private final CorruptedMessages oracle = new CorruptedMessages();

  private static NodeView view(long term) {
    return new NodeView(
        2, RoleName.FOLLOWER, term, 0, 0, 1, 1, 1, 1, Values.voters(1, 2, 3), 0, List.of(), true);
  }

  private void drop(Message message) {
    oracle.event(2, new RaftEvent.MessageDropped(message, DropReason.MALFORMED));
  }

  @Test
  void aCorruptedMessageThatIsNotDroppedIsSeen() {
    oracle.received(2, CORRUPTED);

    assertThatThrownBy(() -> oracle.stepped(view(3)))
        .isInstanceOf(OracleViolation.class)
        .hasMessageStartingWith(
            "corrupted messages are dropped is violated: node 2 has not dropped from: 1");
    assertThatThrownBy(() -> oracle.ticked(2)).isInstanceOf(OracleViolation.class);
  }

  @Test
  void aStateThatChangesByACorruptedMessageIsSeen() {
    oracle.stepped(view(3));
    oracle.received(2, CORRUPTED);
    drop(CORRUPTED);

    assertThatThrownBy(() -> oracle.stepped(view(4)))
        .isInstanceOf(OracleViolation.class)
        .hasMessageContaining("a corrupted message changes");
  }

  @Test
  void aCorruptedMessageWithoutEffectIsRight() {
    assertThatCode(
            () -> {
              oracle.stepped(view(3));
              oracle.received(2, CORRUPTED);
              drop(CORRUPTED);
              oracle.stepped(view(3));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aTickBeforeACorruptedMessageMayChangeTheState() {
    assertThatCode(
            () -> {
              oracle.stepped(view(3));
              oracle.ticked(2);
              oracle.received(2, CORRUPTED);
              drop(CORRUPTED);
              oracle.stepped(view(4));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aValidMessageMayChangeTheState() {
    assertThatCode(
            () -> {
              oracle.stepped(view(3));
              oracle.received(2, VALID);
              oracle.stepped(view(4));
            })
        .doesNotThrowAnyException();
  }
}
