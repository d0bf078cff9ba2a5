package io.tickraft.examples.kv.client;

import io.tickraft.examples.kv.command.Reply;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request, completed later. A client may send requests without waiting, and
 * matches the answers by their order. Used on the node's event loop.
 */
public final class Answer {

  private final Runnable onComplete;
  private @Nullable Reply reply;

  /**
   * Creates a pending answer.
   *
   * @param onComplete called when the answer is complete
   */
  public Answer(Runnable onComplete) {
    this.onComplete = onComplete;
  }

  /** Completes the answer. Later calls have no effect: the first was due to a time-out. */
  public void complete(Reply answer) {
    if (reply == null) {
      reply = answer;
      onComplete.run();
    }
  }

  /** {@return the answer; empty while it is pending} */
  public Optional<Reply> reply() {
    return Optional.ofNullable(reply);
  }
}
