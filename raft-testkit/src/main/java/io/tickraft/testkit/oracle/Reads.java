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
 * Reads are linearizable (thesis 6.4): the index of a read is not below any index that somebody
 * knew to be committed when the read was asked for, and is itself committed. Each read has one
 * outcome.
 */
public final class Reads implements Oracle {

  private final CommittedLog committed;

  /** The highest commit index that a node has shown, be its log seen so far or not. */
  private long highestCommit;

  /** By node and context: what was committed when each read was asked for that is under way. */
  private final Map<Long, Map<ByteString, List<Long>>> underWay = new TreeMap<>();

  /**
   * Judges by what others remember.
   *
   * @param committed told of each event before this
   */
  public Reads(CommittedLog committed) {
    this.committed = committed;
  }

  @Override
  public void opened(long node, Storage storage) {
    underWay.put(node, new TreeMap<>(ByteString.unsignedLexicographicalComparator()));
  }

  @Override
  public void stepped(NodeView view) {
    highestCommit = Math.max(highestCommit, view.commitIndex());
  }

  /** The committed log ends where a node was drained: one that may not write has committed more. */
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
    return underWay
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
            "node " + node + " has an outcome of a read that it was not asked for: " + state);
      }
      if (state instanceof ReadState.Confirmed confirmed) {
        confirmed(node, confirmed.index(), floors);
      } else {
        floors.remove(Collections.max(floors));
      }
    }
  }

  private void confirmed(long node, long index, List<Long> floors) {
    // With one context for several reads, it may be the outcome of any of them.
    Long floor =
        floors.stream().filter(f -> f <= index).max(Comparator.naturalOrder()).orElse(null);
    if (floor == null) {
      throw new OracleViolation(
          "linearizable reads",
          "node "
              + node
              + " confirms a read at "
              + index
              + ", and when it was asked for "
              + Collections.min(floors)
              + " was known to be committed");
    }
    if (index > lastCommitted()) {
      throw new OracleViolation(
          "linearizable reads",
          "node " + node + " confirms a read at " + index + ", which is not committed");
    }
    floors.remove(floor);
  }
}
