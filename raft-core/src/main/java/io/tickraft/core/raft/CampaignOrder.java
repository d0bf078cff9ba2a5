package io.tickraft.core.raft;

import io.tickraft.proto.EntryId;

/**
 * An order to campaign that a follower cannot obey before its state machine has applied a committed
 * membership change or a snapshot. It holds for an election timeout, in the term of the leader that
 * gave it, and as long as the log ends where the order says.
 *
 * @param last the last entry that the order names
 * @param end the tick at which it does not hold any more
 */
record CampaignOrder(EntryId last, long end) {}
