package io.tickraft.testkit.message;

import io.tickraft.proto.Message;

/** A complete message. */
final class FinishedMessage extends MessageBuilder {

  private final Message message;

  FinishedMessage(Message message) {
    this.message = message;
  }

  FinishedMessage(Message.Builder message) {
    this(message.build());
  }

  @Override
  public Message build() {
    return message;
  }
}
