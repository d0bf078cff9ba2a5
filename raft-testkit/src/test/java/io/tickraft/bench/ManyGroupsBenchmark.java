package io.tickraft.bench;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RawNode;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures a tick and {@code hasReady()} of 10,000 idle groups, for each group. Prints the heap
 * that each group's node retains without its storage, as a line {@code # Heap}. Heartbeats are
 * never due.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=ManyGroups
 * }</pre>
 */
public class ManyGroupsBenchmark extends OneThread {

  private static final int GROUPS = 10_000;

  /** The role of this process's node in each group. */
  @Param({"leader", "follower"})
  public String role;

  private final List<MemoryStorage> storages = new ArrayList<>();
  private final List<RawNode> nodes = new ArrayList<>(GROUPS);

  /** Opens the nodes, and measures what they retain. */
  @Setup
  public void open() {
    for (int i = 0; i < GROUPS; i++) {
      storages.add(IdleNodes.storage());
    }
    // The storage of a leader gets its first entry below: that is part of the figure.
    long before = heapInUse();
    for (int i = 0; i < GROUPS; i++) {
      MemoryStorage storage = storages.get(i);
      nodes.add(
          role.equals("leader") ? IdleNodes.leader(i, storage) : IdleNodes.follower(i, storage));
    }
    System.out.println("# Heap of each " + role + ": " + (heapInUse() - before) / GROUPS + " B");
  }

  /** One tick of every group. */
  @Benchmark
  @OperationsPerInvocation(GROUPS)
  public int tick() {
    int ready = 0;
    for (int i = 0; i < GROUPS; i++) {
      RawNode node = nodes.get(i);
      node.tick();
      ready += node.hasReady() ? 1 : 0;
    }
    return ready;
  }

  private static long heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
