package io.tickraft.testkit.fuzz;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.testkit.oracle.Oracle;
import java.util.List;

/**
 * The highest index at which any log had a membership change. The change may be lost everywhere,
 * but in an append that is still in flight.
 */
final class LastChange implements Oracle {

  private long index;

  /** Returns the index; 0 if there was no change. */
  long index() {
    return index;
  }

  @Override
  public void changeProposed(long node, ConfChange change, ConfChangeResult result) {
    // The log of a node whose host is busy has the change before a Ready has it.
    if (result instanceof ConfChangeResult.Accepted accepted) {
      index = Math.max(index, accepted.index());
    }
  }

  @Override
  public void appended(long node, List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE) {
        index = Math.max(index, entry.getIndex());
      }
    }
  }
}
