package io.tickraft.examples.kv.client;

import io.tickraft.core.Status;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The {@code CLUSTER} commands. They describe the group to cluster clients of Redis: one shard with
 * all slots, whose master is the leader.
 */
final class ClusterCommands {

  private final Node node;

  ClusterCommands(Node node) {
    this.node = node;
  }

  List<CommandSpec> specs() {
    return List.of(CommandSpec.of("CLUSTER", -2, (request, session) -> cluster(request)));
  }

  private record Member(long id, HostAndPort address, boolean leads) {
    String name() {
      return String.format(Locale.ROOT, "%040x", id);
    }
  }

  private Reply cluster(Request request) {
    return switch (request.word(1)) {
      case "INFO" -> info();
      case "MYID" -> Reply.bulk(String.format(Locale.ROOT, "%040x", node.status().id()));
      case "KEYSLOT" ->
          request.count() == 3
              ? new Reply.Int(Slots.of(request.arg(2)))
              : CommandTable.wrongArity("CLUSTER|KEYSLOT");
      case "NODES" -> nodes();
      case "SLOTS" -> slots();
      case "SHARDS" -> shards();
      case "HELP" ->
          CommandTable.help(
              "CLUSTER",
              "INFO",
              "    Return information about the cluster.",
              "KEYSLOT <key>",
              "    Return the hash slot for <key>.",
              "MYID",
              "    Return the node id.",
              "NODES",
              "    Return the nodes that are members.",
              "SHARDS",
              "    Return information about slot range mappings and the nodes.",
              "SLOTS",
              "    Return information about slots range mappings.");
      default -> CommandTable.unknownSubcommand(request);
    };
  }

  /** The members with a known address, the leader first; empty if no leader is known. */
  private List<Member> members() {
    Status status = node.status();
    List<Member> members = new ArrayList<>();
    for (long id : Members.ids(status.confState())) {
      Optional<HostAndPort> address = node.clientAddress(id);
      if (address.isPresent()) {
        boolean leads = id == status.leader();
        members.add(leads ? 0 : members.size(), new Member(id, address.get(), leads));
      }
    }
    return !members.isEmpty() && members.get(0).leads() ? members : List.of();
  }

  private Reply info() {
    Status status = node.status();
    boolean up = !members().isEmpty();
    int slots = up ? Slots.COUNT : 0;
    return new Reply.Text(
        "cluster_enabled:1\r\n"
            + ("cluster_state:" + (up ? "ok" : "fail") + "\r\n")
            + ("cluster_slots_assigned:" + slots + "\r\n")
            + ("cluster_slots_ok:" + slots + "\r\n")
            + ("cluster_known_nodes:" + Members.ids(status.confState()).size() + "\r\n")
            + ("cluster_size:1\r\ncluster_current_epoch:" + status.term() + "\r\n")
            + ("cluster_my_epoch:" + status.term() + "\r\n"));
  }

  private Reply slots() {
    List<Reply> shard = new ArrayList<>();
    for (Member member : members()) {
      shard.add(
          Reply.array(
              Reply.bulk(member.address().host()),
              new Reply.Int(member.address().port()),
              Reply.bulk(member.name()),
              Reply.array()));
    }
    if (shard.isEmpty()) {
      return Reply.array();
    }
    shard.add(0, new Reply.Int(Slots.COUNT - 1));
    shard.add(0, new Reply.Int(0));
    return Reply.array(new Reply.Array(shard));
  }

  private Reply shards() {
    List<Reply> nodes = new ArrayList<>();
    for (Member member : members()) {
      nodes.add(
          Reply.named(
              Reply.bulk("id"),
              Reply.bulk(member.name()),
              Reply.bulk("port"),
              new Reply.Int(member.address().port()),
              Reply.bulk("ip"),
              Reply.bulk(member.address().host()),
              Reply.bulk("endpoint"),
              Reply.bulk(member.address().host()),
              Reply.bulk("role"),
              Reply.bulk(member.leads() ? "master" : "replica"),
              Reply.bulk("replication-offset"),
              new Reply.Int(node.status().appliedIndex()),
              Reply.bulk("health"),
              Reply.bulk("online")));
    }
    Reply slots =
        nodes.isEmpty()
            ? Reply.array()
            : Reply.array(new Reply.Int(0), new Reply.Int(Slots.COUNT - 1));
    return Reply.array(
        Reply.named(Reply.bulk("slots"), slots, Reply.bulk("nodes"), new Reply.Array(nodes)));
  }

  private Reply nodes() {
    Status status = node.status();
    StringBuilder lines = new StringBuilder();
    String leader = "-";
    for (Member member : members()) {
      leader = member.leads() ? member.name() : leader;
      lines
          .append(member.name())
          .append(' ')
          .append(member.address())
          .append("@0 ")
          .append(member.id() == status.id() ? "myself," : "")
          .append(member.leads() ? "master - " : "slave " + leader + " ")
          .append("0 0 ")
          .append(status.term())
          .append(" connected")
          .append(member.leads() ? " 0-" + (Slots.COUNT - 1) : "")
          .append('\n');
    }
    return new Reply.Text(lines.toString());
  }
}
