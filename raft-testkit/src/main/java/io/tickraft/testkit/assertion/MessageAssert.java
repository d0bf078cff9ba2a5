package io.tickraft.testkit.assertion;

import io.tickraft.core.RaftText;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.VoteResponse;
import io.tickraft.testkit.message.MessageBuilder;
import java.util.List;

/** Assertions about one message. */
public final class MessageAssert extends RaftAssert<MessageAssert, Message> {

  MessageAssert(Message actual) {
    super(actual, MessageAssert.class);
  }

  @Override
  String text(Message whole) {
    return RaftText.of(whole);
  }

  /**
   * Checks the whole message.
   *
   * @param expected the message
   * @return this
   */
  public MessageAssert is(MessageBuilder expected) {
    isNotNull();
    return hasList("message", List.of(expected.build()), List.of(actual), RaftText::of);
  }

  /**
   * Checks the kind.
   *
   * @param expected the kind
   * @return this
   */
  public MessageAssert isOfKind(Message.BodyCase expected) {
    isNotNull();
    return has("kind", RaftText.of(expected), RaftText.of(actual.getBodyCase()));
  }

  /**
   * Checks the sender.
   *
   * @param expected the sender's id
   * @return this
   */
  public MessageAssert isFrom(long expected) {
    isNotNull();
    return has("sender", expected, actual.getFrom());
  }

  /**
   * Checks the receiver.
   *
   * @param expected the receiver's id
   * @return this
   */
  public MessageAssert isTo(long expected) {
    isNotNull();
    return has("receiver", expected, actual.getTo());
  }

  /**
   * Checks the term.
   *
   * @param expected the term
   * @return this
   */
  public MessageAssert hasTerm(long expected) {
    isNotNull();
    return has("term", expected, actual.getTerm());
  }

  /**
   * Checks that the message accepts an append.
   *
   * @return this
   */
  public MessageAssert acceptsAppend() {
    return answersAppend(AppendResponse.ResultCase.ACCEPTED);
  }

  /**
   * Checks that the message rejects an append.
   *
   * @return this
   */
  public MessageAssert rejectsAppend() {
    return answersAppend(AppendResponse.ResultCase.REJECTED);
  }

  private MessageAssert answersAppend(AppendResponse.ResultCase expected) {
    isOfKind(Message.BodyCase.APPEND_RESPONSE);
    return has("result", expected, actual.getAppendResponse().getResultCase());
  }

  /**
   * Checks that the message grants a vote.
   *
   * @return this
   */
  public MessageAssert grantsVote() {
    return answersVote(VoteResponse.ResultCase.GRANTED);
  }

  /**
   * Checks that the message rejects a vote request.
   *
   * @return this
   */
  public MessageAssert refusesVote() {
    return answersVote(VoteResponse.ResultCase.REJECTED);
  }

  private MessageAssert answersVote(VoteResponse.ResultCase expected) {
    isOfKind(Message.BodyCase.VOTE_RESPONSE);
    return has("result", expected, actual.getVoteResponse().getResultCase());
  }
}
