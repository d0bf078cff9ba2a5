/**
 * AssertJ assertions about a node's output and status: {@link
 * io.tickraft.testkit.assertion.RaftAssertions}. Their failures show the difference in Raft's
 * terms.
 */
@NullMarked
package io.tickraft.testkit.assertion;

import org.jspecify.annotations.NullMarked;
