/**
 * Exploration of every ordering within bounds, on the real nodes: {@link
 * io.tickraft.testkit.explore.Exploration}.
 */
@NullMarked
package io.tickraft.testkit.explore;

import org.jspecify.annotations.NullMarked;
