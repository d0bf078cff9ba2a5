package io.tickraft.testkit.text;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.LogId;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftText;
import io.tickraft.core.ReadResult;
import io.tickraft.core.RoleName;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.Entry;
import io.tickraft.testkit.oracle.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The text of what a step of a node changes, and of the results of its host's calls. */
public final class StepText {

  private StepText() {}

  /**
   * Describes the changes of role, term, vote, commit index and configuration.
   *
   * @param before the node's state before the step; null if it is not known
   * @param after the node's state after the step
   * @return a text for each change; empty if there is none, or {@code before} is null
   */
  public static List<String> changes(@Nullable NodeView before, NodeView after) {
    List<String> changes = new ArrayList<>();
    if (before == null) {
      return changes;
    }
    if (!role(before).equals(role(after))) {
      changes.add(role(after));
    }
    if (after.vote() != 0 && (before.term() != after.term() || before.vote() != after.vote())) {
      changes.add("votes for " + after.vote());
    }
    if (before.commitIndex() != after.commitIndex()) {
      changes.add("commit " + after.commitIndex());
    }
    if (!before.confState().equals(after.confState())) {
      changes.add(RaftText.of(after.confState()));
    }
    return changes;
  }

  private static String role(NodeView view) {
    return words(view.role()).replace(' ', '-')
        + (view.role() == RoleName.FOLLOWER && view.leader() != 0 ? " of " + view.leader() : "")
        + " in term "
        + view.term();
  }

  /**
   * Describes the result of a proposal.
   *
   * @param result the result
   * @return its text
   */
  public static String of(ProposeResult result) {
    if (result instanceof ProposeResult.Accepted accepted) {
      return "accepted at " + RaftText.of(new LogId(accepted.term(), accepted.firstIndex()));
    } else if (result instanceof ProposeResult.Forwarded forwarded) {
      return "forwarded to " + forwarded.leader();
    } else if (result instanceof ProposeResult.Rejected rejected) {
      return "rejected, " + words(rejected.reason());
    }
    return result.toString();
  }

  /**
   * Describes the result of the proposal of a membership change.
   *
   * @param result the result
   * @return its text
   */
  public static String of(ConfChangeResult result) {
    if (result instanceof ConfChangeResult.Accepted accepted) {
      return "accepted at " + RaftText.of(new LogId(accepted.term(), accepted.index()));
    } else if (result instanceof ConfChangeResult.Rejected rejected) {
      return "rejected, " + words(rejected.reason());
    }
    return result.toString();
  }

  /**
   * Describes the result of a request for a transfer.
   *
   * @param result the result
   * @return its text
   */
  public static String of(TransferResult result) {
    if (result instanceof TransferResult.Started) {
      return "started";
    } else if (result instanceof TransferResult.Forwarded forwarded) {
      return "forwarded to " + forwarded.leader();
    } else if (result instanceof TransferResult.Rejected rejected) {
      return "rejected, " + words(rejected.reason());
    }
    return result.toString();
  }

  /**
   * Describes the result of a request for a read.
   *
   * @param result the result
   * @return its text
   */
  public static String of(ReadResult result) {
    return result instanceof ReadResult.Rejected rejected
        ? "rejected, " + words(rejected.reason())
        : "accepted";
  }

  /**
   * Describes which entries are applied.
   *
   * @param entries the entries, at least one
   * @return such as {@code applies 4..6}
   */
  public static String applied(List<Entry> entries) {
    long first = entries.get(0).getIndex();
    long last = entries.get(entries.size() - 1).getIndex();
    return "applies " + first + (last == first ? "" : ".." + last);
  }

  private static String words(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
