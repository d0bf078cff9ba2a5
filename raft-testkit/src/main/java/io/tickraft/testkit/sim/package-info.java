/**
 * A deterministic simulation of a Raft group: nodes, network, disks and clocks in one thread. Every
 * random choice has a name, and a schedule of choices replays a run.
 */
@NullMarked
package io.tickraft.testkit.sim;

import org.jspecify.annotations.NullMarked;
