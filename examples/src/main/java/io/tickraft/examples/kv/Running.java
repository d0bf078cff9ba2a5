package io.tickraft.examples.kv;

import io.tickraft.core.Status;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs nodes in this process until a signal ends it, or one of them fails. In both cases the
 * process ends within {@value #STOP_SECONDS} seconds, even if a node cannot stop.
 */
final class Running {

  private static final Logger LOG = LoggerFactory.getLogger(Running.class);
  private static final int LEADER_WAIT_MILLIS = 30_000;
  private static final int FOLLOWERS_WAIT_MILLIS = 2_000;
  private static final int POLL_MILLIS = 50;
  private static final int STOP_SECONDS = 20;

  /** After an OutOfMemoryError nothing works reliably. */
  private static final int NO_MEMORY_SECONDS = 2;

  private final LastResort lastResort;
  private final List<KvNode> nodes = new CopyOnWriteArrayList<>();

  /** The exit code once a node has failed. */
  private volatile int failure = ExitCode.STOPPED;

  private Running(LastResort lastResort) {
    this.lastResort = lastResort;
  }

  /** Called when all nodes have started. */
  @FunctionalInterface
  interface OnStart {
    void started(List<KvNode> nodes) throws InterruptedException;
  }

  /**
   * Starts nodes, and waits until a signal stops them or one of them fails.
   *
   * @return the exit code of the process, of those in {@link ExitCode}
   */
  static int start(List<NodeSettings> settings, OnStart onStart) throws InterruptedException {
    try (LastResort lastResort = LastResort.started(Runtime.getRuntime()::halt)) {
      return new Running(lastResort).run(settings, onStart);
    }
  }

  private int run(List<NodeSettings> settings, OnStart onStart) throws InterruptedException {
    Thread hook = new Thread(this::signalled, "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      for (NodeSettings one : settings) {
        nodes.add(KvNode.start(one, RaftNode::open, this::failed));
      }
      announce(onStart);
      awaitEnd();
    } catch (StoreException | IOException e) {
      failure = failed(e);
    } finally {
      stop();
      forget(hook);
    }
    return exitCode();
  }

  private void announce(OnStart onStart) throws InterruptedException {
    try {
      onStart.started(nodes);
    } catch (RejectedExecutionException e) {
      // A node has stopped before the call could read its status.
      LOG.debug("the nodes have stopped", e);
    }
  }

  /** Waits until one of the nodes has been stopped or has failed. */
  private void awaitEnd() throws InterruptedException {
    try {
      CompletableFuture.anyOf(
              nodes.stream().map(KvNode::ended).toArray(CompletableFuture<?>[]::new))
          .get();
    } catch (ExecutionException e) {
      LOG.debug("a node has failed", e);
    }
  }

  /** Called as soon as a node has failed, on any of its threads. */
  private void failed(Throwable why) {
    failure = ExitCode.of(why);
    // The Raft node wraps what is thrown inside it.
    boolean noMemory =
        why instanceof VirtualMachineError || why.getCause() instanceof VirtualMachineError;
    lastResort.haltIn(
        TimeUnit.SECONDS.toNanos(noMemory ? NO_MEMORY_SECONDS : STOP_SECONDS), failure);
  }

  private void stop() {
    haltLater();
    nodes.forEach(KvNode::close);
  }

  private void haltLater() {
    lastResort.haltIn(TimeUnit.SECONDS.toNanos(STOP_SECONDS), ExitCode.FAILED);
  }

  private int exitCode() {
    boolean allStopped = nodes.stream().noneMatch(node -> node.ended().isCompletedExceptionally());
    return failure != ExitCode.STOPPED || allStopped ? failure : ExitCode.FAILED;
  }

  /** Called by a signal. */
  private void signalled() {
    haltLater();
    if (nodes.size() == 1) { // Otherwise the whole group stops.
      nodes.get(0).handOver();
    }
    stop();
    // Otherwise the exit code would be that of the signal.
    Runtime.getRuntime().halt(exitCode());
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("a signal has stopped the nodes", e);
    }
  }

  /**
   * Waits until one of the nodes knows a leader, for at most 30 seconds. Nodes that were removed
   * from the group never know one.
   *
   * @return the leader; 0 if no node knows one
   * @throws RejectedExecutionException if one of the nodes is closed while this waits
   */
  static long awaitLeader(List<KvNode> nodes) throws InterruptedException {
    for (int waited = 0; waited < LEADER_WAIT_MILLIS; waited += POLL_MILLIS) {
      for (KvNode node : nodes) {
        long leader = node.status().leader();
        if (leader != 0) {
          return leader;
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    return 0;
  }

  /**
   * Waits until the members among the nodes know a leader, for at most 2 seconds after one of them
   * does.
   *
   * @return those that know a leader, and so serve clients
   * @throws RejectedExecutionException if one of the nodes is closed while this waits
   */
  static List<KvNode> awaitServing(List<KvNode> nodes) throws InterruptedException {
    awaitLeader(nodes);
    List<KvNode> serving = List.of();
    for (int waited = 0; waited < FOLLOWERS_WAIT_MILLIS; waited += POLL_MILLIS) {
      serving = new ArrayList<>();
      int members = 0;
      for (KvNode node : nodes) {
        Status status = node.status();
        if (status.leader() != 0) {
          serving.add(node);
        }
        members += Members.ids(status.confState()).contains(status.id()) ? 1 : 0;
      }
      if (serving.size() >= members) {
        break;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return serving;
  }

  /**
   * Prints why the nodes do not run.
   *
   * @return the exit code of the process
   */
  static int failed(Exception why) {
    return failed(String.valueOf(why.getMessage()), ExitCode.of(why));
  }

  /**
   * Prints why the nodes do not run.
   *
   * @param code the exit code of the process
   * @return the exit code
   */
  static int failed(String why, int code) {
    System.err.println("kv: " + why);
    return code;
  }

  static void print(String text) {
    System.out.println(text);
  }
}
