/**
 * The durable state of a node, in one RocksDB: the Raft log, the hard state and the replicated map.
 */
@NullMarked
package io.tickraft.examples.kv.store;

import org.jspecify.annotations.NullMarked;
