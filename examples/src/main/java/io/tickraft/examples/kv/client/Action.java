package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.Operation;
import io.tickraft.examples.kv.command.Query;
import io.tickraft.examples.kv.command.Reply;
import java.util.Optional;
import java.util.function.Consumer;

/** What a request asks the server to do. */
sealed interface Action {

  /** {@return the access to the replicated map} */
  default CommandSpec.Access access() {
    return CommandSpec.Access.NONE;
  }

  /** {@return what a transaction does instead; empty if this cannot be a part of one} */
  default Optional<Operation> inTransaction() {
    return Optional.empty();
  }

  /**
   * The request is answered at once.
   *
   * @param reply the answer
   */
  record Immediate(Reply reply) implements Action {}

  /**
   * A read of the map.
   *
   * @param query the read
   */
  record Read(Query query) implements Action {
    @Override
    public CommandSpec.Access access() {
      return CommandSpec.Access.READ;
    }

    @Override
    public Optional<Operation> inTransaction() {
      return query instanceof Operation operation ? Optional.of(operation) : Optional.empty();
    }
  }

  /**
   * A change of the map.
   *
   * @param command the change
   * @param key the key that a redirection to the leader names; empty if there is none
   */
  record Write(Command command, ByteString key) implements Action {
    @Override
    public CommandSpec.Access access() {
      return CommandSpec.Access.WRITE;
    }

    @Override
    public Optional<Operation> inTransaction() {
      return Optional.of(command);
    }
  }

  /**
   * Anything else that is answered later.
   *
   * @param access whether it has to wait like a read or a write
   * @param start starts it
   */
  record Call(CommandSpec.Access access, Consumer<Answer> start) implements Action {}

  static Action reply(Reply reply) {
    return new Immediate(reply);
  }
}
