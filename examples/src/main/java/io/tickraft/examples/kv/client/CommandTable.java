package io.tickraft.examples.kv.client;

import io.tickraft.examples.kv.command.Errors;
import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/** All commands by name. Passes each request to its command. */
final class CommandTable {

  private static final int MAX_QUOTED = 128;

  private final Map<String, CommandSpec> byName = new TreeMap<>();

  /**
   * Creates the table.
   *
   * @param node the node that processes the commands
   * @param connections returns the number of connected clients
   */
  CommandTable(Node node, IntSupplier connections) {
    List<CommandSpec> specs = new ArrayList<>();
    specs.addAll(new KeyCommands(node).specs());
    specs.addAll(new ConnectionCommands(node).specs());
    specs.addAll(new ServerCommands(node, connections).specs());
    specs.addAll(new ClusterCommands(node).specs());
    specs.addAll(new RaftCommands(node).specs());
    specs.add(CommandSpec.of("COMMAND", -1, (request, client) -> describe(request)));
    specs.forEach(spec -> byName.put(spec.name(), spec));
  }

  CommandSpec.Access access(Request request) {
    CommandSpec spec = byName.get(request.name());
    return spec == null ? CommandSpec.Access.NONE : spec.access();
  }

  /** Handles a request, and answers it now or later. */
  void handle(Request request, ClientConnection client, Answer answer) {
    CommandSpec spec = byName.get(request.name());
    if (spec == null) {
      answer.complete(unknown(request));
    } else if (!spec.takes(request.count())) {
      answer.complete(wrongArity(spec.name()));
    } else if (request.tooLarge()) {
      answer.complete(Errors.TOO_LARGE);
    } else {
      spec.handler().handle(request, client, answer);
    }
  }

  private static Reply unknown(Request request) {
    StringBuilder args = new StringBuilder();
    for (int i = 1; i < request.count() && args.length() < MAX_QUOTED; i++) {
      args.append('\'').append(cut(request.text(i), MAX_QUOTED - args.length())).append("' ");
    }
    return Reply.err(
        "unknown command '"
            + cut(request.text(0), MAX_QUOTED)
            + "', with args beginning with: "
            + args);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }

  static Reply wrongArity(String name) {
    return Reply.err(
        "wrong number of arguments for '" + name.toLowerCase(Locale.ROOT) + "' command");
  }

  static Reply unknownSubcommand(Request request) {
    return Reply.err(
        "unknown subcommand '"
            + cut(request.text(1), MAX_QUOTED)
            + "'. Try "
            + request.name()
            + " HELP.");
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
      case "DOCS" -> Reply.array();
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
