package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RaftStatusTest {

  private final FakeNode node = new FakeNode();

  @Test
  void aNodeThatHasLostEntriesShowsUpToWhichIndex() {
    assertThat(RaftCommands.status(node)).contains("lost_up_to:0\r\n");
    node.hasLostUpTo(7);
    assertThat(RaftCommands.status(node)).contains("lost_up_to:7\r\n", "last_index:1\r\n");
  }
}
