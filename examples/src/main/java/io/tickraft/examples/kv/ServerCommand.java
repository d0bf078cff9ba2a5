package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.NodeStore;
import io.tickraft.examples.kv.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts one node in this process. */
@Command(
    name = "server",
    description = {
      "Starts one node.",
      "The first start, with an empty directory, makes the nodes of --peers the voters of a new "
          + "cluster; give the same --peers to all of them. With --join the node waits instead until "
          + "it is added to an existing cluster, and gets all data from the leader:",
      "  server --join --id 4 --peer-address host4:17004 --port 7004 --dir data4",
      "  redis-cli -e -c -p 7001 raft.addlearner 4 host4:17004 &&",
      "  redis-cli -e -c -p 7001 raft.promote 4 wait 60000",
      "Never use an id twice: a node whose directory is lost joins under a new id.",
      "Later starts go without both options: the directory holds the members. Nodes exchange their "
          + "ports for clients. A client that is redirected to another node gets the host that was "
          + "given for that node in --peers, or when it was added."
    })
final class ServerCommand implements Callable<Integer> {

  @Mixin private NodeOptions options = new NodeOptions();

  @Option(
      names = "--id",
      required = true,
      paramLabel = "ID",
      description = "The id of this node, one of those in --peers, or a new one.")
  private long id;

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "ID=HOST:PORT",
      description =
          "The addresses at which the first nodes listen for each other, with this node's: "
              + "1=host:port,2=host:port,...")
  private List<String> peers = new ArrayList<>();

  @Option(names = "--join", description = "Join an existing cluster, instead of --peers.")
  private boolean join;

  @Option(
      names = "--peer-address",
      paramLabel = "HOST:PORT",
      description = "The address at which this node listens for its peers; with --join.")
  private @Nullable String peerAddress;

  @Option(
      names = "--port",
      required = true,
      paramLabel = "PORT",
      description = "The port for clients.")
  private int port;

  @Option(
      names = "--bind",
      paramLabel = "HOST",
      description = "The host to listen at for clients. Default: the same host as for peers.")
  private @Nullable String bind;

  @Override
  public Integer call() throws InterruptedException {
    options.check(id >= 1, "--id: at least 1: " + id);
    options.check(port >= 1 && port <= 65_535, "--port: 1 to 65535: " + port);
    options.checkMetricsPort("--port", port, 1);
    Identity identity = new Identity(options.cluster, options.group, id);
    if (join) {
      return start(identity, Map.of(), ownAddress());
    }
    Map<Long, HostAndPort> founders = founders();
    return peers.isEmpty() ? startAgain(identity) : start(identity, founders, ownAddress(founders));
  }

  /** Starts the node where its directory says that it listens. */
  private int startAgain(Identity identity) throws InterruptedException {
    Members members;
    try {
      members = NodeStore.members(options.dir, identity);
    } catch (StoreException e) {
      return Running.failed(e);
    }
    if (members.removed().contains(id)) {
      return Running.failed(
          "node " + id + " was removed from the group: delete its directory " + options.dir,
          ExitCode.USAGE);
    }
    HostAndPort stored = members.addresses().get(id);
    if (stored == null) {
      throw options.problem(
          "--peers or --join is needed for a first start: "
              + options.dir
              + " does not say where node "
              + id
              + " listens. If the node had data, that is lost: replace it by one with a new id");
    }
    return start(identity, Map.of(), stored);
  }

  private int start(Identity identity, Map<Long, HostAndPort> founders, HostAndPort here)
      throws InterruptedException {
    NodeSettings settings =
        new NodeSettings(
            identity,
            options.dir,
            founders,
            here,
            new HostAndPort(bind != null ? bind : here.host(), port),
            options.security(identity),
            options.limits(),
            options.users(),
            options.metrics(0));
    return Running.start(List.of(settings), nodes -> {});
  }

  private HostAndPort ownAddress(Map<Long, HostAndPort> founders) {
    HostAndPort own = founders.get(id);
    if (own == null) {
      throw options.problem("--peers: node " + id + " itself is missing");
    }
    return own;
  }

  private HostAndPort ownAddress() {
    options.check(peers.isEmpty(), "--peers: the cluster that is joined knows its own");
    options.check(peerAddress != null, "--peer-address is needed with --join");
    return address("--peer-address", String.valueOf(peerAddress));
  }

  private Map<Long, HostAndPort> founders() {
    options.check(peerAddress == null, "--peer-address goes with --join; otherwise see --peers");
    Map<Long, HostAndPort> addresses = addresses();
    options.check(
        addresses.values().stream().distinct().count() == peers.size(),
        "--peers: two nodes have the same address");
    return addresses;
  }

  private Map<Long, HostAndPort> addresses() {
    Map<Long, HostAndPort> addresses = new TreeMap<>();
    for (String peer : peers) {
      try {
        String[] parts = peer.split("=", 2);
        long peerId = Long.parseLong(parts[0]);
        options.check(parts.length == 2, "--peers: not id=host:port: " + peer);
        options.check(peerId >= 1, "--peers: an id is at least 1: " + peer);
        HostAndPort before = addresses.put(peerId, address("--peers", parts[1]));
        options.check(before == null, "--peers: node " + peerId + " is named twice");
      } catch (NumberFormatException e) {
        options.check(false, "--peers: not id=host:port: " + peer);
      }
    }
    return addresses;
  }

  private HostAndPort address(String option, String text) {
    try {
      return HostAndPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw options.problem(option + ": " + e.getMessage());
    }
  }
}
