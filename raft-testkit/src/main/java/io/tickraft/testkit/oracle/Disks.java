package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Knows what is on each node's disk for certain, whether the node is up or not. No promises. */
public final class Disks implements Oracle {

  private final Map<Long, Storage> disks = new TreeMap<>();

  /** Knows no disk yet. */
  public Disks() {}

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    disks.put(node, durable);
  }

  @Override
  public void written(long node, ReadyView ready, Storage durable) {
    disks.put(node, durable);
  }

  /** What is on a node's disk; null: it never wrote anything. */
  @Nullable Storage of(long node) {
    return disks.get(node);
  }

  /** The nodes whose disks hold an entry of the committed log, be it in a snapshot. */
  SortedSet<Long> holding(long index, long term) {
    TreeSet<Long> holders = new TreeSet<>();
    disks.forEach(
        (node, disk) -> {
          if (index < disk.firstIndex() - 1
              || (index <= disk.lastIndex() && disk.term(index) == term)) {
            holders.add(node);
          }
        });
    return holders;
  }
}
