package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.testkit.message.Values;
import io.tickraft.testkit.oracle.OracleViolation;
import java.util.List;
import org.junit.jupiter.api.Test;

class RejectedCommandsTest {

  private static final ProposeResult REJECTED =
      new ProposeResult.Rejected(ProposeResult.Reason.NOT_LEADER, 0);

  private final RejectedCommands oracle = new RejectedCommands();

  private static List<ByteString> commands(String... texts) {
    return List.of(texts).stream().map(ByteString::copyFromUtf8).toList();
  }

  @Test
  void aRejectedCommandThatIsAppliedIsSeen() {
    oracle.proposed(commands("a", "b"), REJECTED);

    assertThatThrownBy(() -> oracle.applied(2, Values.entry(3, 7, "b")))
        .isInstanceOf(OracleViolation.class)
        .hasMessage(
            "rejected proposals are not applied is violated: node 2 applies entry 7, whose proposal"
                + " was rejected");
  }

  @Test
  void anAcceptedCommandIsRight() {
    oracle.proposed(commands("a"), new ProposeResult.Accepted(3, 7, 7));
    oracle.proposed(commands("b"), new ProposeResult.Forwarded(2));

    assertThatCode(
            () -> {
              oracle.applied(2, Values.entry(3, 7, "a"));
              oracle.applied(2, Values.entry(3, 8, "b"));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aCommandThatIsRejectedHereAndAcceptedThereIsRight() {
    oracle.proposed(commands("a"), REJECTED);
    oracle.proposed(commands("a"), new ProposeResult.Accepted(3, 7, 7));

    assertThatCode(() -> oracle.applied(2, Values.entry(3, 7, "a"))).doesNotThrowAnyException();
  }
}
