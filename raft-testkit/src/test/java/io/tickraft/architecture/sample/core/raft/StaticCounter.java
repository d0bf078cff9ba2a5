package io.tickraft.architecture.sample.core.raft;

/** Breaks: no static field changes. */
final class StaticCounter {
  static int count;

  private StaticCounter() {}
}
