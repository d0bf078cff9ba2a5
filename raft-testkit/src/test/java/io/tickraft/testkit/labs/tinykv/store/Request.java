package io.tickraft.testkit.labs.tinykv.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a client sends to a server.
 *
 * @param commands at least one; only a write may be one of several
 * @param throughLog whether the commands go through the log; else it is a read that goes through a
 *     read index
 * @param answers takes the server's answer, if there is one
 */
record Request(List<Command> commands, boolean throughLog, Consumer<Answer> answers) {

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

  /** What to read, if that is what is asked for. */
  Optional<Command.Scan> read() {
    return last().operation() instanceof Command.Scan scan ? Optional.of(scan) : Optional.empty();
  }
}
