package io.tickraft.examples.kv;

import io.tickraft.examples.kv.peer.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
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
      "The first start, with an empty directory, makes the nodes of --peers the voters of the "
          + "cluster; give all of them the same. Nodes tell each other the ports of their clients; "
          + "clients that must go to another node are told its host as it stands in --peers."
    })
final class ServerCommand implements Callable<Integer> {

  @Mixin private NodeOptions options = new NodeOptions();

  @Option(
      names = "--id",
      required = true,
      paramLabel = "ID",
      description = "The id of this node, one of those in --peers.")
  private long id;

  @Option(
      names = "--peers",
      required = true,
      split = ",",
      paramLabel = "ID=HOST:PORT",
      description =
          "Where all nodes listen for each other, this one included: 1=host:port,2=host:port,...")
  private Map<Long, HostAndPort> peers = new TreeMap<>();

  @Option(
      names = "--port",
      required = true,
      paramLabel = "PORT",
      description = "The port for clients.")
  private int port;

  @Option(
      names = "--bind",
      paramLabel = "HOST",
      description = "Where to listen for clients. Default: the host of this node in --peers.")
  private @Nullable String bind;

  @Override
  public Integer call() throws InterruptedException {
    HostAndPort here = peers.get(id);
    options.check(id >= 1, "--id: at least 1: " + id);
    options.check(here != null, "--peers: node " + id + " itself is missing");
    options.check(
        peers.keySet().stream().allMatch(peer -> peer >= 1), "--peers: ids are at least 1");
    options.check(
        peers.values().stream().distinct().count() == peers.size(),
        "--peers: two nodes have the same address");
    options.check(port >= 1 && port <= 65_535, "--port: 1 to 65535: " + port);
    NodeSettings settings =
        new NodeSettings(
            new Identity(options.cluster, options.group, id),
            options.dir,
            peers,
            new HostAndPort(bind != null ? bind : host(here), port),
            options.limits());
    return Running.start(List.of(settings), nodes -> {});
  }

  private static String host(@Nullable HostAndPort here) {
    return here == null ? "localhost" : here.host();
  }
}
