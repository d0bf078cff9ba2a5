package io.tickraft.testkit.contract;

import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** A group of watched hosts in one thread, on a network that loses, repeats and delays messages. */
final class WatchedGroup {

  /** Creates a host. */
  interface Hosts {
    WatchedHost create(long id, HostWatch watch, Random random, Consumer<Message> network);
  }

  final List<WatchedHost> hosts = new ArrayList<>();
  private final Random random;
  private final List<Message> network = new ArrayList<>();

  /** The node that is cut off; 0: none. */
  private long cutOff;

  private int restarts;
  private int snapshots;

  WatchedGroup(long seed, HostWatch watch, Hosts factory) {
    this.random = new Random(seed);
    for (long id = 1; id <= 3; id++) {
      hosts.add(factory.create(id, watch, random, this::send));
    }
  }

  private void send(Message message) {
    if (message.hasInstallSnapshot()) {
      snapshots++;
    }
    boolean passes = message.getTo() != cutOff && message.getFrom() != cutOff;
    if (passes && message.getTo() <= hosts.size() && random.nextInt(20) > 0) {
      network.add(message);
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
    }
  }

  private void step() {
    WatchedHost host = hosts.get(random.nextInt(hosts.size()));
    int what = random.nextInt(1_000);
    if (what < 150) {
      hosts.forEach(WatchedHost::tick);
    } else if (what < 250) {
      host.propose();
    } else if (what < 260) {
      host.change();
    } else if (what < 280) {
      host.read();
    } else if (what < 290) {
      host.compact();
    } else if (what < 294) {
      restarts++;
      host.crash();
    } else if (what < 300) {
      cutOff = random.nextInt(4);
    } else if (!network.isEmpty()) {
      // Nearly in order.
      int next = random.nextInt(Math.min(5, network.size()));
      Message message = random.nextInt(50) == 0 ? network.get(next) : network.remove(next);
      hosts.get((int) message.getTo() - 1).step(message);
    }
  }

  /** The lowest applied index of a host. */
  long applied() {
    return hosts.stream().mapToLong(host -> host.applied).min().orElse(0);
  }

  int restarts() {
    return restarts;
  }

  int snapshots() {
    return snapshots;
  }
}
