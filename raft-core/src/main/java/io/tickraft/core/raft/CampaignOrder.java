package io.tickraft.core.raft;

import io.tickraft.proto.EntryId;

/**
 * An order to campaign that a follower cannot obey before its state machine has applied a committed
 * membership change or a snapshot. The order is valid for an election timeout, in the term of the
 * leader that gave it, and while {@code last} is the last entry of the follower's log.
 *
 * @param last the last entry that the log must have
 * @param end the tick at which the order expires
 */
record CampaignOrder(EntryId last, long end) {}
