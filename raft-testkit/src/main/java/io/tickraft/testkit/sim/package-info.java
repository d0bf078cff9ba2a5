/**
 * A deterministic cluster: nodes, network, disks and clocks in one thread, where every choice comes
 * from one recorded sequence.
 */
@NullMarked
package io.tickraft.testkit.sim;

import org.jspecify.annotations.NullMarked;
