package io.tickraft.examples.kv.client;

import io.tickraft.core.RoleName;
import io.tickraft.examples.kv.command.Errors;
import io.tickraft.examples.kv.command.Integers;
import io.tickraft.examples.kv.command.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The commands that open, use and end a connection. */
final class ConnectionCommands {

  private static final Reply NO_PROTO = new Reply.Failure("NOPROTO unsupported protocol version");
  private static final Reply NO_PASSWORD =
      Reply.err(
          "AUTH <password> called without any password configured for the default user. Are you"
              + " sure your configuration is correct?");

  private final Node node;
  private final Logins logins;

  ConnectionCommands(Node node, Logins logins) {
    this.node = node;
    this.logins = logins;
  }

  List<CommandSpec> specs() {
    return List.of(
        CommandSpec.of("PING", -1, (request, session) -> ping(request)),
        CommandSpec.of("ECHO", 2, (request, session) -> new Reply.Bulk(request.arg(1))),
        CommandSpec.of("QUIT", -1, "no_auth", (request, session) -> quit(session)),
        CommandSpec.of("SELECT", 2, (request, session) -> select(request)),
        // No effect: every node answers reads linearizably.
        CommandSpec.of("READONLY", 1, (request, session) -> Reply.OK),
        CommandSpec.of("READWRITE", 1, (request, session) -> Reply.OK),
        new CommandSpec("AUTH", -2, List.of("no_auth"), 0, 0, 0, this::auth),
        new CommandSpec("HELLO", -1, List.of("no_auth"), 0, 0, 0, this::hello));
  }

  private static Reply ping(Request request) {
    return switch (request.count()) {
      case 1 -> new Reply.Simple("PONG");
      case 2 -> new Reply.Bulk(request.arg(1));
      default -> CommandTable.wrongArity("PING");
    };
  }

  private static Reply quit(Session session) {
    session.end();
    return Reply.OK;
  }

  private static Reply select(Request request) {
    OptionalLong database = Integers.parse(request.arg(1));
    if (database.isEmpty()) {
      return Errors.NOT_AN_INTEGER;
    }
    return database.getAsLong() == 0
        ? Reply.OK
        : Reply.err("SELECT is not allowed in cluster mode");
  }

  // Logins.

  private Action auth(Request request, Session session) {
    return switch (request.count()) {
      case 2 -> logIn(session, Users.DEFAULT, password(request, 1), () -> Reply.OK);
      case 3 -> logIn(session, request.text(1), password(request, 2), () -> Reply.OK);
      default -> Action.reply(Errors.SYNTAX);
    };
  }

  private static String password(Request request, int i) {
    return request.arg(i).toString(StandardCharsets.UTF_8);
  }

  /** The other requests of the connection wait until the password is checked. */
  private Action logIn(Session session, String name, String password, Supplier<Reply> then) {
    if (!session.hasUsers()) {
      return Action.reply(NO_PASSWORD);
    }
    return new Action.Call(
        CommandSpec.Access.NONE,
        answer -> {
          session.logIn();
          logins.login(
              session,
              name,
              password,
              result -> {
                if (result instanceof Logins.Right right) {
                  session.loggedIn(right.user());
                  answer.complete(then.get());
                } else if (result instanceof Logins.Refused refused) {
                  session.loginFailed();
                  answer.complete(refused.refusal());
                }
              });
        });
  }

  private Action hello(Request request, Session session) {
    boolean resp3 = session.isResp3();
    if (request.count() > 1) {
      OptionalLong version = Integers.parse(request.arg(1));
      if (version.isEmpty()) {
        return Action.reply(Reply.err("Protocol version is not an integer or out of range"));
      }
      if (version.getAsLong() < 2 || version.getAsLong() > 3) {
        return Action.reply(NO_PROTO);
      }
      resp3 = version.getAsLong() == 3;
    }
    int user = 0;
    int name = 0;
    for (int i = 2; i < request.count(); ) {
      if (request.word(i).equals("SETNAME") && i + 1 < request.count()) {
        name = i + 1;
        i += 2;
      } else if (request.word(i).equals("AUTH") && i + 2 < request.count()) {
        user = i + 1;
        i += 3;
      } else {
        return Action.reply(
            Reply.err("Syntax error in HELLO option '" + CommandTable.quoted(request, i) + "'"));
      }
    }
    boolean inResp3 = resp3;
    Optional<Reply> badName =
        name == 0 ? Optional.empty() : ClientCommands.checkName(request, name);
    if (badName.isPresent()) {
      return Action.reply(badName.get());
    }
    int named = name;
    Supplier<Reply> greeting =
        () -> {
          session.setResp3(inResp3);
          if (named > 0) {
            session.rename(request.arg(named));
          }
          return greeting(session);
        };
    if (user > 0) {
      return logIn(session, request.text(user), password(request, user + 1), greeting);
    }
    return session.role().isPresent()
        ? Action.reply(greeting.get())
        : Action.reply(Refusals.HELLO_WITHOUT_LOGIN);
  }

  private Reply greeting(Session session) {
    return Reply.named(
        Reply.bulk("server"),
        Reply.bulk("redis"),
        Reply.bulk("version"),
        Reply.bulk(ServerCommands.REDIS_VERSION),
        Reply.bulk("proto"),
        new Reply.Int(session.isResp3() ? 3 : 2),
        Reply.bulk("id"),
        new Reply.Int(session.id()),
        Reply.bulk("mode"),
        Reply.bulk("cluster"),
        Reply.bulk("role"),
        Reply.bulk(node.status().role() == RoleName.LEADER ? "master" : "replica"),
        Reply.bulk("modules"),
        Reply.array());
  }
}
