package io.tickraft.testkit.scenario;

/** How much the transcript of a line tells. */
enum Verbosity {
  /** Everything: messages and what they do. */
  FULL,
  /** What nodes do, and no messages. */
  BRIEF,
  /** Nothing. */
  QUIET
}
