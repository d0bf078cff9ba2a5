package io.tickraft.testkit.message;

import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;

/**
 * A message under construction. Immutable: each method returns a changed copy.
 *
 * <p>The testkit's methods take a builder where they need a message, so a test need not call {@link
 * #build()}. {@link #toString()} is the message's {@linkplain RaftText compact text}, for example
 * as the name of a row in a parameterized test.
 */
public abstract class MessageBuilder {

  MessageBuilder() {}

  /** {@return the protobuf message} */
  public abstract Message build();

  @Override
  public final String toString() {
    return RaftText.of(build());
  }
}
