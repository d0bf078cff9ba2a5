package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the durable state of each node, whether the node is up or not. It checks nothing
 * itself.
 */
final class Disks implements Oracle {

  /** The durable states by node, in the order in which the nodes were first seen. */
  private Storage[] disks = new Storage[0];

  private long[] nodes = new long[0];

  /** Makes an oracle that has seen nothing yet. */
  Disks() {}

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    put(node, durable);
  }

  @Override
  public void written(long node, ReadyView ready, Storage durable) {
    put(node, durable);
  }

  private void put(long node, Storage durable) {
    int position = position(node);
    if (position == nodes.length) {
      nodes = Arrays.copyOf(nodes, position + 1);
      disks = Arrays.copyOf(disks, position + 1);
      nodes[position] = node;
    }
    disks[position] = durable;
  }

  private int position(long node) {
    int position = 0;
    while (position < nodes.length && nodes[position] != node) {
      position++;
    }
    return position;
  }

  /** {@return a node's durable state; null: its host has taken no Ready yet} */
  @Nullable Storage of(long node) {
    int position = position(node);
    return position == nodes.length ? null : disks[position];
  }

  /** {@return whether a node's disk holds a committed entry, in the log or in a snapshot} */
  boolean holds(long node, long index, long term) {
    Storage disk = of(node);
    return disk != null
        && (index < disk.firstIndex() - 1
            || (index <= disk.lastIndex() && disk.term(index) == term));
  }
}
