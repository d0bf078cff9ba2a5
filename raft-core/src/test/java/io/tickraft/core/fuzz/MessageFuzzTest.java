package io.tickraft.core.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.DropReason;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Message;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever arrives, no message can hurt a node. */
class MessageFuzzTest {

  private static final int MESSAGES = Integer.getInteger("tickraft.fuzz.messages", 1_000_000);
  private static final long SEED = Long.getLong("tickraft.fuzz.seed", 1);

  /** How many messages one node gets in its life. */
  private static final int PER_SESSION = 500;

  private static final Set<Message.BodyCase> TAKEN_PART_IN =
      EnumSet.of(
          Message.BodyCase.APPEND,
          Message.BodyCase.APPEND_RESPONSE,
          Message.BodyCase.HEARTBEAT,
          Message.BodyCase.HEARTBEAT_RESPONSE,
          Message.BodyCase.PRE_VOTE,
          Message.BodyCase.PRE_VOTE_RESPONSE,
          Message.BodyCase.VOTE,
          Message.BodyCase.VOTE_RESPONSE,
          Message.BodyCase.INSTALL_SNAPSHOT,
          Message.BodyCase.INSTALL_SNAPSHOT_RESPONSE,
          Message.BodyCase.PROPOSE,
          Message.BodyCase.PROPOSE_RESPONSE);

  @Test
  void aMillionSeededRandomAndMutatedMessagesAgainstANode() {
    FuzzCounts counts = new FuzzCounts();
    for (long session = 0; counts.messages() < MESSAGES; session++) {
      new FuzzSession(SEED * 1_000_003 + session).run(PER_SESSION, counts);
    }
    // In proportion, so that fewer or more messages can be asked for.
    long thousandth = counts.messages() / 1000;

    assertThat(counts.processed()).as("%s", counts).isGreaterThan(counts.messages() / 3);
    for (Message.BodyCase body : TAKEN_PART_IN) {
      assertThat(counts.changing(body)).as("%s in %s", body, counts).isGreaterThan(thousandth);
    }
    for (DropReason reason : DropReason.values()) {
      if (reason != DropReason.OUTBOX_LIMIT) { // Of outgoing messages.
        assertThat(counts.dropped(reason)).as("%s in %s", reason, counts).isPositive();
      }
    }
    for (RoleName role : RoleName.values()) {
      assertThat(counts.in(role)).as("%s in %s", role, counts).isGreaterThan(20 * thousandth);
    }
  }
}
