package io.tickraft.architecture.sample.core.raft;

/** Breaks: no block is synchronized. */
final class SynchronizedBlock {
  private int count;

  int next() {
    synchronized (this) {
      return ++count;
    }
  }
}
