package io.tickraft.examples.kv.client;

import io.tickraft.core.RoleName;
import io.tickraft.examples.kv.command.Errors;
import io.tickraft.examples.kv.command.Integers;
import io.tickraft.examples.kv.command.Reply;
import java.util.List;
import java.util.OptionalLong;

/** The commands about a connection itself; clients send most of them when they connect. */
final class ConnectionCommands {

  private static final Reply NO_PROTO = new Reply.Failure("NOPROTO unsupported protocol version");
  private static final Reply NO_PASSWORD =
      Reply.err(
          "AUTH <password> called without any password configured for the default user. Are you"
              + " sure your configuration is correct?");

  private final Node node;

  ConnectionCommands(Node node) {
    this.node = node;
  }

  List<CommandSpec> specs() {
    return List.of(
        CommandSpec.of("PING", -1, ConnectionCommands::ping),
        CommandSpec.of("ECHO", 2, (request, client) -> new Reply.Bulk(request.arg(1))),
        CommandSpec.of("QUIT", -1, ConnectionCommands::quit),
        CommandSpec.of("SELECT", 2, ConnectionCommands::select),
        // No effect: every node answers reads linearizably.
        CommandSpec.of("READONLY", 1, (request, client) -> Reply.OK),
        CommandSpec.of("READWRITE", 1, (request, client) -> Reply.OK),
        CommandSpec.of("AUTH", -2, (request, client) -> NO_PASSWORD),
        CommandSpec.of("HELLO", -1, this::hello),
        CommandSpec.of("CLIENT", -2, ConnectionCommands::client));
  }

  private static Reply ping(Request request, ClientConnection client) {
    return switch (request.count()) {
      case 1 -> new Reply.Simple("PONG");
      case 2 -> new Reply.Bulk(request.arg(1));
      default -> CommandTable.wrongArity("PING");
    };
  }

  private static Reply quit(Request request, ClientConnection client) {
    client.end();
    return Reply.OK;
  }

  private static Reply select(Request request, ClientConnection client) {
    OptionalLong database = Integers.parse(request.arg(1));
    if (database.isEmpty()) {
      return Errors.NOT_AN_INTEGER;
    }
    return database.getAsLong() == 0
        ? Reply.OK
        : Reply.err("SELECT is not allowed in cluster mode");
  }

  private Reply hello(Request request, ClientConnection client) {
    if (request.count() > 1) {
      OptionalLong version = Integers.parse(request.arg(1));
      if (version.isEmpty()) {
        return Reply.err("Protocol version is not an integer or out of range");
      }
      if (version.getAsLong() != 2) {
        return NO_PROTO;
      }
    }
    for (int i = 2; i < request.count(); i += 2) {
      if (request.word(i).equals("SETNAME") && i + 1 < request.count()) {
        client.rename(request.arg(i + 1));
      } else if (request.word(i).equals("AUTH") && i + 2 < request.count()) {
        return NO_PASSWORD;
      } else {
        return Reply.err("Syntax error in HELLO option '" + request.text(i) + "'");
      }
    }
    return Reply.array(
        Reply.bulk("server"),
        Reply.bulk("redis"),
        Reply.bulk("version"),
        Reply.bulk(ServerCommands.REDIS_VERSION),
        Reply.bulk("proto"),
        new Reply.Int(2),
        Reply.bulk("id"),
        new Reply.Int(client.id()),
        Reply.bulk("mode"),
        Reply.bulk("cluster"),
        Reply.bulk("role"),
        Reply.bulk(node.status().role() == RoleName.LEADER ? "master" : "replica"),
        Reply.bulk("modules"),
        Reply.array());
  }

  private static Reply client(Request request, ClientConnection client) {
    return switch (request.word(1)) {
      case "ID" -> new Reply.Int(client.id());
      case "GETNAME" -> client.name().isEmpty() ? Reply.NIL : new Reply.Bulk(client.name());
      case "SETNAME" -> {
        if (request.count() != 3) {
          yield CommandTable.wrongArity("CLIENT|SETNAME");
        }
        client.rename(request.arg(2));
        yield Reply.OK;
      }
      // The name and version of the client's library, which are not used.
      case "SETINFO" -> request.count() == 4 ? Reply.OK : CommandTable.wrongArity("CLIENT|SETINFO");
      default -> CommandTable.unknownSubcommand(request);
    };
  }
}
