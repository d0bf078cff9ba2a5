package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the durable state of each node, whether the node is up or not. It checks nothing
 * itself.
 */
public final class Disks implements Oracle {

  private final Map<Long, Storage> disks = new TreeMap<>();

  /** Makes an oracle that has seen nothing yet. */
  public Disks() {}

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    disks.put(node, durable);
  }

  @Override
  public void written(long node, ReadyView ready, Storage durable) {
    disks.put(node, durable);
  }

  /** {@return a node's durable state; null: its host has taken no Ready yet} */
  @Nullable Storage of(long node) {
    return disks.get(node);
  }

  /** {@return the nodes whose disks hold a committed entry, in the log or in a snapshot} */
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
