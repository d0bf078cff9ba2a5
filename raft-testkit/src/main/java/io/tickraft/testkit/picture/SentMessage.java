package io.tickraft.testkit.picture;

import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;

/** A message that was sent, and what has become of it. */
final class SentMessage {

  /** Its position among all messages, from 0. */
  final int number;

  final Message message;

  /** The number of the step that has sent it. */
  final int step;

  /** The numbers of the steps that have received it, in their order; two if it was duplicated. */
  final List<Integer> deliveries = new ArrayList<>();

  /** Before which steps the network has lost it, or one of its copies. */
  final List<Integer> losses = new ArrayList<>();

  /** The receivers have got a message that is not exactly this one: it was corrupted. */
  boolean isChanged;

  SentMessage(int number, Message message, int step) {
    this.number = number;
    this.message = message;
    this.step = step;
  }

  /** Returns whether this is the very message, not only an equal one. */
  @SuppressWarnings("ReferenceEquality")
  boolean is(Message other) {
    return message == other;
  }

  /** Returns whether the other message may be this one, corrupted on the way. */
  boolean resembles(Message other) {
    return message.getFrom() == other.getFrom() && message.getBodyCase() == other.getBodyCase();
  }
}
