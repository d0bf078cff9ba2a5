package io.tickraft.examples.kv.client;

import io.tickraft.examples.kv.command.Reply;
import org.jspecify.annotations.Nullable;

/**
 * The place of one answer among those that a connection owes: clients send requests without waiting
 * and tell the answers by their order. Belongs to the node's event loop.
 */
public final class Answer {

  private final ClientConnection connection;
  private @Nullable Reply reply;

  Answer(ClientConnection connection) {
    this.connection = connection;
  }

  /** Answers. What comes after the first answer is ignored: it was given because of a time-out. */
  public void complete(Reply answer) {
    if (reply == null) {
      reply = answer;
      connection.answered();
    }
  }

  /** Returns whether there is an answer. */
  public boolean isComplete() {
    return reply != null;
  }

  @Nullable Reply reply() {
    return reply;
  }
}
