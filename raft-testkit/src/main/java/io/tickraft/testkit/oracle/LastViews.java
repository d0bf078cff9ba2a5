package io.tickraft.testkit.oracle;

import org.jspecify.annotations.Nullable;

/** The last view of each node since it was opened. */
final class LastViews {

  /** The last view of one node; null: none yet. */
  private static final class Last {
    private @Nullable NodeView view;
  }

  private final ByNode<Last> nodes = new ByNode<>(node -> new Last());

  /** Remembers a view, and returns the one before; null: it is the node's first. */
  @Nullable NodeView replace(NodeView view) {
    Last last = nodes.of(view.node());
    NodeView before = last.view;
    last.view = view;
    return before;
  }

  /** {@return a node's last view; null: none yet} */
  @Nullable NodeView of(long node) {
    Last last = nodes.get(node);
    return last == null ? null : last.view;
  }

  /** Forgets a node's last view. */
  void forget(long node) {
    nodes.of(node).view = null;
  }
}
