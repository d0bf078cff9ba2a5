package io.tickraft.testkit.scenario;

/** How much the transcript of a line shows. */
enum Verbosity {
  /** Messages and their effects. */
  FULL,
  /** Changes of nodes, without messages. */
  BRIEF,
  /** Nothing. */
  QUIET
}
