package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.Errors;
import io.tickraft.examples.kv.command.Integers;
import io.tickraft.examples.kv.command.Query;
import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The commands that read and change the map. */
final class KeyCommands {

  private static final List<String> READ = List.of("readonly", "fast");
  private static final List<String> WRITE = List.of("write", "denyoom", "fast");

  private final Node node;

  KeyCommands(Node node) {
    this.node = node;
  }

  List<CommandSpec> specs() {
    return List.of(
        new CommandSpec("GET", 2, READ, 1, 1, 1, read(KeyCommands::get)),
        new CommandSpec("MGET", -2, READ, 1, -1, 1, read(KeyCommands::getAll)),
        new CommandSpec("EXISTS", -2, READ, 1, -1, 1, read(KeyCommands::exists)),
        new CommandSpec(
            "DBSIZE",
            1,
            READ,
            0,
            0,
            0,
            (request, client, answer) -> node.read(map -> new Reply.Int(map.size()), answer)),
        new CommandSpec("SET", -3, WRITE, 1, 1, 1, this::set),
        new CommandSpec("MSET", -3, WRITE, 1, -1, 2, this::setAll),
        new CommandSpec("DEL", -2, WRITE, 1, -1, 1, this::delete),
        new CommandSpec("INCR", 2, WRITE, 1, 1, 1, this::increment),
        new CommandSpec("INCRBY", 3, WRITE, 1, 1, 1, this::incrementBy));
  }

  @FunctionalInterface
  private interface QueryOfKeys {
    Query over(List<ByteString> keys);
  }

  private CommandSpec.Handler read(QueryOfKeys query) {
    return (request, client, answer) -> node.read(query.over(args(request)), answer);
  }

  private static Query get(List<ByteString> keys) {
    return map -> map.get(keys.get(0)).<Reply>map(Reply.Bulk::new).orElse(Reply.NIL);
  }

  private static Query getAll(List<ByteString> keys) {
    return map -> {
      List<Reply> values = new ArrayList<>();
      for (ByteString key : keys) {
        values.add(map.get(key).<Reply>map(Reply.Bulk::new).orElse(Reply.NIL));
      }
      return new Reply.Array(values);
    };
  }

  private static Query exists(List<ByteString> keys) {
    return map -> {
      long found = 0;
      for (ByteString key : keys) {
        if (map.get(key).isPresent()) {
          found++;
        }
      }
      return new Reply.Int(found);
    };
  }

  /** No expiry: it depends on a clock, so nodes could apply the command differently. */
  private void set(Request request, ClientConnection client, Answer answer) {
    Command.Condition condition = Command.Condition.ALWAYS;
    boolean returnOld = false;
    for (int i = 3; i < request.count(); i++) {
      String option = request.word(i);
      if (option.equals("NX") && condition != Command.Condition.IF_PRESENT) {
        condition = Command.Condition.IF_ABSENT;
      } else if (option.equals("XX") && condition != Command.Condition.IF_ABSENT) {
        condition = Command.Condition.IF_PRESENT;
      } else if (option.equals("GET")) {
        returnOld = true;
      } else {
        answer.complete(Errors.SYNTAX);
        return;
      }
    }
    node.write(
        new Command.Set(request.arg(1), request.arg(2), condition, returnOld),
        key(request),
        answer);
  }

  private void setAll(Request request, ClientConnection client, Answer answer) {
    if (request.count() % 2 == 0) {
      answer.complete(CommandTable.wrongArity("MSET"));
    } else {
      node.write(new Command.SetAll(args(request)), key(request), answer);
    }
  }

  private void delete(Request request, ClientConnection client, Answer answer) {
    node.write(new Command.Delete(args(request)), key(request), answer);
  }

  private void increment(Request request, ClientConnection client, Answer answer) {
    node.write(new Command.Increment(request.arg(1), 1), key(request), answer);
  }

  private void incrementBy(Request request, ClientConnection client, Answer answer) {
    OptionalLong by = Integers.parse(request.arg(2));
    if (by.isEmpty()) {
      answer.complete(Errors.NOT_AN_INTEGER);
    } else {
      node.write(new Command.Increment(request.arg(1), by.getAsLong()), key(request), answer);
    }
  }

  private static List<ByteString> args(Request request) {
    return request.args().subList(1, request.count());
  }

  /** The key that a redirection of this request names. */
  private static ByteString key(Request request) {
    return request.arg(1);
  }
}
