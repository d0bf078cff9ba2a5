/** A replicated key-value server for Redis clients: a real host of Tickraft. */
@NullMarked
package io.tickraft.examples.kv;

import org.jspecify.annotations.NullMarked;
