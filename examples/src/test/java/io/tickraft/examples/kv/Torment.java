package io.tickraft.examples.kv;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * What happens to a {@link TorturedCluster}; afterwards all nodes run again and hear each other.
 */
enum Torment {
  KILL_ONE {
    @Override
    void inflict(TorturedCluster cluster, Random random) throws IOException, InterruptedException {
      kill(cluster, random, List.of(anyNode(cluster, random)));
    }
  },

  KILL_TWO {
    @Override
    void inflict(TorturedCluster cluster, Random random) throws IOException, InterruptedException {
      int first = anyNode(cluster, random);
      kill(cluster, random, List.of(first, first % TorturedCluster.NODES + 1));
    }
  },

  KILL_ALL {
    @Override
    void inflict(TorturedCluster cluster, Random random) throws IOException, InterruptedException {
      kill(cluster, random, IntStream.rangeClosed(1, TorturedCluster.NODES).boxed().toList());
    }
  },

  /** SIGSTOP: the node wakes up with a clock that has gone on, and with what came meanwhile. */
  PAUSE {
    @Override
    void inflict(TorturedCluster cluster, Random random) throws IOException, InterruptedException {
      ServerProcess server = cluster.server(anyNode(cluster, random));
      server.pause();
      someTime(random);
      server.resume();
    }
  },

  CUT(true) {
    @Override
    void inflict(TorturedCluster cluster, Random random) throws IOException, InterruptedException {
      for (Proxy proxy : cluster.network().around(anyNode(cluster, random))) {
        proxy.cut();
      }
      someTime(random);
      cluster.network().all().forEach(Proxy::heal);
    }
  },

  /** A node hears the others and is not heard, or the other way round. */
  ONE_WAY(true) {
    @Override
    void inflict(TorturedCluster cluster, Random random) throws IOException, InterruptedException {
      int node = anyNode(cluster, random);
      ProxiedNetwork network = cluster.network();
      (random.nextBoolean() ? network.from(node) : network.to(node)).forEach(Proxy::swallow);
      someTime(random);
      network.all().forEach(Proxy::heal);
    }
  },

  DELAY(true) {
    @Override
    void inflict(TorturedCluster cluster, Random random) throws IOException, InterruptedException {
      int millis = 20 + random.nextInt(300);
      cluster.network().all().forEach(proxy -> proxy.delay(millis));
      someTime(random);
      cluster.network().all().forEach(Proxy::heal);
    }
  },

  FLIPPED_BITS(true) {
    @Override
    void inflict(TorturedCluster cluster, Random random) throws IOException, InterruptedException {
      cluster.network().all().forEach(proxy -> proxy.flipOneBitIn(20_000));
      someTime(random);
      cluster.network().all().forEach(Proxy::heal);
    }
  },

  /** The last node ends by itself, and goes on when there is space again. */
  FULL_DISK {
    @Override
    void inflict(TorturedCluster cluster, Random random) throws IOException, InterruptedException {
      ServerProcess server = cluster.server(TorturedCluster.NODES);
      cluster.smallDisk().fill();
      TestCluster.await(
          "the node to end",
          () -> {
            cluster.writeMuch(); // The database has reserved some space for its log.
            return !server.isAlive();
          });
      cluster.smallDisk().free();
      server.restart();
      cluster.awaitMember(server);
    }
  };

  private static final int MIN_MILLIS = 500;
  private static final int MAX_MILLIS = 2_000;

  private final boolean ofTheNetwork;

  Torment() {
    this(false);
  }

  Torment(boolean ofTheNetwork) {
    this.ofTheNetwork = ofTheNetwork;
  }

  /** Whether it needs a network in which each two nodes have ways of their own. */
  boolean isOfTheNetwork() {
    return ofTheNetwork;
  }

  /** Has it happen for a moment. */
  abstract void inflict(TorturedCluster cluster, Random random)
      throws IOException, InterruptedException;

  /** A random node, in half of all cases the leader. */
  private static int anyNode(TorturedCluster cluster, Random random) throws InterruptedException {
    return random.nextBoolean() ? cluster.awaitLeader() : 1 + random.nextInt(TorturedCluster.NODES);
  }

  private static void someTime(Random random) {
    int millis = MIN_MILLIS + random.nextInt(MAX_MILLIS - MIN_MILLIS);
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private static void kill(TorturedCluster cluster, Random random, List<Integer> nodes)
      throws IOException, InterruptedException {
    for (int node : nodes) {
      cluster.server(node).kill();
    }
    someTime(random);
    for (int node : nodes) {
      cluster.server(node).restart();
    }
    for (int node : nodes) {
      cluster.awaitMember(cluster.server(node));
    }
  }
}
