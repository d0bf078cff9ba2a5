package io.tickraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.contract.HostWatch;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Nodes of one group in this process, on real files and sockets, watched by the testkit. */
final class TestCluster implements AutoCloseable {

  static final int TICK_MILLIS = 20;
  static final int ENTRIES_PER_SNAPSHOT = 10;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AtomicInteger PORTS = new AtomicInteger();

  private final Path dir;
  private final boolean isAsync;
  private final HostWatch watch = new HostWatch().guard(this::alone);
  private final Map<Long, Integer> ports = new TreeMap<>();
  private final Map<Long, ThreadGroup> running = new ConcurrentHashMap<>();
  final Map<Long, Exception> failures = new ConcurrentHashMap<>();

  TestCluster(Path dir, boolean isAsync) {
    this.dir = dir;
    this.isAsync = isAsync;
  }

  private synchronized void alone(Runnable action) {
    action.run();
  }

  // Nodes.

  /** Chooses the addresses of members, and returns them as the example takes them. */
  String addresses(int members) throws IOException {
    for (long id = 1; id <= members; id++) {
      ports.put(id, freePort());
    }
    return ports.keySet().stream()
        .map(id -> id + "=" + address(id))
        .collect(Collectors.joining(","));
  }

  /** Creates and starts the first members, 1 to a number. */
  TestCluster found(int members) throws IOException {
    String all = addresses(members);
    for (long id = 1; id <= members; id++) {
      create(id, false, all);
    }
    return this;
  }

  /** Creates and starts a node that is not yet a member. */
  void join(long id) throws IOException {
    ports.put(id, freePort());
    create(id, true, address(id));
  }

  private void create(long id, boolean joins, String members) throws IOException {
    try (CounterLog log = new CounterLog(directory(id))) {
      CounterNode.create(log, joins, 7, id, members);
    }
    start(id);
  }

  private Path directory(long id) {
    return dir.resolve("node-" + id);
  }

  int port(long id) {
    return ports.get(id);
  }

  String address(long id) {
    return "127.0.0.1:" + ports.get(id);
  }

  /** Starts a node again. */
  void start(long id) {
    ThreadGroup threads = new ThreadGroup("node " + id);
    running.put(id, threads);
    Thread thread = new Thread(threads, () -> run(id), "loop of node " + id);
    thread.start();
  }

  private void run(long id) {
    try {
      Watching.create(Callable.class, "NodeRun", directory(id), isAsync, watch).call();
    } catch (InterruptedException | ClosedByInterruptException e) {
      // It was killed.
    } catch (Exception e) {
      failures.put(id, e);
    }
  }

  /** Ends all threads of a node where they are, like SIGKILL: none of them cleans up. */
  void kill(long id) {
    ThreadGroup threads = running.remove(id);
    Thread[] all = new Thread[1_000];
    for (int count = threads.enumerate(all); count > 0; count = threads.enumerate(all)) {
      for (int i = 0; i < count; i++) {
        all[i].interrupt();
        joinFor100Millis(all[i]);
      }
    }
  }

  private static void joinFor100Millis(Thread thread) {
    try {
      thread.join(100);
    } catch (InterruptedException e) {
      throw new AssertionError("the test is interrupted", e);
    }
  }

  @Override
  public void close() {
    for (long id : List.copyOf(running.keySet())) {
      kill(id);
    }
    watch.check();
    assertThat(failures).isEmpty();
  }

  // Clients.

  /** Asks a node on a connection of its own. */
  String ask(long id, String line, Duration patience) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports.get(id))) {
      socket.setSoTimeout((int) patience.toMillis());
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      String reply =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      if (reply == null) {
        throw new EOFException("no answer to " + line);
      }
      return reply;
    }
  }

  /** Asks nodes in turn until one gives an answer of a form, and returns it. */
  String await(Collection<Long> ids, String line, String pattern) throws IOException {
    long start = System.nanoTime();
    Map<Long, String> last = new TreeMap<>();
    while (System.nanoTime() - start < PATIENCE.toNanos()) {
      for (long id : ids) {
        try {
          String reply = ask(id, line, PATIENCE);
          if (reply.matches(pattern)) {
            return reply;
          }
          assertThat(reply).doesNotStartWith("UNKNOWN"); // To ask again might do it twice.
          last.put(id, reply);
        } catch (ConnectException e) {
          last.put(id, e.toString());
        }
      }
      LockSupport.parkNanos(1_000_000);
    }
    throw new AssertionError(line + " is never answered by " + pattern + ", but by " + last);
  }

  String await(long id, String line, String pattern) throws IOException {
    return await(List.of(id), line, pattern);
  }

  /** Adds a number, on whichever node leads. */
  long add(long number) throws IOException {
    return Long.parseLong(await(running.keySet(), "ADD " + number, "-?\\d+"));
  }

  /** Reads the counter on a node. */
  long get(long id) throws IOException {
    return Long.parseLong(await(id, "GET", "-?\\d+"));
  }

  /** Returns the leader, once there is one. */
  long leader() throws IOException {
    return leader(running.keySet());
  }

  long leader(Collection<Long> ids) throws IOException {
    String status = await(ids, "STATUS", "node \\d+: LEADER .*");
    return Long.parseLong(status.substring("node ".length(), status.indexOf(':')));
  }

  private static int freePort() throws IOException {
    while (true) {
      // Not from the range of the ports of outgoing connections: a node that starts again needs its
      // own.
      long process = ProcessHandle.current().pid();
      int port = 10_000 + (int) ((process * 61 + PORTS.incrementAndGet()) % 10_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // The next one.
      }
    }
  }
}
