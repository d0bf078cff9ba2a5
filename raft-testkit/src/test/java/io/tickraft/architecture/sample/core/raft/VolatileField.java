package io.tickraft.architecture.sample.core.raft;

/** Breaks: no field is volatile. */
final class VolatileField {
  volatile int term;
}
