/** The Raft state machine and its roles. */
@NullMarked
package io.tickraft.core.raft;

import org.jspecify.annotations.NullMarked;
