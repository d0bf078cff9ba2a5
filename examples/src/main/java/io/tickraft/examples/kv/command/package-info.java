/**
 * What the replicated key-value map does: commands as they stand in the log, and what they answer.
 * Pure: no I/O, no Netty, no RocksDB.
 */
@NullMarked
package io.tickraft.examples.kv.command;

import org.jspecify.annotations.NullMarked;
