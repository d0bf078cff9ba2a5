package io.tickraft.examples.kv;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** One node in an operating system process of its own, which can be killed and started again. */
final class ServerProcess implements AutoCloseable {

  private static final long START_SECONDS = 60;

  private final int port;
  private final ProcessBuilder builder;
  private Process process;

  ServerProcess(int id, int port, Path dir, List<String> options) throws IOException {
    this.port = port;
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    // Small and quick to start: there are three of them, and they are started often.
    command.addAll(
        List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("server", "--id", Integer.toString(id)));
    command.addAll(List.of("--port", Integer.toString(port)));
    command.addAll(List.of("--dir", dir.resolve("node-" + id).toString()));
    command.addAll(options);
    File log = dir.resolve("node-" + id + ".log").toFile();
    builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    process = builder.start();
  }

  int port() {
    return port;
  }

  /** SIGKILL: the process gets no chance to do anything about it. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the process survives SIGKILL");
    }
  }

  /** SIGSTOP: the process stands still, with all its connections, until it is {@link #resume}d. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    int code = new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
    if (code != 0) {
      throw new AssertionError("kill -" + name + " ends with " + code);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM. Returns the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the process does not end");
    }
    return process.exitValue();
  }

  void restart() throws IOException {
    process = builder.start();
  }

  /** Waits until the node answers and knows a leader. */
  void awaitMember() throws InterruptedException {
    awaitMember(Client::connect);
  }

  /** Waits until the node answers and knows a leader, over connections of the caller's making. */
  void awaitMember(IntFunction<Jedis> connect) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (leader(connect) == 0) {
      if (!process.isAlive()) {
        throw new AssertionError("the server has ended with " + process.exitValue());
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the server at " + port + " knows no leader");
      }
      Thread.sleep(20);
    }
  }

  /** Waits until the node is ready to be added to a cluster. */
  void awaitStart() throws InterruptedException {
    TestCluster.await(
        "the server at " + port,
        () -> {
          try (Jedis jedis = Client.connect(port)) {
            return jedis.ping().equals("PONG");
          } catch (JedisException e) {
            return false;
          }
        });
  }

  /** Returns the leader that the node knows of; 0 if it knows none, or does not answer. */
  long leader() {
    return leader(Client::connect);
  }

  /** Returns the leader like {@link #leader()}, over a connection of the caller's making. */
  long leader(IntFunction<Jedis> connect) {
    try (Jedis jedis = connect.apply(port)) {
      return Long.parseLong(Client.raft(jedis, "leader"));
    } catch (JedisException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
