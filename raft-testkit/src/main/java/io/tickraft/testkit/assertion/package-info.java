/**
 * AssertJ assertions about a {@code Ready}, its messages, a {@code Status} and a log. The entry
 * point, for static import, is {@link io.tickraft.testkit.assertion.RaftAssertions}.
 *
 * <pre>{@code
 * NodeFixture node = NodeFixture.node(1).voters(1, 2, 3).log(1, 2, 2).term(3).asFollower(2);
 *
 * node.step(append(fromNode(2).to(1).term(3)).prev(2, 4).entries(entry(3, 5, "a")).commit(4));
 *
 * Ready ready = node.ready();
 * assertThat(ready).hasHardState(3, 0, 4).hasEntries(entry(3, 5, "a")).mustSync();
 * assertThat(ready)
 *     .sendsAfterPersist(appendResponse(fromNode(1).to(2).term(3)).accepted(5).commit(4));
 * assertThat(node.status()).isFollowerOf(2).hasTerm(3).hasLast(3, 5);
 * }</pre>
 *
 * <p>An assertion that fails shows the difference in Raft's terms: which message is missing, which
 * one was not expected, and in which field two messages differ. Messages and entries are compared
 * whole. Parts of a {@code Ready} for which there is no assertion in the test are not checked.
 */
@NullMarked
package io.tickraft.testkit.assertion;

import org.jspecify.annotations.NullMarked;
