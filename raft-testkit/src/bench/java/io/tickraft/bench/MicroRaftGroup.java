package io.tickraft.bench;

import io.microraft.Ordered;
import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.message.RaftMessage;
import io.microraft.persistence.NopRaftStore;
import io.microraft.statemachine.StateMachine;
import io.microraft.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Three MicroRaft nodes in one thread, whose messages are handed over in memory. They have no
 * storage, and a state machine that counts.
 */
final class MicroRaftGroup {

  /** The name of a node. */
  private record Endpoint(int number) implements RaftEndpoint {
    @Override
    public Object getId() {
      return number;
    }
  }

  private static final byte[] COMMAND = new byte[16];
  private static final long ELECTION_NANOS = 30_000_000_000L;

  private final TaskQueue queue = new TaskQueue();
  private final List<RaftNode> nodes = new ArrayList<>();
  private final List<Counter> counters = new ArrayList<>();
  private final RaftNode leader;
  private long proposed;
  private long completed;
  private long failures;

  MicroRaftGroup() {
    List<RaftEndpoint> members = List.of(new Endpoint(0), new Endpoint(1), new Endpoint(2));
    RaftConfig config =
        RaftConfig.newBuilder()
            .setCommitCountToTakeSnapshot((int) PumpedGroup.COMPACTION)
            .setAppendEntriesRequestBatchSize(1024)
            .setMaxPendingLogEntryCount(4096)
            .build();
    for (RaftEndpoint member : members) {
      Counter counter = new Counter();
      counters.add(counter);
      nodes.add(
          RaftNode.newBuilder()
              .setGroupId("bench")
              .setLocalEndpoint(member)
              .setInitialGroupMembers(members)
              .setConfig(config)
              .setExecutor(queue)
              .setTransport(new Direct())
              .setStateMachine(counter)
              .setStore(new NopRaftStore())
              .setRandom(new Random(counters.size()))
              .build());
    }
    for (RaftNode node : nodes) {
      // A failed start shows as a missing leader.
      var unused = node.start();
    }
    leader = elect();
  }

  /** Replicates one operation, and returns when all three have applied it. */
  long replicate() {
    propose();
    drain();
    for (Counter counter : counters) {
      if (counter.applied != proposed) {
        throw new IllegalStateException(counter.applied + " of " + proposed + " applied");
      }
    }
    return checked();
  }

  /** Replicates one operation, and returns when fewer than {@code limit} are outstanding. */
  long replicate(int limit) {
    propose();
    while (proposed - completed >= limit) {
      if (!queue.runOne()) {
        queue.queueDueTasks();
      }
    }
    return checked();
  }

  private long checked() {
    if (failures > 0 || completed > proposed) {
      throw new IllegalStateException(failures + " of " + proposed + " failed");
    }
    return completed;
  }

  private void propose() {
    proposed++;
    CompletableFuture<Ordered<Object>> future = leader.replicate(COMMAND);
    var unused =
        future.whenComplete(
            (result, failure) -> {
              if (failure != null) {
                failures++;
              }
              completed++;
            });
  }

  private void drain() {
    while (queue.runOne()) {
      // The queue holds what is left to do.
    }
  }

  private RaftNode elect() {
    long deadline = System.nanoTime() + ELECTION_NANOS;
    while (System.nanoTime() - deadline < 0) {
      queue.queueDueTasks();
      drain();
      for (RaftNode node : nodes) {
        if (node.getLocalEndpoint().equals(node.getTerm().getLeaderEndpoint())) {
          return node;
        }
      }
      Thread.onSpinWait();
    }
    throw new IllegalStateException("no leader");
  }

  /** Hands messages over. */
  private final class Direct implements Transport {
    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
      nodes.get(((Endpoint) target).number()).handle(message);
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
      return true;
    }
  }

  /** A state machine that counts the operations of the benchmark. */
  private static final class Counter implements StateMachine {
    private long applied;

    @Override
    public Object runOperation(long index, Object operation) {
      if (operation == COMMAND) {
        applied++;
      }
      return operation;
    }

    @Override
    public void takeSnapshot(long index, Consumer<Object> chunks) {
      chunks.accept(applied);
    }

    @Override
    public void installSnapshot(long index, List<Object> chunks) {
      applied = (Long) chunks.get(0);
    }

    @Override
    public Object getNewTermOperation() {
      return "new term";
    }
  }
}
