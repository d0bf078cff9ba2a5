/** What a node shows to monitoring: metrics, and whether it is alive and ready. */
@NullMarked
package io.tickraft.examples.kv.metrics;

import org.jspecify.annotations.NullMarked;
