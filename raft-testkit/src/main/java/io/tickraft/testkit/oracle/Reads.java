package io.tickraft.testkit.oracle;

import com.google.protobuf.ByteString;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.Storage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads are linearizable (thesis 6.4): the index of a read is committed, and is not below the
 * highest commit index of any node when the host asked for the read. Each read has one outcome.
 */
final class Reads implements Oracle {

  private final CommittedLog committed;

  /** The highest commit index of any node, drained or not; never falls. */
  private long highestCommit;

  /**
   * The pending reads, by node and context: for each, the highest commit index when the host asked
   * for it.
   */
  private final Map<Long, Map<ByteString, List<Long>>> pending = new TreeMap<>();

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param committed the committed log; must get each event before this oracle
   */
  Reads(CommittedLog committed) {
    this.committed = committed;
  }

  @Override
  public void opened(long node, Storage storage) {
    pending.put(node, new TreeMap<>(ByteString.unsignedLexicographicalComparator()));
  }

  @Override
  public void stepped(NodeView view) {
    highestCommit = Math.max(highestCommit, view.commitIndex());
  }

  /**
   * {@return the highest index that is known to be committed: a node that is not drained may have
   * committed more than the committed log has}
   */
  private long lastCommitted() {
    return Math.max(committed.last(), highestCommit);
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    if (result instanceof ReadResult.Accepted) {
      reads(node, context).add(lastCommitted());
    }
  }

  private List<Long> reads(long node, ByteString context) {
    return pending
        .computeIfAbsent(node, n -> new TreeMap<>(ByteString.unsignedLexicographicalComparator()))
        .computeIfAbsent(context, c -> new ArrayList<>());
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    for (ReadState state : ready.readStates()) {
      List<Long> floors = reads(node, state.context());
      if (floors.isEmpty()) {
        throw new OracleViolation(
            "one outcome of a read",
            "node " + node + " has an outcome of a read that its host did not ask for: " + state);
      }
      if (state instanceof ReadState.Confirmed confirmed) {
        confirmed(node, confirmed.index(), floors);
      } else {
        floors.remove(Collections.max(floors));
      }
    }
  }

  private void confirmed(long node, long index, List<Long> floors) {
    // Several reads may have the same context: the outcome may belong to any of them.
    Long floor =
        floors.stream().filter(f -> f <= index).max(Comparator.naturalOrder()).orElse(null);
    if (floor == null) {
      throw new OracleViolation(
          "linearizable reads",
          "node "
              + node
              + " confirms a read at "
              + index
              + ", but "
              + Collections.min(floors)
              + " was already committed when the host asked for it");
    }
    if (index > lastCommitted()) {
      throw new OracleViolation(
          "linearizable reads",
          "node " + node + " confirms a read at " + index + ", which is not committed");
    }
    floors.remove(floor);
  }
}
