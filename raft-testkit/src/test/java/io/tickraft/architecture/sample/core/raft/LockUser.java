package io.tickraft.architecture.sample.core.raft;

import java.util.concurrent.locks.ReentrantLock;

/** Breaks: no threads and locks. */
final class LockUser {
  final ReentrantLock lock = new ReentrantLock();
}
