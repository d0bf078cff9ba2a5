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
 * The configurations of the group, as the committed changes make them one after the other. Each
 * node has the one that holds after its applied index in effect, and each snapshot carries the one
 * that holds after its own (thesis 4.1 and 5.1).
 */
public final class ConfigurationHistory implements Oracle {

  private static final String PROMISE = "configuration";

  private final GhostLogs logs;
  private final CommittedLog committed;

  /** Configurations by the index after which they hold. */
  private final TreeMap<Long, Members> configurations = new TreeMap<>();

  /** The committed changes that could not be made. */
  private final TreeMap<Long, Boolean> impossible = new TreeMap<>();

  /** A configuration in effect, and what it was found equal to. */
  private record Checked(ConfState inEffect, Members due) {}

  /** By node: configurations change seldom, and are looked at in every step. */
  private final Map<Long, Checked> lastChecked = new TreeMap<>();

  /** The index up to which the committed changes are made. */
  private long computed;

  /**
   * Judges by what others remember.
   *
   * @param logs told of each event before this
   * @param committed told of each event before this
   */
  public ConfigurationHistory(GhostLogs logs, CommittedLog committed) {
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

  private void check(String deed, long node, Snapshot snapshot) {
    SnapshotMetadata metadata = snapshot.getMetadata();
    Members carried = Members.of(metadata.getConfState());
    Members known = at(metadata.getIndex());
    if (metadata.getIndex() > computed || known == null) {
      // Nobody has committed so much in sight of this oracle: it is where this watch begins.
      if (metadata.getIndex() > 0) {
        configurations.put(metadata.getIndex(), carried);
        computed = Math.max(computed, metadata.getIndex());
      }
    } else if (!known.equals(carried)) {
      throw new OracleViolation(
          PROMISE,
          "node "
              + node
              + " "
              + deed
              + " a snapshot at "
              + metadata.getIndex()
              + " with "
              + carried
              + ", where there was "
              + known);
    }
  }

  @Override
  public void stepped(NodeView view) {
    for (long i = computed + 1; i <= committed.last(); i++) {
      ByteString change = logs.change(i, committed.at(i).term());
      Members before = at(i);
      if (change != null && before != null) {
        Members after = before.after(change);
        if (after == null) {
          impossible.put(i, true);
        }
        configurations.put(i, after == null ? before : after);
      }
    }
    computed = Math.max(computed, committed.last());
    if (view.appliedIndex() == 0 && view.confState().equals(ConfState.getDefaultInstance())) {
      return; // It joins.
    }
    Members due = at(view.appliedIndex());
    if (due != null && view.appliedIndex() <= computed) {
      check(view, due);
    }
  }

  private void check(NodeView view, Members due) {
    Checked last = lastChecked.get(view.node());
    if (last != null && last.due.equals(due) && last.inEffect.equals(view.confState())) {
      return;
    }
    lastChecked.put(view.node(), new Checked(view.confState(), due));
    Members inEffect = Members.of(view.confState());
    if (!due.equals(inEffect)) {
      throw new OracleViolation(
          PROMISE,
          "node "
              + view.node()
              + " has applied "
              + view.appliedIndex()
              + ", and in effect is "
              + inEffect
              + " instead of "
              + due);
    }
  }

  /** The configuration that holds after an index; null: unknown. */
  @Nullable Members at(long index) {
    Map.Entry<Long, Members> entry = configurations.floorEntry(index);
    return entry == null ? null : entry.getValue();
  }

  /** The configuration in effect where a node is; null: unknown. */
  @Nullable Members inEffect(NodeView view) {
    return at(view.appliedIndex());
  }

  /**
   * Whether these are a quorum of a configuration that holds after one of these indexes, or whether
   * that is unknown.
   */
  boolean hadQuorum(Collection<Long> ids, long from, long to) {
    Members first = at(from);
    return first == null
        || first.hasQuorum(ids)
        || configurations.subMap(from, false, Math.max(from, to), true).values().stream()
            .anyMatch(members -> members.hasQuorum(ids));
  }

  /** Whether the committed change at an index could not be made. */
  boolean isImpossible(long index) {
    return impossible.containsKey(index);
  }
}
