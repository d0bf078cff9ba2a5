package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Reply;
import java.util.List;
import java.util.Optional;

/** The {@code CLIENT} commands: the client's own connection, and the list of all. */
final class ClientCommands {

  private static final int MAX_NAME_BYTES = 100;

  private final ConnectedClients clients;

  ClientCommands(ConnectedClients clients) {
    this.clients = clients;
  }

  List<CommandSpec> specs() {
    return List.of(CommandSpec.of("CLIENT", -2, this::client));
  }

  private Reply client(Request request, Session session) {
    return switch (request.word(1)) {
      case "ID" -> new Reply.Int(session.id());
      case "GETNAME" -> session.name().isEmpty() ? Reply.NIL : new Reply.Bulk(session.name());
      case "SETNAME" -> {
        if (request.count() != 3) {
          yield CommandTable.wrongArity("CLIENT|SETNAME");
        }
        Optional<Reply> problem = checkName(request, 2);
        if (problem.isEmpty()) {
          session.rename(request.arg(2));
        }
        yield problem.orElse(Reply.OK);
      }
      // The name and version of the client's library, which are not used.
      case "SETINFO" -> request.count() == 4 ? Reply.OK : CommandTable.wrongArity("CLIENT|SETINFO");
      case "LIST" ->
          request.count() == 2
              ? new Reply.Text(clients.list())
              : CommandTable.wrongArity("CLIENT|LIST");
      case "HELP" ->
          CommandTable.help(
              "CLIENT",
              "GETNAME",
              "    Return the name of the current connection.",
              "ID",
              "    Return the ID of the current connection.",
              "LIST",
              "    Return information about client connections.",
              "SETINFO <option> <value>",
              "    Accepted, and not used.",
              "SETNAME <name>",
              "    Assign the name <name> to the current connection.");
      default -> CommandTable.unknownSubcommand(request);
    };
  }

  /** {@return why an argument cannot be the name of a connection} Empty if it can. */
  static Optional<Reply> checkName(Request request, int i) {
    ByteString name = request.arg(i);
    if (name.size() > MAX_NAME_BYTES) {
      return Optional.of(
          Reply.err("Client names cannot be longer than " + MAX_NAME_BYTES + " bytes."));
    }
    for (int j = 0; j < name.size(); j++) {
      if (name.byteAt(j) < '!' || name.byteAt(j) > '~') {
        return Optional.of(
            Reply.err("Client names cannot contain spaces, newlines or special characters."));
      }
    }
    return Optional.empty();
  }
}
