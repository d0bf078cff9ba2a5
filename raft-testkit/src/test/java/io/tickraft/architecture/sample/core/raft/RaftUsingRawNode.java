package io.tickraft.architecture.sample.core.raft;

import io.tickraft.architecture.sample.core.RawNode;

/** Breaks: nothing inside knows the door. */
final class RaftUsingRawNode {
  private final RawNode node = new RawNode();

  long term() {
    return node.term();
  }
}
