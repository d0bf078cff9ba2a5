/**
 * Random runs of a simulated group that check every promise, and what makes a failing one short
 * enough for a person to read.
 */
@NullMarked
package io.tickraft.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
