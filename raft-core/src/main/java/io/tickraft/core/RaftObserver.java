package io.tickraft.core;

/**
 * Is told what happens inside a node, for logs, metrics and tests.
 *
 * <p>Events are delivered in order, on the owner's thread, when the call of the node that caused
 * them has done its work. An observer must not call the node: {@link IllegalStateException}. One
 * that throws fails the node: {@link NodeFailedException}.
 */
@FunctionalInterface
public interface RaftObserver {

  /**
   * Takes one event.
   *
   * @param event what happened
   */
  void onEvent(RaftEvent event);
}
