package io.tickraft.core.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.DropReason;
import io.tickraft.core.Outcome;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.Message;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever arrives, no message can hurt a node. */
class MessageFuzzTest {

  private static final int MESSAGES = Integer.getInteger("tickraft.fuzz.messages", 1_000_000);
  private static final long SEED = Long.getLong("tickraft.fuzz.seed", 1);

  /** How many messages one node gets in its life. */
  private static final int PER_SESSION = 500;

  /** Why calls are rejected and how things end. */
  private static final List<Enum<?>> REASONS =
      Stream.<Enum<?>[]>of(
              ProposeResult.Reason.values(),
              ConfChangeResult.Reason.values(),
              ReadResult.Reason.values(),
              TransferResult.Reason.values(),
              ReadState.Reason.values(),
              Outcome.TransferEnd.values())
          .<Enum<?>>flatMap(Stream::of)
          .toList();

  @Test
  void aMillionSeededRandomAndMutatedMessagesAgainstANode() {
    FuzzCounts counts = new FuzzCounts();
    for (long session = 0; counts.messages() < MESSAGES; session++) {
      new FuzzSession(SEED * 1_000_003 + session).run(PER_SESSION, counts);
    }
    // In proportion, so that fewer or more messages can be asked for.
    long thousandth = counts.messages() / 1000;

    assertThat(counts.processed()).as("%s", counts).isGreaterThan(counts.messages() / 3);
    for (Message.BodyCase body : Message.BodyCase.values()) {
      if (body == Message.BodyCase.BODY_NOT_SET) {
        continue;
      }
      assertThat(counts.changing(body)).as("%s in %s", body, counts).isGreaterThan(thousandth);
    }
    for (DropReason reason : DropReason.values()) {
      if (reason != DropReason.OUTBOX_LIMIT) { // Of outgoing messages.
        assertThat(counts.dropped(reason)).as("%s in %s", reason, counts).isPositive();
      }
    }
    for (Enum<?> reason : REASONS) {
      assertThat(counts.because(reason)).as("%s in %s", reason, counts).isPositive();
    }
    assertThat(counts.failuresForNewerVersion()).as("%s", counts).isPositive();
    for (RoleName role : RoleName.values()) {
      assertThat(counts.in(role)).as("%s in %s", role, counts).isGreaterThan(10 * thousandth);
    }
  }
}
