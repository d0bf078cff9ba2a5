package io.tickraft.core.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import org.junit.jupiter.api.Test;

/** A term is entered once, and its vote given once. */
final class NodeStateTest {

  private final MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
  private final NodeState node =
      InitialState.of(storage, null).nodeState(RaftConfig.builder(1).build(), storage);

  @Test
  void aTermIsNotEnteredTwice() {
    node.voteFor(2);

    assertThatThrownBy(() -> node.enterTerm(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("invariant: term 1 is not after 1");
    assertThat(node.vote()).isEqualTo(2);
    node.enterTerm(2);
    assertThat(node.vote()).isZero();
  }

  @Test
  void aVoteIsNotGivenToTwo() {
    node.voteFor(2);
    node.voteFor(2);

    assertThatThrownBy(() -> node.voteFor(3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("invariant: the vote of term 1 is given to 2");
  }
}
