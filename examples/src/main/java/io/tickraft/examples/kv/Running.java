package io.tickraft.examples.kv;

import io.tickraft.core.Status;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs nodes in this process until a signal ends it. */
final class Running {

  private static final Logger LOG = LoggerFactory.getLogger(Running.class);
  private static final int LEADER_WAIT_MILLIS = 30_000;
  private static final int FOLLOWERS_WAIT_MILLIS = 2_000;
  private static final int POLL_MILLIS = 50;

  private Running() {}

  /** Called when all nodes have started. */
  @FunctionalInterface
  interface OnStart {
    void started(List<KvNode> nodes) throws InterruptedException;
  }

  /**
   * Starts nodes, and waits until Ctrl-C stops them or one of them fails.
   *
   * @return the exit code of the process
   */
  static int start(List<NodeSettings> settings, OnStart onStart) throws InterruptedException {
    List<KvNode> nodes = new ArrayList<>();
    try {
      for (NodeSettings one : settings) {
        nodes.add(KvNode.start(one));
      }
    } catch (StoreException | IOException e) {
      nodes.forEach(KvNode::close);
      return failed(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> nodes.forEach(KvNode::close), "stop"));
    try {
      onStart.started(nodes);
    } catch (RejectedExecutionException e) {
      // Ctrl-C stopped a node before the call could read its status.
      LOG.debug("the nodes have stopped", e);
    }
    try {
      CompletableFuture.anyOf(
              nodes.stream().map(KvNode::ended).toArray(CompletableFuture<?>[]::new))
          .get();
      return 0;
    } catch (ExecutionException e) {
      return 1;
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
    System.err.println("kv: " + why.getMessage());
    return 1;
  }

  static void print(String text) {
    System.out.println(text);
  }
}
