package io.tickraft.core.raft;

import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.membership.Configuration;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TransferLeader;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Which requests for a transfer a leader knows again. */
final class TransferTest {

  private static final Configuration THREE = Configuration.of(voters(1, 2, 3));

  private final Transfer transfer = new Transfer(new ArrayList<>());

  private static Message request(long from, long incarnation, long sequence) {
    return Message.newBuilder()
        .setFrom(from)
        .setTo(1)
        .setTransferLeader(
            TransferLeader.newBuilder()
                .setRequest(
                    RequestId.newBuilder().setIncarnation(incarnation).setSequence(sequence))
                .setTarget(3))
        .build();
  }

  @Test
  void whatWasAnsweredAndAllBeforeItIsKnownAgain() {
    transfer.answers(request(2, 5, 7), THREE);

    assertThat(transfer.isAnswered(request(2, 5, 7))).isTrue();
    assertThat(transfer.isAnswered(request(2, 5, 6))).isTrue();
    assertThat(transfer.isAnswered(request(2, 4, 9))).isTrue();
    assertThat(transfer.isAnswered(request(2, 5, 8))).isFalse();
    assertThat(transfer.isAnswered(request(2, 6, 1))).isFalse();
    assertThat(transfer.isAnswered(request(3, 5, 7))).isFalse();
  }

  @Test
  void eachMembersLastRequestIsRememberedAndNobodyElses() {
    transfer.answers(request(2, 1, 1), THREE);
    transfer.answers(request(3, 1, 1), THREE);
    transfer.answers(request(9, 1, 1), THREE);

    assertThat(transfer.isAnswered(request(2, 1, 1))).isTrue();
    assertThat(transfer.isAnswered(request(3, 1, 1))).isTrue();
    assertThat(transfer.isAnswered(request(9, 1, 1))).isFalse();

    transfer.answers(request(2, 1, 2), Configuration.of(voters(1, 2)));
    assertThat(transfer.isAnswered(request(2, 1, 2))).isTrue();
    assertThat(transfer.isAnswered(request(3, 1, 1))).isFalse();
  }

  @Test
  void aCopyRemembersTheSameAndGoesItsOwnWay() {
    transfer.answers(request(2, 1, 1), THREE);
    Transfer copy = transfer.copy(new ArrayList<>());
    transfer.answers(request(2, 1, 2), THREE);

    assertThat(copy.isAnswered(request(2, 1, 1))).isTrue();
    assertThat(copy.isAnswered(request(2, 1, 2))).isFalse();
  }
}
