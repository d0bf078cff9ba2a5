/**
 * Who is in a group and how that changes: the configuration, the rules for changing it, the changes
 * that are pending or being applied, and the departure of a leader. Which changes a leader appends,
 * auto-leave included, says {@code ChangeProposals} beside the roles, in {@code core.raft}.
 */
@NullMarked
package io.tickraft.core.membership;

import org.jspecify.annotations.NullMarked;
