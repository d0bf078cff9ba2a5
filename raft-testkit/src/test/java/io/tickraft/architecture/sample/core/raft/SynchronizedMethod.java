package io.tickraft.architecture.sample.core.raft;

/** Breaks: no method is synchronized. */
final class SynchronizedMethod {
  private int count;

  synchronized int next() {
    return ++count;
  }
}
