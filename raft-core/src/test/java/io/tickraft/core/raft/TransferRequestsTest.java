package io.tickraft.core.raft;

import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.membership.Configuration;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TransferLeader;
import org.junit.jupiter.api.Test;

/** Which requests for a transfer a leader knows again. */
final class TransferRequestsTest {

  private static final Configuration THREE = Configuration.of(voters(1, 2, 3));

  private final TransferRequests requests = new TransferRequests();

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
    requests.answered(request(2, 5, 7), THREE);

    assertThat(requests.isAnswered(request(2, 5, 7))).isTrue();
    assertThat(requests.isAnswered(request(2, 5, 6))).isTrue();
    assertThat(requests.isAnswered(request(2, 4, 9))).isTrue();
    assertThat(requests.isAnswered(request(2, 5, 8))).isFalse();
    assertThat(requests.isAnswered(request(2, 6, 1))).isFalse();
    assertThat(requests.isAnswered(request(3, 5, 7))).isFalse();
  }

  @Test
  void eachMembersLastRequestIsRememberedAndThatOfTheLastStranger() {
    requests.answered(request(2, 1, 1), THREE);
    requests.answered(request(3, 1, 1), THREE);
    requests.answered(request(9, 1, 1), THREE);

    assertThat(requests.isAnswered(request(2, 1, 1))).isTrue();
    assertThat(requests.isAnswered(request(3, 1, 1))).isTrue();
    assertThat(requests.isAnswered(request(9, 1, 1))).isTrue();

    requests.answered(request(8, 1, 1), THREE);
    assertThat(requests.isAnswered(request(8, 1, 1))).isTrue();
    assertThat(requests.isAnswered(request(9, 1, 1))).isFalse();

    requests.answered(request(2, 1, 2), Configuration.of(voters(1, 2)));
    assertThat(requests.isAnswered(request(2, 1, 2))).isTrue();
    assertThat(requests.isAnswered(request(3, 1, 1))).isFalse();
  }

  @Test
  void aCopyRemembersTheSameAndGoesItsOwnWay() {
    requests.answered(request(2, 1, 1), THREE);
    TransferRequests copy = requests.copy();
    requests.answered(request(2, 1, 2), THREE);

    assertThat(copy.isAnswered(request(2, 1, 1))).isTrue();
    assertThat(copy.isAnswered(request(2, 1, 2))).isFalse();
  }
}
