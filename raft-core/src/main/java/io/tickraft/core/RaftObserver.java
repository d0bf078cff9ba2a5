package io.tickraft.core;

/**
 * Receives the events of a node, for logs, metrics and tests.
 *
 * <p>Events are delivered in order, on the owner's thread, at the end of the call that caused them.
 * The only call that an observer may make is {@link RawNode#status()}: any other call throws an
 * {@link IllegalStateException}. An exception from an observer fails the node: {@link
 * NodeFailedException}.
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
