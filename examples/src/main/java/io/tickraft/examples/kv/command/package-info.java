/**
 * The commands of the replicated key-value map, their encoded form and their replies. Pure: no I/O,
 * no Netty, no RocksDB.
 */
@NullMarked
package io.tickraft.examples.kv.command;

import org.jspecify.annotations.NullMarked;
