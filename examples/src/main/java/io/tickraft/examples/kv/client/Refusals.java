package io.tickraft.examples.kv.client;

import io.tickraft.examples.kv.command.Reply;
import java.util.Locale;

/** The answers to requests that this server does not take. */
final class Refusals {

  static final Reply NO_MEMORY =
      new Reply.Failure("OOM the clients hold too much memory; the command was not applied");

  static final Reply NO_LOGIN = new Reply.Failure("NOAUTH Authentication required.");

  static final Reply HELLO_WITHOUT_LOGIN =
      new Reply.Failure(
          "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO"
              + " <proto> AUTH <user> <pass> option can be used to authenticate the client and"
              + " select the RESP protocol version at the same time");

  static final Reply EXPIRY =
      Reply.err(
          "expiry is not supported: it depends on a clock, and the nodes must apply each command"
              + " alike");

  static final Reply WATCH =
      Reply.err("WATCH is not supported; use SET with NX or GET, INCR, or one MULTI");

  static final Reply WRONG_PASSWORD =
      new Reply.Failure("WRONGPASS invalid username-password pair or user is disabled.");

  static final Reply TOO_MANY_LOGINS =
      new Reply.Failure("TRYAGAIN too many logins are in progress");

  private Refusals() {}

  static Reply noPermission(CommandSpec spec, Session session) {
    String name = spec.name().toLowerCase(Locale.ROOT);
    return new Reply.Failure(
        session.hasUsers()
            ? "NOPERM User "
                + session.userName()
                + " has no permissions to run the '"
                + name
                + "' command"
            : "NOPERM the '"
                + name
                + "' command is for clients on the same machine, unless the server has --users");
  }
}
