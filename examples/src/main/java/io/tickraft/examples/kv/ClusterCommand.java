package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a whole cluster in this process, for trying it out. */
@Command(
    name = "cluster",
    description = {
      "Starts several nodes in one process, each with its own directory, event loop and ports.",
      "A cluster that was started before continues with its data."
    })
final class ClusterCommand implements Callable<Integer> {

  private static final String HOST = "127.0.0.1";
  private static final int MAX_NODES = 99;
  private static final int MAX_PORT = 65_535;

  @Mixin private NodeOptions options = new NodeOptions();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many nodes. Default: 3.")
  private int nodes = 3;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7001",
      description =
          "The first node's port for clients; the other nodes use the next ports. Default: 7001.")
  private int port = 7001;

  @Option(
      names = "--peer-port",
      paramLabel = "PORT",
      defaultValue = "17001",
      description =
          "The first node's port for peers; the other nodes use the next ports. Default: 17001.")
  private int peerPort = 17001;

  @Override
  public Integer call() throws InterruptedException {
    options.check(nodes >= 1 && nodes <= MAX_NODES, "--nodes: 1 to " + MAX_NODES + ": " + nodes);
    checkPorts("--port", port);
    checkPorts("--peer-port", peerPort);
    options.check(
        Math.abs(port - peerPort) >= nodes, "--port, --peer-port: the ports of the nodes overlap");
    options.checkMetricsPort("--port", port, nodes);
    options.checkMetricsPort("--peer-port", peerPort, nodes);
    checkDirectories();
    return Running.start(settings(), this::announce);
  }

  /** A node whose directory is lost must not begin again under its old id. */
  private void checkDirectories() {
    List<String> missing = new ArrayList<>();
    for (int i = 1; i <= nodes; i++) {
      if (!Files.exists(directory(i))) {
        missing.add(directory(i).getFileName().toString());
      }
    }
    options.check(
        missing.isEmpty() || missing.size() == nodes,
        options.dir
            + " holds a cluster that lacks "
            + String.join(", ", missing)
            + ". Nodes whose data is lost are replaced by new ones with the command server --join."
            + " To begin a new cluster, choose another --dir");
  }

  private Path directory(int node) {
    return options.dir.resolve("node-" + node);
  }

  private void checkPorts(String option, int first) {
    options.check(
        first >= 1 && first + nodes - 1 <= MAX_PORT,
        option + ": " + nodes + " ports from 1 to " + MAX_PORT + ": " + first);
  }

  private List<NodeSettings> settings() {
    Map<Long, HostAndPort> peers = new TreeMap<>();
    for (int i = 0; i < nodes; i++) {
      peers.put(i + 1L, new HostAndPort(HOST, peerPort + i));
    }
    List<NodeSettings> settings = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      Identity identity = new Identity(options.cluster, options.group, i + 1L);
      settings.add(
          new NodeSettings(
              identity,
              directory(i + 1),
              peers,
              new HostAndPort(HOST, peerPort + i),
              new HostAndPort(HOST, port + i),
              options.security(identity),
              options.limits(),
              options.users(),
              options.metrics(i)));
    }
    return settings;
  }

  private void announce(List<KvNode> started) throws InterruptedException {
    Running.print(banner(Running.awaitServing(started)));
  }

  /**
   * {@return what to do next}
   *
   * @param serving the nodes that serve clients: a node that was removed does not
   */
  private String banner(List<KvNode> serving) throws InterruptedException {
    if (serving.isEmpty()) {
      return "No leader is elected yet. Ctrl-C stops the nodes; the data stays in "
          + options.dir
          + ".";
    }
    String tls = options.tlsClients ? " --tls --cacert " + options.tlsCa : "";
    String client = "  redis-cli -c" + tls + " -p ";
    StringBuilder text = new StringBuilder();
    text.append("Node ").append(serving.get(0).status().leader()).append(" leads.");
    text.append(" Now type, in another window:\n\n");
    text.append(client).append(serving.get(0).clientPort()).append(" set greeting hello\n");
    text.append(client).append(serving.get(serving.size() - 1).clientPort());
    text.append(" get greeting\n\n");
    text.append("Ctrl-C stops the nodes; the data stays in ").append(options.dir).append(".");
    return text.toString();
  }
}
