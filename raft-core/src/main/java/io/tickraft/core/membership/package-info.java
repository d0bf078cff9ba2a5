/**
 * The members of a group and their changes: the configuration, the rules for changing it, the
 * changes that are pending or being applied, and the departure of a leader. {@code ChangeProposals}
 * in {@code core.raft} decides which changes a leader appends, auto-leave included.
 */
@NullMarked
package io.tickraft.core.membership;

import org.jspecify.annotations.NullMarked;
