package io.tickraft.testkit.message;

import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;

/**
 * A message, and the methods that change it. Immutable: each method returns a changed copy.
 *
 * <p>Everything in the testkit that takes a message takes this, so that a table needs no call of
 * {@link #build()}. Its {@link #toString()} is the message's {@linkplain RaftText compact text},
 * which makes it the name of the row in a parameterized test.
 */
public abstract class MessageBuilder {

  MessageBuilder() {}

  /**
   * Returns the message as it travels.
   *
   * @return the message
   */
  public abstract Message build();

  @Override
  public final String toString() {
    return RaftText.of(build());
  }
}
