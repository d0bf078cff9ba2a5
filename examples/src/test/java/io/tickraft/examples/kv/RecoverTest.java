package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.Status;
import io.tickraft.examples.kv.client.ClientLimits;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.NodeStore;
import io.tickraft.examples.kv.store.Survivor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import redis.clients.jedis.Jedis;

/** The command recover, after the loss of a majority. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RecoverTest {

  private static final NodeSettings.Limits LIMITS =
      new NodeSettings.Limits(20, 3_000, ClientLimits.of(10_000), 64L << 20);

  @TempDir Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int recover(int id, String... options) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    List<String> arguments = new ArrayList<>(List.of("recover", "--dir", directory(id)));
    arguments.addAll(List.of(options));
    return commandLine.execute(arguments.toArray(String[]::new));
  }

  /** Recovers node 1 if the answer to the question is right. */
  private int recoverIf(String typed) {
    CommandLine commandLine = new CommandLine(new RecoverCommand(() -> typed));
    commandLine.setOut(new PrintWriter(out, true));
    return commandLine.execute("--dir", directory(1));
  }

  /** Leaves the directory of node 1, which has never done anything. */
  private void stoppedNode() {
    Members founders = Members.founders(Map.of(1L, new HostAndPort("127.0.0.1", 17_001)));
    NodeStore.open(dir.resolve("node-1"), new Identity("test", 1, 1), founders).close();
  }

  private String directory(int id) {
    return dir.resolve("node-" + id).toString();
  }

  @Test
  void theLastNodeServesAllItHasAndTheOldMembersStayApart() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, LIMITS)) {
      cluster.setAll(Map.of("key", "value"));
      cluster.awaitSameDigest();
      for (int id = 1; id <= 3; id++) {
        cluster.stop(id);
      }
      assertThat(recover(2, "--yes", "--new-cluster", "test-2")).isZero();
      assertThat(out.toString())
          .contains("is of node 2 of group 1 in cluster 'test'.", "Acknowledged writes after index")
          .contains("Start it with --cluster test-2 --group 1 --id 2 --dir ");

      NodeSettings old = cluster.settings(2);
      cluster.start(
          new NodeSettings(
              new Identity("test-2", 1, 2),
              old.dir(),
              Map.of(),
              old.peers(),
              old.clients(),
              old.security(),
              old.limits()));
      // Two of three: the old group has a majority, and the recovered node is none of its business.
      cluster.start(1);
      cluster.start(3);
      TestCluster.await("node 2 to lead", () -> cluster.status(2).leader() == 2);
      TestCluster.await("the old group to lead", () -> cluster.status(1).leader() % 2 == 1);
      try (Jedis recovered = cluster.client(2)) {
        assertThat(recovered.get("key")).isEqualTo("value");
        recovered.set("key", "new");
      }
      try (Jedis before = cluster.client(1)) {
        assertThat(before.get("key")).isEqualTo("value");
      }
      Status status = cluster.status(2);
      assertThat(status.confState().getVotersList()).containsExactly(2L);
      assertThat(status.leader()).isEqualTo(2);
    }
  }

  @Test
  void withoutAConfirmationNothingIsChanged() {
    stoppedNode();
    Survivor before = Survivor.find(dir.resolve("node-1"));
    for (String typed : List.of("", "y", "no")) {
      assertThat(recoverIf(typed)).isEqualTo(1);
    }
    assertThat(out.toString())
        .containsPattern("the new cluster 'test-[0-9a-f]{8}'")
        .contains("Nothing was changed.");
    assertThat(Survivor.find(dir.resolve("node-1"))).isEqualTo(before);
    assertThat(recoverIf("yes")).isZero();
    assertThat(Survivor.find(dir.resolve("node-1")).identity().cluster()).startsWith("test-");
  }

  @Test
  void whatCannotBeRecoveredIsOneLine() {
    assertThat(recover(1, "--yes")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aWrongOptionIsOneLine() {
    stoppedNode();
    assertThat(recover(1, "--yes", "--new-cluster", "test")).isEqualTo(2);
    assertThat(recover(1, "--yes", "--peer-address", "h")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "kv: --new-cluster: 1 to 200 characters, and not the old name: test (--help shows the"
                + " options)",
            "kv: --peer-address: not host:port: h (--help shows the options)");
  }
}
