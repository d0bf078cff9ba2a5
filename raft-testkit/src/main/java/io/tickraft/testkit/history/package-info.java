/**
 * Histories of what clients asked for and what they got, and whether they are linearizable: each
 * operation takes effect at one moment between its begin and its end (Herlihy and Wing,
 * Linearizability: A Correctness Condition for Concurrent Objects, 1990).
 */
@NullMarked
package io.tickraft.testkit.history;

import org.jspecify.annotations.NullMarked;
