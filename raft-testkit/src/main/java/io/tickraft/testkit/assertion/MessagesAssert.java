package io.tickraft.testkit.assertion;

import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;
import io.tickraft.testkit.message.MessageBuilder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Assertions about messages. {@link #areExactly} ignores the order between messages to different
 * nodes, which the network may change.
 */
public final class MessagesAssert extends RaftAssert<MessagesAssert, List<Message>> {

  MessagesAssert(List<Message> actual) {
    super(actual, MessagesAssert.class);
  }

  static List<Message> built(MessageBuilder[] messages) {
    return Arrays.stream(messages).map(MessageBuilder::build).toList();
  }

  /** The messages sorted by receiver; those to the same receiver keep their order. */
  static List<Message> byReceiver(List<Message> messages) {
    return messages.stream().sorted(Comparator.comparingLong(Message::getTo)).toList();
  }

  @Override
  String text(List<Message> whole) {
    return whole.isEmpty()
        ? "no messages"
        : String.join("\n", whole.stream().map(RaftText::of).toList());
  }

  /**
   * Checks all messages. Only the order of messages to the same node counts.
   *
   * @param expected all messages
   * @return this
   */
  public MessagesAssert areExactly(MessageBuilder... expected) {
    isNotNull();
    return hasList("messages", byReceiver(built(expected)), byReceiver(actual), RaftText::of);
  }

  /**
   * Checks that there are no messages.
   *
   * @return this
   */
  public MessagesAssert areNone() {
    return areExactly();
  }

  /**
   * Checks the kinds of the messages.
   *
   * @param expected the kind of each message, in the order of sending
   * @return this
   */
  public MessagesAssert areOfKinds(Message.BodyCase... expected) {
    isNotNull();
    return hasList(
        "kinds of messages",
        Arrays.asList(expected),
        actual.stream().map(Message::getBodyCase).toList(),
        RaftText::of);
  }

  /**
   * Checks the receivers of the messages.
   *
   * @param expected the receiver of each message, by ascending id
   * @return this
   */
  public MessagesAssert areTo(long... expected) {
    isNotNull();
    return hasList(
        "receivers",
        Arrays.stream(expected).boxed().toList(),
        byReceiver(actual).stream().map(Message::getTo).toList(),
        String::valueOf);
  }

  /**
   * Selects the messages of one kind.
   *
   * @param kind the kind
   * @return assertions about them
   */
  public MessagesAssert ofKind(Message.BodyCase kind) {
    isNotNull();
    return new MessagesAssert(
        actual.stream().filter(message -> message.getBodyCase() == kind).toList());
  }
}
