package io.tickraft.core.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.Message;
import io.tickraft.proto.ReadAbortReason;
import io.tickraft.proto.ReadIndex;
import io.tickraft.proto.RequestId;
import org.junit.jupiter.api.Test;

/** Which requests to read a leader knows again: those that are pending. */
final class ReadRoundsTest {

  private static final RequestId FIRST = request(1);
  private static final RequestId SECOND = request(2);

  private final ReadRoom room = new ReadRoom();

  private static RequestId request(long sequence) {
    return RequestId.newBuilder().setSequence(sequence).build();
  }

  @Test
  void theEndOfOneRequestLeavesTheOthersOfItsNodePending() {
    room.add(2, 2, FIRST);
    room.add(2, 2, SECOND);

    room.remove(2, 2, FIRST);

    assertThat(room.isPending(2, 2, FIRST)).isFalse();
    assertThat(room.isPending(2, 2, SECOND)).isTrue();
  }

  @Test
  void aCopyHasTheSamePendingRequestsAndGoesItsOwnWay() {
    room.add(2, 2, FIRST);
    ReadRoom copy = room.copy();
    room.add(2, 2, SECOND);

    assertThat(copy.isPending(2, 2, FIRST)).isTrue();
    assertThat(copy.isPending(2, 2, SECOND)).isFalse();
  }

  @Test
  void whatIsAbortedIsNotPending() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
    NodeState node =
        InitialState.of(storage, null).nodeState(RaftConfig.builder(1).build(), storage);
    Message question =
        Message.newBuilder()
            .setFrom(2)
            .setTo(1)
            .setReadIndex(ReadIndex.newBuilder().setRequest(FIRST))
            .build();
    ReadRounds rounds = new ReadRounds();
    rounds.ask(node, question);

    rounds.abortAll(node, ReadAbortReason.READ_ABORT_REASON_NOT_LEADER, 0);
    assertThat(rounds.isRoundWanted()).isFalse();
    rounds.ask(node, question);

    assertThat(rounds.isRoundWanted()).as("it is not a duplicate").isTrue();
  }
}
