package io.tickraft.examples.kv.client;

import io.tickraft.examples.kv.command.Reply;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request, completed later. A client may send requests without waiting, and
 * matches the answers by their order. Used on the node's event loop.
 */
public final class Answer {

  private final Runnable onComplete;
  private @Nullable Result result;
  private BooleanSupplier cancelled = () -> false;

  /** A read that may be done, and is done when its answer can be sent. */
  @FunctionalInterface
  public interface Result {

    /**
     * Reads.
     *
     * @param maxBytes the limit of the keys and values in the reply, in bytes
     * @return the reply, or {@link io.tickraft.examples.kv.command.Errors#REPLY_TOO_LARGE}
     */
    Reply read(long maxBytes);
  }

  private record Known(Reply reply) implements Result {
    @Override
    public Reply read(long maxBytes) {
      return reply;
    }
  }

  /**
   * Creates a pending answer.
   *
   * @param onComplete called when the answer is complete
   */
  public Answer(Runnable onComplete) {
    this.onComplete = onComplete;
  }

  /** Completes the answer. Later calls have no effect: the first was due to a time-out. */
  public void complete(Reply reply) {
    completeWith(new Known(reply));
  }

  /**
   * Completes the answer with a read that is done later, so that a client that does not read its
   * answers makes the server hold no values for it.
   */
  public void completeWith(Result read) {
    if (result == null) {
      result = read;
      onComplete.run();
    }
  }

  /** Has the answer cancelled as soon as a condition holds: that the client is gone. */
  public void cancelWhen(BooleanSupplier condition) {
    cancelled = condition;
  }

  /** {@return whether nobody waits for the answer any more} It may be completed all the same. */
  public boolean isCancelled() {
    return cancelled.getAsBoolean();
  }

  public boolean isComplete() {
    return result != null;
  }

  /** {@return the answer, if it is known: empty while it is pending or not read yet} */
  Optional<Reply> known() {
    return result instanceof Known known ? Optional.of(known.reply) : Optional.empty();
  }

  /** Replaces a known answer, before it is sent. */
  void replace(Reply reply) {
    result = new Known(reply);
  }

  /**
   * Reads the answer.
   *
   * @param maxBytes the limit of the keys and values in it, in bytes; a known answer may exceed it
   * @throws IllegalStateException if the answer is pending
   */
  public Reply reply(long maxBytes) {
    if (result == null) {
      throw new IllegalStateException("the answer is pending");
    }
    return result.read(maxBytes);
  }

  /** {@return the answer; empty while it is pending} */
  public Optional<Reply> reply() {
    return result == null ? Optional.empty() : Optional.of(result.read(Long.MAX_VALUE));
  }
}
