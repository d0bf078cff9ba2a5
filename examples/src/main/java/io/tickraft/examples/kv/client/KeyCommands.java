package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.Errors;
import io.tickraft.examples.kv.command.Integers;
import io.tickraft.examples.kv.command.Lookup;
import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** The commands that read and change the values of keys. */
final class KeyCommands {

  private static final List<String> READ = List.of("readonly", "fast");
  private static final List<String> WRITE = List.of("write", "denyoom", "fast");

  /** The options of {@code SET} with which a value expires. */
  private static final Set<String> EXPIRY_OPTIONS = Set.of("EX", "PX", "EXAT", "PXAT", "KEEPTTL");

  private static final List<String> EXPIRY_COMMANDS =
      List.of(
          "EXPIRE",
          "PEXPIRE",
          "EXPIREAT",
          "PEXPIREAT",
          "EXPIRETIME",
          "PEXPIRETIME",
          "TTL",
          "PTTL",
          "PERSIST",
          "SETEX",
          "PSETEX",
          "GETEX");

  private final int maxValueBytes;

  KeyCommands(int maxValueBytes) {
    this.maxValueBytes = maxValueBytes;
  }

  List<CommandSpec> specs() {
    List<CommandSpec> specs = new ArrayList<>();
    specs.add(read("GET", 2, 1, request -> new Lookup.Get(request.arg(1))));
    specs.add(read("MGET", -2, -1, request -> new Lookup.GetAll(request.argsFrom(1))));
    specs.add(read("EXISTS", -2, -1, request -> new Lookup.Exists(request.argsFrom(1))));
    specs.add(read("STRLEN", 2, 1, request -> new Lookup.Length(request.arg(1))));
    specs.add(read("TYPE", 2, 1, request -> new Lookup.Type(request.arg(1))));
    specs.add(
        new CommandSpec(
            "DBSIZE", 1, READ, 0, 0, 0, (request, session) -> new Action.Read(new Lookup.Size())));
    specs.add(write("SET", -3, 1, KeyCommands::set));
    specs.add(write("SETNX", 3, 1, r -> command(new Command.SetNew(r.arg(1), r.arg(2)), r)));
    specs.add(write("GETSET", 3, 1, r -> set(r, Command.Condition.ALWAYS, true)));
    specs.add(write("GETDEL", 2, 1, r -> command(new Command.GetDelete(r.arg(1)), r)));
    specs.add(write("APPEND", 3, 1, this::append));
    specs.add(write("DEL", -2, -1, r -> command(new Command.Delete(r.argsFrom(1)), r)));
    specs.add(write("INCR", 2, 1, request -> increment(request, 1)));
    specs.add(write("DECR", 2, 1, request -> increment(request, -1)));
    specs.add(write("INCRBY", 3, 1, request -> incrementBy(request, false)));
    specs.add(write("DECRBY", 3, 1, request -> incrementBy(request, true)));
    specs.add(
        new CommandSpec(
            "MSET", -3, WRITE, 1, -1, 2, (request, session) -> KeyCommands.setAll(request)));
    specs.add(new CommandSpec("FLUSHDB", -1, WRITE, 0, 0, 0, (request, session) -> clear(request)));
    for (String name : EXPIRY_COMMANDS) {
      specs.add(write(name, -2, 1, request -> Action.reply(Refusals.EXPIRY)));
    }
    return specs;
  }

  private static CommandSpec read(
      String name, int arity, int lastKey, Function<Request, Lookup> lookup) {
    return new CommandSpec(
        name,
        arity,
        READ,
        1,
        lastKey,
        1,
        (request, session) -> new Action.Read(lookup.apply(request)));
  }

  private static CommandSpec write(
      String name, int arity, int lastKey, Function<Request, Action> action) {
    return new CommandSpec(
        name, arity, WRITE, 1, lastKey, 1, (request, session) -> action.apply(request));
  }

  private static Action command(Command command, Request request) {
    return new Action.Write(command, request.arg(1));
  }

  /** No expiry: it depends on a clock, so nodes could apply the command differently. */
  private static Action set(Request request) {
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
        return Action.reply(EXPIRY_OPTIONS.contains(option) ? Refusals.EXPIRY : Errors.SYNTAX);
      }
    }
    return set(request, condition, returnOld);
  }

  private static Action set(Request request, Command.Condition condition, boolean returnOld) {
    return command(new Command.Set(request.arg(1), request.arg(2), condition, returnOld), request);
  }

  private static Action setAll(Request request) {
    return request.count() % 2 == 0
        ? Action.reply(CommandTable.wrongArity("MSET"))
        : command(new Command.SetAll(request.argsFrom(1)), request);
  }

  private Action append(Request request) {
    return command(new Command.Append(request.arg(1), request.arg(2), maxValueBytes), request);
  }

  private static Action increment(Request request, long by) {
    return command(new Command.Increment(request.arg(1), by), request);
  }

  private static Action incrementBy(Request request, boolean negated) {
    OptionalLong by = Integers.parse(request.arg(2));
    if (by.isEmpty()) {
      return Action.reply(Errors.NOT_AN_INTEGER);
    }
    long number = by.getAsLong();
    if (negated && number == Long.MIN_VALUE) {
      return Action.reply(Reply.err("decrement would overflow"));
    }
    return increment(request, negated ? -number : number);
  }

  /** The options say whether the memory is freed at once, which makes no difference here. */
  private static Action clear(Request request) {
    boolean known =
        request.count() == 1
            || (request.count() == 2
                && (request.word(1).equals("ASYNC") || request.word(1).equals("SYNC")));
    return known
        ? new Action.Write(new Command.Clear(), ByteString.EMPTY)
        : Action.reply(Errors.SYNTAX);
  }
}
