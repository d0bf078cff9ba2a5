package io.tickraft.examples.kv;

import io.tickraft.examples.kv.client.ClientLimits;
import io.tickraft.examples.kv.client.Users;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.TlsFiles;
import io.tickraft.examples.kv.store.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that both commands have. */
final class NodeOptions {

  private static final String METRICS_HOST = "127.0.0.1";

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIR",
      description = "The directory of the data; created if it does not exist.")
  @SuppressWarnings("NullAway.Init")
  Path dir;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "kv",
      description = "The name of the cluster: nodes of another name are refused. Default: kv.")
  String cluster = "kv";

  @Option(
      names = "--group",
      paramLabel = "N",
      defaultValue = "1",
      description = "The number of the Raft group in the cluster. Default: 1.")
  long group = 1;

  @Option(
      names = "--tick-ms",
      paramLabel = "MS",
      defaultValue = "100",
      description =
          "Milliseconds per tick: a heartbeat each tick, an election after 10 to 20 ticks. "
              + "Default: 100.")
  int tickMillis = 100;

  @Option(
      names = "--timeout-ms",
      paramLabel = "MS",
      defaultValue = "5000",
      description =
          "After how many milliseconds without a majority a client gets an error. Default: 5000.")
  int timeoutMillis = 5_000;

  @Option(
      names = "--max-value-bytes",
      paramLabel = "BYTES",
      defaultValue = "1048576",
      description = "The limit of a key and of a value. Default: 1048576.")
  int maxValueBytes = 1 << 20;

  @Option(
      names = "--log-bytes",
      paramLabel = "BYTES",
      defaultValue = "67108864",
      description = "The size of the log at which its older half is dropped. Default: 67108864.")
  long logBytes = 64L << 20;

  @Option(
      names = "--clients-bytes",
      paramLabel = "BYTES",
      description =
          "The memory for the requests and answers of all clients. Half of it is divided evenly "
              + "among --max-clients, and the other half is for those that need it. A client "
              + "that gets none is not read from, and after 5 seconds gets the error OOM. "
              + "Default: an eighth of the Java heap.")
  private long clientsBytes = ClientLimits.defaultMemory();

  @Option(
      names = "--client-bytes",
      paramLabel = "BYTES",
      defaultValue = "67108864",
      description =
          "The memory for the requests and answers of one client; at most a quarter of "
              + "--clients-bytes. A request takes up to half of it. Default: 67108864.")
  private long clientBytes = ClientLimits.MEMORY_BYTES_EACH;

  @Option(
      names = "--max-clients",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many clients may be connected. Default: 10000.")
  private int maxClients = ClientLimits.MAX_CLIENTS;

  @Option(
      names = "--idle-timeout",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "After how many seconds without a request a client is disconnected; 0: never. One that "
              + "stops in the middle of a request, or does not read its answers, is "
              + "disconnected after 60 seconds in any case. Default: 0.")
  private int idleSeconds = 0;

  @Option(
      names = "--users",
      paramLabel = "FILE",
      description =
          "The users: a line for each, as the command user prints it. Without it, everyone may "
              + "read and write, and the RAFT commands that change the group are for clients on "
              + "the same machine.")
  private @Nullable Path users;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description =
          "Serves /metrics for Prometheus, /healthz (the process works) and /readyz (it can answer "
              + "reads) with HTTP at this port, without TLS and without a login. The command "
              + "cluster uses the next ports for the other nodes. Default: nowhere.")
  private @Nullable Integer metricsPort;

  @Option(
      names = "--metrics-address",
      paramLabel = "HOST",
      defaultValue = METRICS_HOST,
      description =
          "The host to listen at for --metrics-port. Default: 127.0.0.1, for this machine only.")
  private String metricsHost = METRICS_HOST;

  /**
   * Checks that the nodes do not use a port for their metrics and for something else.
   *
   * @param option the option with the first port of something else
   * @param nodes the number of nodes, which use as many ports
   */
  void checkMetricsPort(String option, int first, int nodes) {
    check(
        metricsPort == null || Math.abs(metricsPort - first) >= nodes,
        option + ", --metrics-port: the ports overlap");
  }

  /** {@return the address of the metrics of one of several nodes, counted from 0} */
  Optional<HostAndPort> metrics(int node) {
    if (metricsPort == null) {
      check(metricsHost.equals(METRICS_HOST), "--metrics-address needs --metrics-port");
      return Optional.empty();
    }
    try {
      return Optional.of(new HostAndPort(metricsHost, metricsPort + node));
    } catch (IllegalArgumentException e) {
      throw problem("--metrics-address, --metrics-port: " + e.getMessage());
    }
  }

  private ClientLimits clientLimits() {
    check(maxClients >= 1, "--max-clients: at least 1: " + maxClients);
    check(idleSeconds >= 0, "--idle-timeout: at least 0: " + idleSeconds);
    try {
      return new ClientLimits(
          maxValueBytes,
          clientsBytes,
          clientBytes,
          maxClients,
          idleSeconds,
          ClientLimits.WAIT_MILLIS);
    } catch (IllegalArgumentException e) {
      throw problem("--max-value-bytes, --clients-bytes, --client-bytes: " + e.getMessage());
    }
  }

  Users users() {
    if (users == null) {
      return Users.NONE;
    }
    try {
      return Users.parse(Files.readAllBytes(users));
    } catch (NoSuchFileException e) {
      throw problem("--users: no such file: " + users);
    } catch (IOException e) {
      throw problem("--users: cannot read " + users + ": " + e);
    } catch (IllegalArgumentException e) {
      throw problem("--users: " + users + ", " + e.getMessage());
    }
  }

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = {
        "Nodes connect to each other with TLS only, and this is the certificate of this node (PEM,"
            + " with those between it and one in --tls-ca). Its subjectAltName must have the node's"
            + " name, URI:tickraft:CLUSTER/GROUP/ID, for example URI:tickraft:kv/1/3: it may speak"
            + " for no other node. An extended key usage, if there is one, must be both serverAuth"
            + " and clientAuth. The three files are read again when they change: new connections"
            + " use the new certificate, and files that cannot be used are a line in the log."
      })
  @Nullable Path tlsCert;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The private key of --tls-cert (PEM, PKCS#8, not encrypted).")
  @Nullable Path tlsKey;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "The certificates that sign those of all nodes (PEM), and of nobody else.")
  @Nullable Path tlsCa;

  @Option(
      names = "--tls-clients",
      description =
          "Serve clients with TLS only, with the certificate of --tls-cert; clients need none.")
  boolean tlsClients;

  @Option(
      names = "--insecure",
      description =
          "Without --tls-cert, the address for peers must be one of this machine, such as"
              + " 127.0.0.1. With --insecure it may be any address: then everybody who reaches its"
              + " port can read, change and delete all data.")
  boolean insecure;

  /** {@return who may connect to a node} Its files of TLS are checked like all other options. */
  NodeSettings.Security security(Identity node) {
    boolean any = tlsCert != null || tlsKey != null || tlsCa != null;
    check(
        !any || (tlsCert != null && tlsKey != null && tlsCa != null),
        "--tls-cert, --tls-key and --tls-ca go together");
    check(any || !tlsClients, "--tls-clients needs --tls-cert, --tls-key and --tls-ca");
    check(!any || !insecure, "--insecure: not with --tls-cert, which lets nobody else in");
    Optional<TlsFiles> files = files();
    try {
      if (files.isPresent()) {
        files.get().check(node.uri());
      }
    } catch (IOException e) {
      throw problem(String.valueOf(e.getMessage()));
    }
    return new NodeSettings.Security(files, tlsClients, insecure);
  }

  private Optional<TlsFiles> files() {
    return tlsCert == null || tlsKey == null || tlsCa == null
        ? Optional.empty()
        : Optional.of(new TlsFiles(tlsCert, tlsKey, tlsCa));
  }

  NodeSettings.Limits limits() {
    check(group >= 1, "--group: at least 1: " + group);
    check(Identity.isClusterName(cluster), "--cluster: 1 to 200 characters");
    check(tickMillis >= 1 && tickMillis <= 60_000, "--tick-ms: 1 to 60000: " + tickMillis);
    check(timeoutMillis >= 1, "--timeout-ms: at least 1: " + timeoutMillis);
    check(
        maxValueBytes >= 1 && maxValueBytes <= ClientLimits.MAX_REQUEST_BYTES / 2,
        "--max-value-bytes: 1 to " + ClientLimits.MAX_REQUEST_BYTES / 2 + ": " + maxValueBytes);
    check(logBytes >= 1, "--log-bytes: at least 1: " + logBytes);
    return new NodeSettings.Limits(tickMillis, timeoutMillis, clientLimits(), logBytes);
  }

  void check(boolean holds, String problem) {
    if (!holds) {
      throw problem(problem);
    }
  }

  ParameterException problem(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
