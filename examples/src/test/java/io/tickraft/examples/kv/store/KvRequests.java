package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.testkit.fuzz.ClientRequests;
import io.tickraft.testkit.history.Model;
import io.tickraft.testkit.sim.Choices;
import java.util.List;
import java.util.Optional;

/** What clients of the key-value server ask for, and what each key promises them. */
final class KvRequests implements ClientRequests<KvRequests.Request, Reply> {

  /**
   * A command, or a get if there is none.
   *
   * @param key the only key that it is about
   */
  record Request(ByteString key, Optional<Command> command) {}

  private static final List<ByteString> KEYS =
      List.of(
          ByteString.copyFromUtf8("a"), ByteString.copyFromUtf8("b"), ByteString.copyFromUtf8("c"));

  @Override
  public ByteString command(long number, Choices choices) {
    ByteString key = choices.of("key", KEYS);
    ByteString value = ByteString.copyFromUtf8(Long.toString(number));
    return CommandCodec.encode(
        switch (choices.next("kind", 6)) {
          case 0 -> new Command.Set(key, value, Command.Condition.ALWAYS, false);
          case 1 -> new Command.Set(key, value, Command.Condition.ALWAYS, true);
          case 2 -> new Command.Set(key, value, Command.Condition.IF_ABSENT, false);
          case 3 -> new Command.Set(key, value, Command.Condition.IF_PRESENT, true);
          case 4 -> new Command.Delete(List.of(key));
          default -> new Command.Increment(key, 1);
        });
  }

  @Override
  public Request input(ByteString encoded) {
    Command command = CommandCodec.decode(encoded);
    ByteString key =
        command instanceof Command.Set set
            ? set.key()
            : command instanceof Command.Increment increment
                ? increment.key()
                : ((Command.Delete) command).keys().get(0);
    return new Request(key, Optional.of(command));
  }

  @Override
  public Request query(long number, Choices choices) {
    return new Request(choices.of("key", KEYS), Optional.empty());
  }

  static Reply reply(Optional<ByteString> value) {
    return value.<Reply>map(Reply.Bulk::new).orElse(Reply.NIL);
  }

  /** The model of one key: its value, empty if it has none. */
  @Override
  public Model<?, Request, Reply> model() {
    return new Model<Optional<ByteString>, Request, Reply>() {
      @Override
      public Optional<ByteString> initial() {
        return Optional.empty();
      }

      @Override
      public List<Step<Optional<ByteString>, Reply>> steps(
          Optional<ByteString> value, Request request) {
        return List.of(
            request.command.isEmpty()
                ? new Step<>(value, reply(value))
                : step(value, request.command.get()));
      }

      @Override
      public Object part(Request request) {
        return request.key;
      }

      @Override
      public boolean isQuery(Request request) {
        return request.command.isEmpty();
      }
    };
  }

  private static Model.Step<Optional<ByteString>, Reply> step(
      Optional<ByteString> value, Command command) {
    if (command instanceof Command.Set set) {
      boolean isMet =
          switch (set.condition()) {
            case ALWAYS -> true;
            case IF_ABSENT -> value.isEmpty();
            case IF_PRESENT -> value.isPresent();
          };
      Reply reply = set.returnOld() ? reply(value) : isMet ? Reply.OK : Reply.NIL;
      return new Model.Step<>(isMet ? Optional.of(set.value()) : value, reply);
    }
    if (command instanceof Command.Delete) {
      return new Model.Step<>(Optional.empty(), new Reply.Int(value.isPresent() ? 1 : 0));
    }
    long sum = 1 + value.map(v -> Long.parseLong(v.toStringUtf8())).orElse(0L);
    return new Model.Step<>(
        Optional.of(ByteString.copyFromUtf8(Long.toString(sum))), new Reply.Int(sum));
  }
}
