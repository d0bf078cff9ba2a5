package io.tickraft.examples.kv.client;

import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All commands by name: finds the one that a request asks for, and whether it may run. */
final class CommandTable {

  /** Stands for the names of all commands that are not in the table. */
  static final String UNKNOWN = "UNKNOWN";

  private static final int MAX_QUOTED = 128;

  private final Map<String, CommandSpec> byName = new TreeMap<>();

  private final ScanCommands scans;
  private final TransactionCommands transactions;

  /**
   * Creates the table.
   *
   * @param node the node that processes the commands
   * @param limits the limits of requests and answers
   * @param logins checks passwords
   * @param clients the connected clients
   * @param nanoClock the time in nanoseconds
   */
  CommandTable(
      Node node,
      ClientLimits limits,
      Logins logins,
      ConnectedClients clients,
      LongSupplier nanoClock) {
    scans = new ScanCommands(limits, nanoClock);
    transactions = new TransactionCommands(node, limits);
    List<CommandSpec> specs = new ArrayList<>();
    specs.addAll(new KeyCommands(limits.maxValueBytes()).specs());
    specs.addAll(scans.specs());
    specs.addAll(transactions.specs());
    specs.addAll(new ConnectionCommands(node, logins).specs());
    specs.addAll(new ClientCommands(clients).specs());
    specs.addAll(new ServerCommands(node, clients).specs());
    specs.addAll(new ClusterCommands(node).specs());
    specs.addAll(new RaftCommands(node).specs());
    specs.add(CommandSpec.of("COMMAND", -1, (request, session) -> describe(request)));
    specs.forEach(spec -> byName.put(spec.name(), spec));
  }

  /** {@return what a request asks for, or the refusal of it} */
  Action action(Request request, Session session) {
    CommandSpec spec = byName.get(request.name());
    session.lastCommand(spec == null ? UNKNOWN : spec.name());
    boolean queues = TransactionCommands.queues(request, session);
    Optional<Reply> refusal = refusal(spec, request, session, queues);
    if (spec == null || refusal.isPresent()) {
      session.transaction().ifPresent(TransactionQueue::fail);
      return Action.reply(refusal.orElseThrow());
    }
    Action action = spec.handler().handle(request, session);
    return queues
        ? Action.reply(transactions.queue(request, action, spec.firstKey(request), session))
        : action;
  }

  /** Called when a connection has ended. */
  void closed(Session session) {
    scans.closed(session);
  }

  private static Optional<Reply> refusal(
      @Nullable CommandSpec spec, Request request, Session session, boolean queues) {
    Optional<Role> role = session.role();
    if (role.isEmpty() && (spec == null || !spec.isForStrangers())) {
      return Optional.of(Refusals.NO_LOGIN);
    }
    if (spec == null) {
      return Optional.of(unknown(request));
    }
    if (request.refusal().isPresent()) {
      return request.refusal();
    }
    if (!spec.takes(request.count())) {
      return Optional.of(wrongArity(spec.name()));
    }
    if (role.isPresent() && !role.get().includes(spec.role())) {
      return Optional.of(Refusals.noPermission(spec, session));
    }
    return queues && !spec.isForTransactions()
        ? Optional.of(TransactionCommands.notAllowed(spec.name()))
        : Optional.empty();
  }

  private static Reply unknown(Request request) {
    StringBuilder args = new StringBuilder();
    for (int i = 1; i < request.count() && args.length() < MAX_QUOTED; i++) {
      args.append('\'').append(cut(request.text(i), MAX_QUOTED - args.length())).append("' ");
    }
    return Reply.err(
        "unknown command '" + quoted(request, 0) + "', with args beginning with: " + args);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }

  /** {@return the start of an argument} */
  static String quoted(Request request, int i) {
    return cut(request.text(i), MAX_QUOTED);
  }

  static Reply wrongArity(String name) {
    return Reply.err(
        "wrong number of arguments for '" + name.toLowerCase(Locale.ROOT) + "' command");
  }

  static Reply unknownSubcommand(Request request) {
    return Reply.err(
        "unknown subcommand '" + quoted(request, 1) + "'. Try " + request.name() + " HELP.");
  }

  /**
   * {@return the answer to {@code HELP}}
   *
   * @param lines the subcommands and what they do
   */
  static Reply help(String command, String... lines) {
    List<Reply> help = new ArrayList<>();
    help.add(new Reply.Simple(command + " <subcommand> [<arg> ...]. Subcommands are:"));
    for (String line : lines) {
      help.add(new Reply.Simple(line));
    }
    return new Reply.Array(help);
  }

  private Reply describe(Request request) {
    if (request.count() == 1) {
      return describe(name -> true);
    }
    return switch (request.word(1)) {
      case "COUNT" -> new Reply.Int(byName.size());
      case "LIST" -> {
        List<Reply> names = new ArrayList<>();
        byName.keySet().forEach(name -> names.add(Reply.bulk(name.toLowerCase(Locale.ROOT))));
        yield new Reply.Array(names);
      }
      case "INFO" -> {
        List<String> names = new ArrayList<>();
        for (int i = 2; i < request.count(); i++) {
          names.add(request.word(i));
        }
        yield describe(name -> names.isEmpty() || names.contains(name));
      }
      // No documentation is provided; clients accept that.
      case "DOCS" -> Reply.named();
      case "HELP" ->
          help(
              "COMMAND",
              "(no subcommand)",
              "    Return details about all commands.",
              "COUNT",
              "    Return the number of commands.",
              "INFO [<command-name> ...]",
              "    Return details about the commands.",
              "LIST",
              "    Return the names of all commands.");
      default -> unknownSubcommand(request);
    };
  }

  private Reply describe(Predicate<String> which) {
    List<Reply> descriptions = new ArrayList<>();
    byName.forEach(
        (name, spec) -> {
          if (which.test(name)) {
            descriptions.add(spec.description());
          }
        });
    return new Reply.Array(descriptions);
  }
}
