/**
 * A deterministic simulation of a Raft group: nodes, network, disks and clocks in one thread. Every
 * random choice comes from one recorded sequence.
 */
@NullMarked
package io.tickraft.testkit.sim;

import org.jspecify.annotations.NullMarked;
