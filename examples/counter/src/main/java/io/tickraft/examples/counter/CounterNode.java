package io.tickraft.examples.counter;

import com.google.protobuf.ByteString;
import io.tickraft.core.Bootstrap;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.TickSchedule;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A node of a replicated counter: the loop that owns a Raft node. Read this file first. */
class CounterNode {

  private static final String USAGE =
      """
      DIR                                    starts the node of a directory
      DIR found GROUP ID ID=HOST:PORT,...    creates one of the first members of a group
      DIR join GROUP ID HOST:PORT            creates a node that JOIN will add to a group
      GROUP and ID are numbers from 1. No other group has the same GROUP, and no ID is used twice.
      """;

  /** What a thread does, or asks the loop to do. */
  interface Job {
    void run() throws Exception;
  }

  int tickMillis = 100;
  int entriesPerSnapshot = 10_000;

  final CounterLog log;
  final MemoryStorage storage; // What the node reads.
  final RawNode node;
  final Counter counter = new Counter();
  final Network network = new Network(this);
  final Requests requests = new Requests(this);
  final BlockingQueue<Object> inbox = new ArrayBlockingQueue<>(1_000); // Messages and Jobs.

  ConfState configuration; // After the last entry that is applied.
  final int electionTicks;
  private volatile Throwable failure;

  CounterNode(CounterLog log) {
    this(log, log.stored, config(log));
  }

  CounterNode(CounterLog log, MemoryStorage storage, RaftConfig config) {
    this.log = log;
    this.storage = storage;
    // The counter starts from the snapshot, which no Ready repeats. The later entries come again.
    Snapshot snapshot = storage.snapshot().snapshot();
    counter.restore(snapshot);
    configuration = snapshot.getMetadata().getConfState();
    network.learn(counter.addresses);
    electionTicks = config.electionTicks();
    node = RawNode.open(config, storage);
  }

  static RaftConfig config(CounterLog log) {
    return RaftConfig.builder(log.id)
        .group(log.group)
        .incarnation(log.incarnation)
        .maxEntryBytes(1 << 10)
        .maxAppendBytes(1 << 16)
        .build();
  }

  /** The loop. It ends only by an exception, and then the process has to end, too. */
  void run() throws Exception {
    network.listen();
    long tickNanos = TimeUnit.MILLISECONDS.toNanos(tickMillis);
    // After a long pause, twice the election timeout is enough to notice it.
    TickSchedule ticks = new TickSchedule(tickNanos, 20, System.nanoTime());
    while (true) {
      Object first = inbox.poll(ticks.nanosUntilNext(System.nanoTime()), TimeUnit.NANOSECONDS);
      List<Object> inputs = new ArrayList<>(first == null ? List.of() : List.of(first));
      inbox.drainTo(inputs);
      for (int due = ticks.takeDue(System.nanoTime()); due > 0; due--) {
        node.tick();
      }
      turn(inputs);
    }
  }

  /**
   * Ticks come first, then messages, then all else. Only the last acts on timeouts: so a node that
   * was blocked for a while does not campaign if a heartbeat is among the messages.
   */
  void turn(List<Object> inputs) throws Exception {
    if (failure != null) {
      throw new IllegalStateException("a thread of this node has failed", failure);
    }
    for (Object input : inputs) {
      if (input instanceof Message message) {
        node.step(message);
      }
    }
    for (Object input : inputs) {
      if (input instanceof Job job) {
        job.run();
      }
    }
    while (node.hasReady()) {
      handle(node.ready());
    }
    if (counter.applied - CounterLog.snapshotIndex(storage) >= entriesPerSnapshot) {
      compact(counter.applied, counter.save());
    }
  }

  /**
   * Does what a Ready says, in this order. {@link AsyncCounterNode} does not wait for the write.
   */
  void handle(Ready ready) throws IOException {
    send(ready.messages());
    log.persist(ready);
    send(ready.messagesAfterPersist()); // Votes and acknowledgements: a crash must not undo them.
    apply(ready);
    node.advance(ready);
  }

  void send(List<Message> messages) {
    messages.forEach(network::send);
  }

  void apply(Ready ready) throws IOException {
    ready.confState().ifPresent(changed -> configuration = changed);
    if (ready.snapshot().isPresent()) {
      counter.restore(ready.snapshot().get());
      requests.snapshotInstalled(counter.applied);
    }
    for (Entry entry : ready.committedEntries()) {
      counter.apply(entry);
      requests.committed(entry);
    }
    network.learn(counter.addresses);
    ready.readStates().forEach(requests::ended);
    ready.outcomes().forEach(requests::ended);
    requests.answerReads();
  }

  void compact(long index, ByteString state) throws IOException {
    log.compact(index, configuration, state);
  }

  // The process.

  /** Starts a thread. If it fails, so does the loop: half a node is worse than none. */
  void start(Job job) {
    Runnable task =
        () -> {
          try {
            job.run();
          } catch (Throwable e) {
            failure = e;
          }
        };
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  /** The group need not wait for an election timeout if a leader that stops hands over first. */
  private void handOver() {
    try {
      CompletableFuture<String> end = new CompletableFuture<>();
      inbox.put((Job) () -> requests.transfer(end));
      end.get(3, TimeUnit.SECONDS);
    } catch (Exception e) {
      System.err.println("The leadership was not handed over: " + e);
    }
  }

  public static void main(String[] args) throws Exception {
    start(args, CounterNode::new);
  }

  static void start(String[] args, Function<CounterLog, CounterNode> opener) throws Exception {
    boolean creates = args.length == 5 && args[1].matches("found|join");
    if (args.length != 1 && !creates) {
      System.err.print(USAGE);
      System.exit(2);
    }
    CounterLog log = new CounterLog(Path.of(args[0]));
    if (creates) {
      create(
          log, args[1].equals("join"), Long.parseLong(args[2]), Long.parseLong(args[3]), args[4]);
    }
    log.open();
    CounterNode node = opener.apply(log);
    Runtime.getRuntime().addShutdownHook(new Thread(node::handOver));
    try {
      System.err.println("node " + log.id + " serves at " + log.address);
      node.run();
    } catch (Throwable e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1); // Without the hook: this node must not promise anything more.
    }
  }

  static void create(CounterLog log, boolean joins, long group, long id, String members)
      throws IOException {
    if (group < 1) {
      throw new IllegalArgumentException("a group is a number from 1: " + group);
    }
    Counter first = new Counter();
    first.addresses.putAll(Counter.members(joins ? id + "=" + members : members));
    if (!first.addresses.containsKey(id)) {
      throw new IllegalArgumentException("node " + id + " is none of the members " + members);
    }
    if (joins && first.addresses.size() > 1) {
      throw new IllegalArgumentException("one node joins with one address: " + members);
    }
    long[] ids = first.addresses.keySet().stream().mapToLong(Long::longValue).toArray();
    // Each of the first members begins with this same snapshot, a node that joins with nothing.
    Snapshot snapshot =
        joins ? Snapshot.getDefaultInstance() : Bootstrap.snapshot(first.save(), ids);
    log.create(id, group, first.addresses.get(id), snapshot);
  }
}
