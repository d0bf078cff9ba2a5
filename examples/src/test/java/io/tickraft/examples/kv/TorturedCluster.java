package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Three server processes with TLS between them and for clients, a network that can be disturbed,
 * and, where the system allows it, a small disk for the last of them.
 */
final class TorturedCluster implements AutoCloseable {

  static final int NODES = 3;

  /** Enough for what a cluster writes in its life. */
  private static final int SMALL_DISK_MEGABYTES = 512;

  private static final int LARGE_BYTES = 1_000_000;
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final String PASSWORD = "secret";

  private final Path dir;
  private final SslOptions tls;
  private final ProxiedNetwork network;
  private final SmallDisk smallDisk;
  private final TreeMap<Integer, ServerProcess> servers = new TreeMap<>();

  /**
   * Starts a cluster in an empty directory, and waits until all know the leader.
   *
   * @param logBytes the size at which a log is cut: with a small one, nodes need snapshots
   */
  TorturedCluster(Path dir, long logBytes) throws IOException, InterruptedException {
    this.dir = dir;
    TestAuthority authority = new TestAuthority();
    tls =
        SslOptions.builder()
            .truststore(
                authority.writeStore(dir.resolve("ca.p12"), PASSWORD).toFile(),
                PASSWORD.toCharArray())
            .trustStoreType("PKCS12")
            .build();
    network =
        new ProxiedNetwork(
            Ports.free(NODES).stream().map(port -> new HostAndPort("127.0.0.1", port)).toList());
    smallDisk = SmallDisk.mount(Files.createDirectories(directory(NODES)), SMALL_DISK_MEGABYTES);
    for (int id = 1; id <= NODES; id++) {
      servers.put(id, start(id, authority, logBytes));
    }
    for (ServerProcess server : servers.values()) {
      awaitMember(server);
    }
  }

  private ServerProcess start(int id, TestAuthority authority, long logBytes) throws IOException {
    TlsFiles files =
        authority.write(dir.resolve("tls-" + id), authority.issue("tickraft:kv/1/" + id));
    String peers =
        network.addresses(id).entrySet().stream()
            .map(peer -> peer.getKey() + "=" + peer.getValue())
            .collect(Collectors.joining(","));
    List<String> options = new ArrayList<>(List.of("--peers", peers));
    options.addAll(List.of("--tls-cert", files.certificate().toString()));
    options.addAll(List.of("--tls-key", files.key().toString()));
    options.addAll(List.of("--tls-ca", files.authorities().toString(), "--tls-clients"));
    options.addAll(List.of("--tick-ms", "50", "--log-bytes", Long.toString(logBytes)));
    return new ServerProcess(id, Ports.free(1).get(0), dir, options);
  }

  private Path directory(int id) {
    return dir.resolve("node-" + id);
  }

  /** Connects to a node, as a client. */
  Jedis connect(int port) {
    return new Jedis(
        new redis.clients.jedis.HostAndPort("127.0.0.1", port),
        DefaultJedisClientConfig.builder()
            .sslOptions(tls)
            .timeoutMillis(TIMEOUT_MILLIS)
            .autoNegotiateProtocol(false)
            .build());
  }

  List<Integer> ports() {
    return servers.values().stream().map(ServerProcess::port).toList();
  }

  ProxiedNetwork network() {
    return network;
  }

  ServerProcess server(int id) {
    ServerProcess server = servers.get(id);
    if (server == null) {
      throw new IllegalArgumentException("no node " + id);
    }
    return server;
  }

  /** The disk of the last node. */
  SmallDisk smallDisk() {
    return smallDisk;
  }

  /** Writes a large value, if there is a leader that takes it. */
  void writeMuch() throws InterruptedException {
    try (Jedis jedis = connect(server(awaitLeader()).port())) {
      jedis.set("large", "x".repeat(LARGE_BYTES));
    } catch (JedisException e) {
      // It was no leader any more.
    }
  }

  /** Waits until a node answers and knows a leader. */
  void awaitMember(ServerProcess server) throws InterruptedException {
    server.awaitMember(this::connect);
  }

  /** Waits until there is a leader, and returns its id. */
  int awaitLeader() throws InterruptedException {
    return TestCluster.await(
        "a leader",
        () ->
            servers.values().stream()
                .map(server -> (int) server.leader(this::connect))
                .filter(leader -> leader != 0)
                .findFirst());
  }

  @Override
  public void close() throws IOException {
    servers.values().forEach(ServerProcess::close);
    network.close();
    smallDisk.close();
  }
}
