package io.tickraft.architecture.sample.core;

import io.tickraft.architecture.sample.core.raft.Raft;

/** The door, which alone may know Raft. */
public final class RawNode {
  private final Raft raft = new Raft(1);

  public long term() {
    return raft.term();
  }
}
