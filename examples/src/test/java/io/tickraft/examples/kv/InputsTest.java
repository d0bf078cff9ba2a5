package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.VoteResponse;
import org.junit.jupiter.api.Test;

final class InputsTest {

  private static RawNode leader() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
    RawNode node = RawNode.open(RaftConfig.builder(1).preVote(false).build(), storage);
    node.campaign();
    settle(node, storage);
    node.step(
        from2()
            .setVoteResponse(
                VoteResponse.newBuilder().setGranted(VoteResponse.Granted.getDefaultInstance()))
            .build());
    settle(node, storage);
    assertThat(node.role()).isEqualTo(RoleName.LEADER);
    return node;
  }

  private static void settle(RawNode node, MemoryStorage storage) {
    while (node.hasReady()) {
      Ready ready = node.ready();
      storage.persist(ready);
      node.advance(ready);
    }
  }

  private static Message.Builder from2() {
    return Message.newBuilder().setFrom(2).setTo(1).setTerm(2);
  }

  @Test
  void messagesAreDeliveredBeforeAnythingThatMakesTheNodeActOnItsTimeouts() {
    RawNode leader = leader();
    Inputs inputs = new Inputs(new EmbeddedChannel().eventLoop());
    for (int i = 0; i < 9; i++) {
      leader.tick();
    }
    leader.hasReady();

    inputs.unreachable(3);
    inputs.receive(from2().setHeartbeatResponse(HeartbeatResponse.getDefaultInstance()).build());
    leader.tick();
    inputs.deliverTo(RaftNode.of(leader));

    assertThat(leader.role()).isEqualTo(RoleName.LEADER);
  }
}
