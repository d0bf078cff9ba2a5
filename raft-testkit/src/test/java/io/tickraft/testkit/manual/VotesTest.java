package io.tickraft.testkit.manual;

import static io.tickraft.proto.VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThat;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.vote;
import static io.tickraft.testkit.message.Messages.voteResponse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tickraft.testkit.fixture.NodeFixture;
import io.tickraft.testkit.message.Envelope;
import io.tickraft.testkit.message.MessageBuilder;
import io.tickraft.testkit.message.VoteResponseBuilder;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The manual's first table of messages. */
final class VotesTest {

  static Stream<Arguments> votes() {
    Envelope candidate = fromNode(2).to(1).term(4);
    VoteResponseBuilder vote = voteResponse(fromNode(1).to(2).term(4)).committed(1, 1);
    MessageBuilder refusal = vote.rejected(VOTE_REJECT_REASON_LOG_BEHIND);
    return Stream.of(
        arguments("same log", vote(candidate).last(2, 4), vote.granted()),
        arguments("longer log", vote(candidate).last(2, 5), vote.granted()),
        arguments("shorter log of a later term", vote(candidate).last(3, 2), vote.granted()),
        arguments("shorter log", vote(candidate).last(2, 3), refusal),
        arguments("longer log of an earlier term", vote(candidate).last(1, 9), refusal));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("votes")
  void answers(String log, MessageBuilder request, MessageBuilder response) {
    NodeFixture node = NodeFixture.node(1).voters(1, 2, 3).log(1, 2, 2).term(3).asFollower();
    assertThat(node.step(request).ready()).sendsAfterPersist(response);
  }
}
