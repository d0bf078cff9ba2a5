/** What the connections of clients and those between nodes have in common. */
@NullMarked
package io.tickraft.examples.kv.net;

import org.jspecify.annotations.NullMarked;
