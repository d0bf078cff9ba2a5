package io.tickraft.testkit.oracle;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.Outcome;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A leader transfers leadership to one voter at a time and accepts no proposals during the
 * transfer. The transfer ends within an election timeout (thesis 3.10) and has one outcome.
 */
final class Transfers implements Oracle {

  /** A node's state since it was opened. */
  private static final class Leader {
    private final int electionTicks;

    /** Its last view; null: none yet. */
    private @Nullable NodeView view;

    /** Ticks since its transfer began. */
    private long ticks;

    /**
     * The number of ticks and messages since the view. If there are several, a transfer may begin
     * and end in one step.
     */
    private int inputs;

    /** The targets of the transfers that other nodes have asked for since the view. */
    private final List<Long> asked = new ArrayList<>();

    /** The targets of the transfers that have no outcome yet. */
    private final List<Long> pending = new ArrayList<>();

    Leader(int electionTicks) {
      this.electionTicks = electionTicks;
    }

    boolean isTransferring() {
      return view != null && Transfers.isTransferring(view);
    }
  }

  private final ConfigurationHistory history;
  private final ByNode<Leader> leaders = new ByNode<>(node -> new Leader(Integer.MAX_VALUE));

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param history the configurations of the group; must get each event before this oracle
   */
  Transfers(ConfigurationHistory history) {
    this.history = history;
  }

  @Override
  public void configured(long node, RaftConfig config) {
    leaders.put(node, new Leader(config.electionTicks()));
  }

  private Leader leader(long node) {
    return leaders.of(node);
  }

  @Override
  public void ticked(long node) {
    Leader leader = leader(node);
    leader.ticks++;
    leader.inputs++;
  }

  @Override
  public void received(long node, Message message) {
    leader(node).inputs++;
    if (message.hasTransferLeader()) {
      leader(node).asked.add(message.getTransferLeader().getTarget());
    }
  }

  private static boolean isTransferring(NodeView view) {
    return view.role() == RoleName.LEADER && view.transferTarget() != 0;
  }

  @Override
  public void stepped(NodeView view) {
    Leader leader = leader(view.node());
    NodeView before = leader.view;
    boolean hasChanged = leader.inputs > 1 && !leader.asked.isEmpty();
    if (hasChanged) {
      leader.pending.addAll(leader.asked); // They may have begun and ended.
    }
    leader.view = view;
    leader.inputs = 0;
    leader.asked.clear();
    if (!isTransferring(view)) {
      return;
    }
    if (!hasChanged && before != null && view.leadsOnFrom(before) && isTransferring(before)) {
      continues(leader, before, view);
    } else {
      begins(leader, view);
    }
  }

  private void begins(Leader leader, NodeView view) {
    leader.ticks = 0;
    if (!leader.pending.contains(view.transferTarget())) {
      leader.pending.add(view.transferTarget()); // Another node has asked for the transfer.
    }
    Members members = history.inEffect(view);
    if (view.transferTarget() == view.node()
        || (members != null && !members.isVoter(view.transferTarget()))) {
      throw new OracleViolation(
          "transfers to voters",
          "leader " + view.node() + " transfers leadership to " + view.transferTarget());
    }
  }

  private static void continues(Leader leader, NodeView before, NodeView view) {
    if (before.transferTarget() != view.transferTarget()) {
      throw new OracleViolation(
          "one transfer at a time",
          "leader "
              + view.node()
              + " transfers leadership to "
              + view.transferTarget()
              + " before the end of the transfer to "
              + before.transferTarget());
    }
    if (leader.ticks >= leader.electionTicks) {
      throw new OracleViolation(
          "transfers end in time",
          "leader "
              + view.node()
              + " has been transferring leadership to "
              + view.transferTarget()
              + " for "
              + leader.ticks
              + " ticks");
    }
  }

  @Override
  public void proposed(long node, ProposeResult result) {
    if (result instanceof ProposeResult.Accepted && leader(node).isTransferring()) {
      throw accepts(node, "a command");
    }
  }

  @Override
  public void changeProposed(long node, ConfChange change, ConfChangeResult result) {
    if (result instanceof ConfChangeResult.Accepted && leader(node).isTransferring()) {
      throw accepts(node, "a membership change");
    }
  }

  private static OracleViolation accepts(long node, String what) {
    return new OracleViolation(
        "no proposals during a transfer", "leader " + node + " accepts " + what);
  }

  @Override
  public void transferRequested(long node, long target, TransferResult result) {
    if (!(result instanceof TransferResult.Rejected)) {
      leader(node).pending.add(target);
    }
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    if (ready.outcomes().isEmpty()) {
      return;
    }
    for (Outcome outcome : ready.outcomes()) {
      if (outcome instanceof Outcome.TransferEnded ended) {
        ended(node, ended.target());
      } else if (outcome instanceof Outcome.TransferRejected rejected) {
        ended(node, rejected.target());
      }
    }
  }

  private void ended(long node, long target) {
    if (!leader(node).pending.remove(target)) {
      throw new OracleViolation(
          "one outcome of a transfer",
          "node " + node + " has an outcome of a transfer to " + target + " that is not pending");
    }
  }
}
