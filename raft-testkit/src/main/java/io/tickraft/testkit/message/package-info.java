/**
 * Builders of messages, and of the values in them, each short enough for a row of a table. The
 * factories, for static import, are {@link io.tickraft.testkit.message.Messages} and {@link
 * io.tickraft.testkit.message.Values}.
 *
 * <pre>{@code
 * Envelope fromLeader = fromNode(2).to(1).term(3);
 *
 * Message append =
 *     append(fromLeader).prev(2, 5).entries(entry(3, 6, "a"), noOp(3, 7)).commit(4).build();
 * Message refusal =
 *     voteResponse(fromNode(1).to(2).term(3)).rejected(VOTE_REJECT_REASON_LOG_BEHIND).build();
 * }</pre>
 *
 * <p>A pair of numbers that identifies an entry is always the term, then the index. The order of
 * methods does not matter, and what is not set has protobuf's default. Builders check nothing:
 * tests of malformed messages use them, too. {@link io.tickraft.testkit.message.Messages#message}
 * wraps a message that was built otherwise.
 *
 * <p>The fixtures and assertions of the testkit accept builders; {@code build()} is for everything
 * else. A builder is immutable, so a common part can be kept in a variable and completed in several
 * ways.
 */
@NullMarked
package io.tickraft.testkit.message;

import org.jspecify.annotations.NullMarked;
