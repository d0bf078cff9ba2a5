package io.tickraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes in processes of their own, started as the README says. */
final class ProcessTest {

  @TempDir Path dir;

  private final Map<Long, Process> processes = new TreeMap<>();

  private void start(long id, Class<?> node, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), node.getName()));
    command.add(dir.resolve("node-" + id).toString());
    command.addAll(List.of(arguments));
    File output = dir.resolve("output").toFile();
    processes.put(
        id,
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
            .start());
  }

  private int end(long id) throws InterruptedException {
    Process process = processes.remove(id);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @AfterEach
  void killAll() {
    processes.values().forEach(Process::destroyForcibly);
  }

  /** One of the nodes is of the asynchronous kind: that makes no difference to the others. */
  @Test
  void aGroupOutlivesProcessesThatAreKilledAndStopped() throws Exception {
    try (TestCluster clients = new TestCluster(dir, false)) {
      String members = clients.addresses(3);
      start(1, CounterNode.class, "found", "7", "1", members);
      start(2, CounterNode.class, "found", "7", "2", members);
      start(3, AsyncCounterNode.class, "found", "7", "3", members);
      List<Long> all = List.of(1L, 2L, 3L);
      clients.await(all, "ADD 5", "5");
      long leader = clients.leader(all);

      processes.get(leader).destroyForcibly();
      assertThat(end(leader)).isEqualTo(128 + 9);
      clients.await(all, "ADD 5", "10");
      start(leader, CounterNode.class);
      clients.await(leader, "GET", "10");

      long next = clients.leader(all);
      processes.get(next).destroy();
      assertThat(end(next)).isEqualTo(128 + 15);
      assertThat(clients.leader(all)).isNotEqualTo(next);
      clients.await(all, "ADD 5", "15");
    }
  }

  @Test
  void wrongArgumentsAreExplained() throws Exception {
    start(1, CounterNode.class, "found");
    assertThat(end(1)).isEqualTo(2);
    start(2, CounterNode.class);
    assertThat(end(2)).isEqualTo(1);
    assertThat(dir.resolve("output"))
        .content()
        .contains("DIR found GROUP ID ID=HOST:PORT,...")
        .contains("node-2 holds no node. Is its file lost? Then join with another id");
  }
}
