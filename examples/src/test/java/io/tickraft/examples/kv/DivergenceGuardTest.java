package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.DropReason;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.NodeFailedException;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RawNode;
import io.tickraft.proto.Append;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DivergenceGuardTest {

  private final List<RaftEvent> events = new ArrayList<>();
  private final RawNode node =
      RawNode.open(
          RaftConfig.builder(1).observer(new DivergenceGuard(events::add)).build(),
          MemoryStorage.bootstrapped(1, 2, 3));

  /** An append to node 1 whose previous entry has index 1, which is committed there in term 1. */
  static Message append(long group, long term, long prevTerm) {
    return Message.newBuilder()
        .setFrom(2)
        .setTo(1)
        .setTerm(term)
        .setGroup(group)
        .setAppend(Append.newBuilder().setPrev(EntryId.newBuilder().setIndex(1).setTerm(prevTerm)))
        .build();
  }

  @Test
  void aNodeThatContradictsItsLeaderAnswersNothingMore() {
    assertThatThrownBy(() -> node.step(append(0, 5, 2)))
        .isInstanceOf(NodeFailedException.class)
        .hasCauseInstanceOf(DivergenceGuard.DivergedException.class)
        .cause()
        .hasMessageStartingWith(
            "the Append of node 2 in term 5 contradicts what is committed on this node")
        .hasMessageContaining("keep its directory");
    assertThat(events)
        .filteredOn(RaftEvent.MessageDropped.class::isInstance)
        .extracting(event -> ((RaftEvent.MessageDropped) event).reason())
        .containsExactly(DropReason.CONTRADICTS_COMMITTED);
    assertThatThrownBy(() -> node.readIndex(ByteString.EMPTY))
        .isInstanceOf(NodeFailedException.class);
    assertThatThrownBy(node::hasReady).isInstanceOf(NodeFailedException.class);
  }

  @Test
  void aLogThatAgreesIsNoReasonToStop() {
    node.step(append(0, 5, 1));
    // Neither is one of an earlier term: its sender no longer leads.
    node.step(append(0, 4, 2));
    assertThat(node.hasReady()).isTrue();
  }
}
