/** The connections between the nodes of a group: Raft messages and snapshots over TCP. */
@NullMarked
package io.tickraft.examples.kv.peer;

import org.jspecify.annotations.NullMarked;
