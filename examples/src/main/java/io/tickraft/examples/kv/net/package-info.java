/** Networking that the connections of clients and those between nodes share. */
@NullMarked
package io.tickraft.examples.kv.net;

import org.jspecify.annotations.NullMarked;
