package io.tickraft.testkit.explore;

import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the hosts of single nodes: new ones, and ones in a state that was found before. */
interface Hosts {

  /** Makes hosts whose nodes are not started. */
  interface Factory {
    NodeHost create(int node, Oracle oracle, Consumer<Message> network);
  }

  /** Returns a host whose node is not started. */
  NodeHost create(int node, List<Message> sent);

  /**
   * Returns a host in a state, which its caller closes.
   *
   * @param sent takes what the node sends from now on
   */
  NodeHost in(LocalState state, List<Message> sent);

  /**
   * Returns what each possible crash would leave, those that leave the same once.
   *
   * @param host the host that would crash
   * @param node the position of its node
   * @param from the state before its last event; null: it has just started
   * @param event its last event
   */
  List<Left> crashes(NodeHost host, int node, @Nullable LocalState from, int event);

  /** A state was found that is not known. Takes the host, which is in that state. */
  void found(LocalState state, NodeHost host, @Nullable LocalState from, int event);

  /** {@return whether they are reached by the same events each time, so that they may differ} */
  boolean areReplayed();
}
