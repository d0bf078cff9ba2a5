/**
 * AssertJ assertions for what a node puts out and what it knows, whose failures show the difference
 * in Raft's own terms: {@link io.tickraft.testkit.assertion.RaftAssertions}.
 */
@NullMarked
package io.tickraft.testkit.assertion;

import org.jspecify.annotations.NullMarked;
