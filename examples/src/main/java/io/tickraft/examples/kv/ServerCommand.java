package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
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
  private List<String> peers = new ArrayList<>();

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
    options.check(id >= 1, "--id: at least 1: " + id);
    Map<Long, HostAndPort> addresses = addresses();
    HostAndPort here = addresses.get(id);
    options.check(here != null, "--peers: node " + id + " itself is missing");
    options.check(
        addresses.values().stream().distinct().count() == peers.size(),
        "--peers: two nodes have the same address");
    options.check(port >= 1 && port <= 65_535, "--port: 1 to 65535: " + port);
    NodeSettings settings =
        new NodeSettings(
            new Identity(options.cluster, options.group, id),
            options.dir,
            addresses,
            new HostAndPort(bind != null ? bind : host(here), port),
            options.limits());
    return Running.start(List.of(settings), nodes -> {});
  }

  private Map<Long, HostAndPort> addresses() {
    Map<Long, HostAndPort> addresses = new TreeMap<>();
    for (String peer : peers) {
      try {
        String[] parts = peer.split("=", 2);
        long peerId = Long.parseLong(parts[0]);
        options.check(parts.length == 2, "--peers: not id=host:port: " + peer);
        options.check(peerId >= 1, "--peers: an id is at least 1: " + peer);
        HostAndPort before = addresses.put(peerId, HostAndPort.parse(parts[1]));
        options.check(before == null, "--peers: node " + peerId + " is named twice");
      } catch (NumberFormatException e) {
        options.check(false, "--peers: not id=host:port: " + peer);
      } catch (IllegalArgumentException e) {
        options.check(false, "--peers: " + e.getMessage());
      }
    }
    return addresses;
  }

  private static String host(@Nullable HostAndPort here) {
    return here == null ? "localhost" : here.host();
  }
}
