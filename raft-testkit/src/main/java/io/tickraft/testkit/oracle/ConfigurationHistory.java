package io.tickraft.testkit.oracle;

import com.google.protobuf.ByteString;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configurations of the group, computed from the committed membership changes. On each node the
 * configuration after its applied index is in effect. Each snapshot carries the configuration after
 * its last index (thesis 4.1 and 5.1).
 */
final class ConfigurationHistory implements Oracle {

  private static final String PROMISE = "configuration";

  private final GhostLogs logs;
  private final CommittedLog committed;

  /** The configurations, by the index of the change or snapshot after which they are in effect. */
  private final TreeMap<Long, Members> configurations = new TreeMap<>();

  /** The indexes of the committed changes that were impossible. */
  private final TreeMap<Long, Boolean> impossible = new TreeMap<>();

  /** A configuration in effect, and the expected one that it was last compared with. */
  private static final class Checked {
    private @Nullable ConfState inEffect;
    private @Nullable Members due;
  }

  /** The last comparison, by node: saves one in each step, as configurations change rarely. */
  private final ByNode<Checked> lastChecked = new ByNode<>(node -> new Checked());

  // The last entry of the configurations: most look-ups are for an index at or after this one.
  private long latestIndex = Long.MAX_VALUE;
  private @Nullable Members latest;

  /**
   * The index up to which {@link #configurations} takes the committed changes into account; never
   * falls.
   */
  private long computed;

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   * @param committed the committed log; must get each event before this oracle
   */
  ConfigurationHistory(GhostLogs logs, CommittedLog committed) {
    this.logs = logs;
    this.committed = committed;
  }

  @Override
  public void opened(long node, Storage storage) {
    if (storage.snapshot() instanceof Storage.SnapshotResult.Available available) {
      check("starts from", node, available.snapshot());
    }
  }

  @Override
  public void snapshotInstalled(long node, Snapshot snapshot) {
    check("installs", node, snapshot);
  }

  @Override
  public void sent(Message message, Storage durable) {
    if (message.hasInstallSnapshot()) {
      check("sends", message.getFrom(), message.getInstallSnapshot().getSnapshot());
    }
  }

  private void check(String action, long node, Snapshot snapshot) {
    SnapshotMetadata metadata = snapshot.getMetadata();
    Members carried = Members.of(metadata.getConfState());
    Members known = at(metadata.getIndex());
    if (metadata.getIndex() > computed || known == null) {
      // This oracle has seen no commit up to there: it starts from this snapshot.
      if (metadata.getIndex() > 0) {
        put(metadata.getIndex(), carried);
        computed = Math.max(computed, metadata.getIndex());
      }
    } else if (!known.equals(carried)) {
      throw new OracleViolation(
          PROMISE,
          "node "
              + node
              + " "
              + action
              + " a snapshot at "
              + metadata.getIndex()
              + " with "
              + carried
              + " instead of "
              + known);
    }
  }

  @Override
  public void stepped(NodeView view) {
    long last = committed.last();
    for (long i = computed + 1; i <= last; i++) {
      ByteString change = logs.change(i, committed.at(i).term());
      Members before = at(i);
      if (change != null && before != null) {
        Members after = before.after(change);
        if (after == null) {
          impossible.put(i, true);
        }
        put(i, after == null ? before : after);
      }
    }
    computed = Math.max(computed, last);
    if (view.appliedIndex() == 0 && view.confState().equals(ConfState.getDefaultInstance())) {
      return; // It joins, and has no configuration yet.
    }
    Members due = at(view.appliedIndex());
    if (due != null && view.appliedIndex() <= computed) {
      check(view, due);
    }
  }

  private void put(long index, Members members) {
    configurations.put(index, members);
    latestIndex = configurations.lastKey();
    latest = configurations.lastEntry().getValue();
  }

  private void check(NodeView view, Members due) {
    Checked last = lastChecked.of(view.node());
    if (due.equals(last.due) && view.confState().equals(last.inEffect)) {
      return;
    }
    last.due = due;
    last.inEffect = view.confState();
    Members inEffect = Members.of(view.confState());
    if (!due.equals(inEffect)) {
      throw new OracleViolation(
          PROMISE,
          "node "
              + view.node()
              + " with applied index "
              + view.appliedIndex()
              + " has the configuration "
              + inEffect
              + " instead of "
              + due);
    }
  }

  /** {@return the configuration after an index; null: unknown} */
  @Nullable Members at(long index) {
    if (index >= latestIndex) {
      return latest;
    }
    Map.Entry<Long, Members> entry = configurations.floorEntry(index);
    return entry == null ? null : entry.getValue();
  }

  /** {@return the configuration after a node's applied index; null: unknown} */
  @Nullable Members inEffect(NodeView view) {
    return at(view.appliedIndex());
  }

  /**
   * {@return whether these ids are a quorum of any configuration after an index in {@code
   * from..to}; also true if the configuration after {@code from} is unknown}
   */
  boolean hadQuorum(Collection<Long> ids, long from, long to) {
    Members first = at(from);
    return first == null
        || first.hasQuorum(ids)
        || configurations.subMap(from, false, Math.max(from, to), true).values().stream()
            .anyMatch(members -> members.hasQuorum(ids));
  }

  /** {@return whether the committed change at an index was impossible} */
  boolean isImpossible(long index) {
    return impossible.containsKey(index);
  }
}
