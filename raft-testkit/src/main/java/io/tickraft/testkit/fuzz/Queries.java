package io.tickraft.testkit.fuzz;

/** When a node answers a query. All but the first are bugs, which the history of a run shows. */
enum Queries {
  /** When it has a read index and has applied it. */
  LINEARIZABLE,

  /** When it has a read index. */
  BEFORE_APPLIED,

  /** At once if it leads, as if it had a lease. */
  LEADER_WITHOUT_LEASE
}
