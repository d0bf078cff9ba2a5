/** A replicated key-value server for Redis clients: Tickraft embedded in a real host. */
@NullMarked
package io.tickraft.examples.kv;

import org.jspecify.annotations.NullMarked;
