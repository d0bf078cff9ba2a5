package io.tickraft.core;

/**
 * Receives the events of a node, for logs, metrics and tests.
 *
 * <p>Events are delivered in order, on the owner's thread, at the end of the call that caused them.
 * An observer must not call the node, except for {@link RawNode#status()}: {@link
 * IllegalStateException}. An observer that throws fails the node: {@link NodeFailedException}.
 */
@FunctionalInterface
public interface RaftObserver {

  /**
   * Receives one event.
   *
   * @param event what happened
   */
  void onEvent(RaftEvent event);
}
