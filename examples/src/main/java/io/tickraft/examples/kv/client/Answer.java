package io.tickraft.examples.kv.client;

import io.tickraft.examples.kv.command.Reply;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The place of one answer among those that a connection owes: clients send requests without waiting
 * and tell the answers by their order. Belongs to the node's event loop.
 */
public final class Answer {

  private final Runnable onComplete;
  private @Nullable Reply reply;

  /**
   * Waits for the answer.
   *
   * @param onComplete runs when it is there
   */
  public Answer(Runnable onComplete) {
    this.onComplete = onComplete;
  }

  /** Answers. What comes after the first answer is ignored: it was given because of a time-out. */
  public void complete(Reply answer) {
    if (reply == null) {
      reply = answer;
      onComplete.run();
    }
  }

  /** Returns the answer; empty as long as there is none. */
  public Optional<Reply> reply() {
    return Optional.ofNullable(reply);
  }
}
