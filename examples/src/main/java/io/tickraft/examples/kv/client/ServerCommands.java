package io.tickraft.examples.kv.client;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The commands about the server: its description, state and settings. */
final class ServerCommands {

  /** The version of Redis whose protocol and messages are used here. */
  static final String REDIS_VERSION = "7.0.15";

  private final Node node;
  private final long startNanos = System.nanoTime();
  private final Map<String, Supplier<String>> sections = new LinkedHashMap<>();

  ServerCommands(Node node, ConnectedClients clients) {
    this.node = node;
    sections.put("Server", this::server);
    sections.put(
        "Clients",
        () ->
            line("connected_clients", clients.count())
                + line("client_memory_bytes", clients.heldBytes()));
    sections.put("Replication", this::replication);
    sections.put("Cluster", () -> "cluster_enabled:1\r\n");
    sections.put("Keyspace", this::keyspace);
    sections.put("Raft", () -> RaftCommands.status(node));
  }

  List<CommandSpec> specs() {
    return List.of(
        CommandSpec.of("INFO", -1, this::info),
        CommandSpec.of("ROLE", 1, (request, session) -> role()),
        CommandSpec.of("CONFIG", -2, ServerCommands::config),
        new CommandSpec(
            "KV.DIGEST",
            1,
            List.of("readonly"),
            0,
            0,
            0,
            (request, session) -> new Action.Call(CommandSpec.Access.READ, node::digest)));
  }

  // INFO

  private Reply info(Request request, Session session) {
    Set<String> wanted = new HashSet<>();
    for (int i = 1; i < request.count(); i++) {
      wanted.add(request.word(i));
    }
    boolean all =
        wanted.isEmpty()
            || wanted.contains("ALL")
            || wanted.contains("DEFAULT")
            || wanted.contains("EVERYTHING");
    StringBuilder text = new StringBuilder();
    sections.forEach(
        (name, section) -> {
          if (all || wanted.contains(name.toUpperCase(Locale.ROOT))) {
            text.append(text.isEmpty() ? "" : "\r\n")
                .append("# ")
                .append(name)
                .append("\r\n")
                .append(section.get());
          }
        });
    return new Reply.Text(text.toString());
  }

  private String server() {
    Duration up = Duration.ofNanos(System.nanoTime() - startNanos);
    return line("redis_version", REDIS_VERSION)
        + line("redis_mode", "cluster")
        + line("process_id", ProcessHandle.current().pid())
        + line("uptime_in_seconds", up.toSeconds());
  }

  private String replication() {
    Status status = node.status();
    if (status.role() == RoleName.LEADER) {
      return line("role", "master")
          + line("connected_slaves", status.peers().size() - 1)
          + line("master_repl_offset", status.appliedIndex());
    }
    Optional<HostAndPort> leader = node.clientAddress(status.leader());
    return line("role", "slave")
        + line("master_host", leader.map(HostAndPort::host).orElse("?"))
        + line("master_port", leader.map(HostAndPort::port).orElse(0))
        + line("master_link_status", leader.isPresent() ? "up" : "down")
        + line("slave_repl_offset", status.appliedIndex());
  }

  private String keyspace() {
    return node.size() == 0 ? "" : line("db0", "keys=" + node.size() + ",expires=0,avg_ttl=0");
  }

  private static String line(String name, Object value) {
    return name + ":" + value + "\r\n";
  }

  // ROLE

  private Reply role() {
    Status status = node.status();
    if (status.role() != RoleName.LEADER) {
      Optional<HostAndPort> leader = node.clientAddress(status.leader());
      return Reply.array(
          Reply.bulk("slave"),
          Reply.bulk(leader.map(HostAndPort::host).orElse("")),
          new Reply.Int(leader.map(HostAndPort::port).orElse(0)),
          Reply.bulk(leader.isPresent() ? "connected" : "connect"),
          new Reply.Int(status.appliedIndex()));
    }
    List<Reply> followers = new ArrayList<>();
    for (PeerStatus peer : status.peers()) {
      Optional<HostAndPort> address = node.clientAddress(peer.id());
      if (peer.id() != status.id() && address.isPresent()) {
        followers.add(
            Reply.array(
                Reply.bulk(address.get().host()),
                Reply.bulk(Integer.toString(address.get().port())),
                Reply.bulk(Long.toString(peer.matchIndex()))));
      }
    }
    return Reply.array(
        Reply.bulk("master"), new Reply.Int(status.appliedIndex()), new Reply.Array(followers));
  }

  // CONFIG

  /** Only the settings that redis-benchmark asks for, to describe its results. */
  private static Reply config(Request request, Session session) {
    if (!request.word(1).equals("GET") || request.count() < 3) {
      return CommandTable.unknownSubcommand(request);
    }
    List<Reply> found = new ArrayList<>();
    for (int i = 2; i < request.count(); i++) {
      switch (request.word(i)) {
        case "SAVE" -> found.addAll(List.of(Reply.bulk("save"), Reply.bulk("")));
        case "APPENDONLY" -> found.addAll(List.of(Reply.bulk("appendonly"), Reply.bulk("yes")));
        default -> {
          // Nothing is configured by that name.
        }
      }
    }
    return new Reply.Named(found);
  }
}
