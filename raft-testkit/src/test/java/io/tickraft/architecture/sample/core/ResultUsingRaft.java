package io.tickraft.architecture.sample.core;

import io.tickraft.architecture.sample.core.raft.Raft;

/** Breaks: only the door knows Raft. */
final class ResultUsingRaft {
  private final Raft raft = new Raft(1);

  long term() {
    return raft.term();
  }
}
