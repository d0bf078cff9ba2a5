/** How the nodes of a group talk to each other: messages and snapshots over TCP. */
@NullMarked
package io.tickraft.examples.kv.peer;

import org.jspecify.annotations.NullMarked;
