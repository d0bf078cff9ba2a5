package io.tickraft.testkit.explore;

import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Creates the hosts of single nodes: new hosts, and hosts in a state that was found before. */
interface Hosts {

  /** Creates hosts whose nodes are not started. */
  interface Factory {
    NodeHost create(int node, Oracle oracle, Consumer<Message> network);
  }

  /** Returns a host whose node is not started. */
  NodeHost create(int node, List<Message> sent);

  /**
   * Returns a host in a state. The caller closes the host.
   *
   * @param sent takes the messages that the node sends from now on
   */
  NodeHost in(LocalState state, List<Message> sent);

  /**
   * Returns what each possible crash would leave. Crashes that leave the same may be returned once.
   *
   * @param host the host that would crash
   * @param node the position of its node
   * @param from the state before its last event; null if it has just started
   * @param event its last event
   */
  List<Left> crashes(NodeHost host, int node, @Nullable LocalState from, int event);

  /** Takes the host of a new state, which is in that state. */
  void found(LocalState state, NodeHost host, @Nullable LocalState from, int event);

  /**
   * {@return whether a host comes into a state by the same events each time} Such a host may differ
   * from the one before, if its store is not deterministic.
   */
  boolean areReplayed();
}
