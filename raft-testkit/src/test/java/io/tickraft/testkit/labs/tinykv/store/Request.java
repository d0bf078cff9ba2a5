package io.tickraft.testkit.labs.tinykv.store;

import java.util.List;
import java.util.function.Consumer;

/**
 * What a client sends to a server.
 *
 * @param commands at least one; only a write may be one of several
 * @param answers takes the server's answer, if there is one
 */
record Request(List<Command> commands, Consumer<Answer> answers) {

  /** What a server says. */
  sealed interface Answer {}

  /** All commands were done; with what the last one, if it is a read, has found. */
  record Done(List<KeyValue> found) implements Answer {}

  /**
   * Nothing was done here.
   *
   * @param leader where to ask; 0: the server does not know
   */
  record Refused(long leader) implements Answer {}

  long client() {
    return last().client();
  }

  Command last() {
    return commands.get(commands.size() - 1);
  }

  boolean isRead() {
    return last().operation() instanceof Command.Scan;
  }
}
