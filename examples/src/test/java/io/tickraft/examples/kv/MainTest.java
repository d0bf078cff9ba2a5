package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.NodeStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Isolated // The standard error is replaced.
class MainTest {

  private static final String SERVER = "server --dir target/no-such --id 1 --port 7001 ";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments.trim().split(" +", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--peers 2=h:1,3=h:2                       | --peers: node 1 itself is missing",
        "--peers 1=h:1,2=h:1                       | --peers: two nodes have the same address",
        "--peers 1=h:1,0=h:2                       | --peers: an id is at least 1: 0=h:2",
        "--peers 1=h:1,1=h:2                       | --peers: node 1 is named twice",
        "--peers 1=h                               | not host:port: h",
        "--peers 1=h:0                             | a port is from 1 to 65535: 0",
        "--peers 1=h:x                             | not host:port: h:x",
        "--peers 1=::1:5                           | IPv6 address is written in brackets",
        "--peers x=h:1                             | --peers: not id=host:port: x=h:1",
        "--peers 1=h:1 --max-value-bytes 0         | --max-value-bytes: 1 to 16777216: 0",
        "--peers 1=h:1 --tick-ms 0                 | --tick-ms: 1 to 60000: 0",
        "--peers 1=h:1 --timeout-ms 0              | --timeout-ms: at least 1: 0",
        "--peers 1=h:1 --log-bytes -1              | --log-bytes: at least 1: -1",
        "--peers 1=h:1 --group 0                   | --group: at least 1: 0",
        "--peers 1=h:1 --tls-cert c                | --tls-cert, --tls-key and --tls-ca go together",
        "--peers 1=h:1 --tls-key k --tls-ca a      | --tls-cert, --tls-key and --tls-ca go together",
        "--peers 1=h:1 --tls-clients               | --tls-clients needs --tls-cert, --tls-key",
        "--peers 1=h:1 --insecure --tls-cert c --tls-key k --tls-ca a | --insecure: not with --tls-cert",
        "--peers 1=h:1 --metrics-address h         | --metrics-address needs --metrics-port",
        "--peers 1=h:1 --metrics-port 0            | --metrics-port: a port is from 1 to 65535: 0",
        "--peers 1=h:1 --metrics-port 1 --metrics-address a/b | --metrics-address, --metrics-port: not a host",
        "--peers 1=h:1 --metrics-port 7001         | --port, --metrics-port: the ports overlap",
        "--peers 1=h:1 --tls-cert no-such --tls-key k --tls-ca a | --tls-cert: no such file: no-such",
        "--peers 1=h:1 --users no-such             | --users: no such file: no-such",
        "--peers 1=h:1 --what                      | --what",
        "                                          | --peers or --join is needed for a first start",
        "--peers 1=h:1 --peer-address h:1          | --peer-address goes with --join",
        "--join                                    | --peer-address is needed with --join",
        "--join --peer-address h                   | --peer-address: not host:port: h",
        "--join --peer-address h:1 --peers 2=h:2   | --peers: the cluster that is joined knows",
      })
  void aBadOptionOfAServerIsOneLineAndExitCode2(String options, String problem) {
    assertThat(execute(SERVER + (options == null ? "" : options))).isEqualTo(2);
    assertThat(err.toString()).startsWith("kv: ").contains(problem).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\ufeff# users       | UTF-8      | line 1: a byte order mark (BOM)",
        "# r\u00e4ta          | ISO-8859-1 | line 1: a byte that is not of UTF-8",
        "rita reader         | UTF-8      | line 1: not a name, a role and a hash",
      })
  void aWrongFileOfUsersIsNamedWithTheLineAndExitCode2(
      String text, Charset charset, String problem, @TempDir Path dir) throws Exception {
    Path users = Files.write(dir.resolve("users"), text.getBytes(charset));
    String server = "server --dir " + dir.resolve("node") + " --id 1 --port 7001 --peers 1=h:1 ";
    assertThat(execute(server + "--users " + users)).isEqualTo(2);
    assertThat(err.toString()).startsWith("kv: --users: " + users + ", " + problem).hasLineCount(1);
    assertThat(dir.resolve("node")).doesNotExist();
  }

  /** What a service does if the directory of its node is gone. */
  @Test
  void aStartWithoutPeersOnAnEmptyDirectoryIsRefusedAndLeavesItEmpty(@TempDir Path dir) {
    assertThat(execute("server --dir " + dir + " --id 1 --port 7001")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "kv: --peers or --join is needed for a first start: "
                + dir
                + " does not say where node 1 listens. If the node had data, that is lost: replace"
                + " it by one with a new id")
        .hasLineCount(1);
    assertThat(dir).isEmptyDirectory();
  }

  private static PrintStream standardErrorTo(ByteArrayOutputStream printed) {
    PrintStream before = System.err;
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    return before;
  }

  /** Starts node 1 on a directory, without anything that says where it listens. */
  private String assertDoesNotStart(Path dir, int code) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = standardErrorTo(printed);
    try {
      assertThat(execute("server --cluster test --id 1 --port 7001 --dir " + dir)).isEqualTo(code);
    } finally {
      System.setErr(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static void stopped(Path dir, Members members) {
    NodeStore.open(dir, new Identity("test", 1, 1), members).close();
  }

  @Test
  void aDamagedDirectoryIsNamedThoughNothingSaysWhereTheNodeListens(@TempDir Path dir)
      throws Exception {
    stopped(dir, Members.founders(Map.of(1L, new HostAndPort("127.0.0.1", 17_001))));
    Files.delete(dir.resolve("CURRENT"));
    assertThat(assertDoesNotStart(dir, 3))
        .startsWith("kv: cannot open " + dir + ": ")
        .contains("the file CURRENT is missing")
        .hasLineCount(1);
  }

  @Test
  void aRemovedNodeIsToldWhatToDo(@TempDir Path dir) {
    stopped(
        dir,
        new Members(
            List.of(1L, 2L),
            new TreeMap<>(Map.of(2L, new HostAndPort("127.0.0.1", 17_002))),
            new TreeSet<>(List.of(1L))));
    assertThat(assertDoesNotStart(dir, 2))
        .isEqualTo("kv: node 1 was removed from the group: delete its directory " + dir + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cluster                                   | --dir",
        "cluster --dir d --nodes 0                 | --nodes: 1 to 99: 0",
        "cluster --dir d --port 65534              | --port: 3 ports from 1 to 65535: 65534",
        "cluster --dir d --peer-port 0             | --peer-port: 3 ports from 1 to 65535: 0",
        "cluster --dir d --port 5000 --peer-port 5002 | the ports of the nodes overlap",
        "cluster --dir d --metrics-port 7003       | --port, --metrics-port: the ports overlap",
        "cluster --dir d --metrics-port 16999      | --peer-port, --metrics-port: the ports overlap",
        "cluster --dir d --tls-cert no-such --tls-key k --tls-ca a | --tls-cert: no such file: no-such",
        "cluster --dir d --nodes x                 | --nodes",
        "serve                                     | serve",
      })
  void aBadCommandIsOneLineAndExitCode2(String arguments, String problem) {
    assertThat(execute(arguments)).isEqualTo(2);
    assertThat(err.toString()).startsWith("kv: ").contains(problem).hasLineCount(1);
  }

  @Test
  void withoutACommandOneIsAskedFor() {
    assertThat(execute("")).isEqualTo(2);
    assertThat(err.toString()).startsWith("kv: ").hasLineCount(1);
  }

  @Test
  void aClusterDoesNotBeginANodeAgainWhoseDirectoryIsLost(@TempDir Path dir) throws IOException {
    Files.createDirectory(dir.resolve("node-2"));
    assertThat(execute("cluster --dir " + dir)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("kv: ")
        .contains("lacks node-1, node-3")
        .contains("server --join")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"--version", "server --version", "cluster -V"})
  void versionShowsWhatIsRunning(String arguments) {
    assertThat(execute(arguments)).isZero();
    assertThat(out.toString())
        .startsWith("tickraft kv ")
        .contains("Java " + System.getProperty("java.version"))
        .containsPattern("RocksDB \\d+\\.\\d+\\.\\d+, Netty 4\\.\\d+\\.\\d+")
        .hasLineCount(3);
  }

  @Test
  void helpShowsTheOptions() {
    assertThat(execute("server --help")).isZero();
    assertThat(out.toString())
        .contains("--peers", "--port", "--dir", "1=host:port")
        .contains("--join", "--peer-address", "raft.addlearner 4")
        .contains("--metrics-port", "--metrics-address", "for this machine only")
        .contains("--tls-cert", "--tls-key", "--tls-ca", "--tls-clients", "--insecure");
    // Lines are broken anywhere.
    assertThat(out.toString().replaceAll("\\s+", ""))
        .contains("URI:tickraft:kv/1/3", "canread,changeanddeletealldata");
    assertThat(execute("cluster --help")).isZero();
    assertThat(out.toString()).contains("--nodes");
  }
}
