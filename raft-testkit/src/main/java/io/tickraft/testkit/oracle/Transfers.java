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
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A leader hands over to one voter at a time, takes no proposals meanwhile, and goes on after an
 * election timeout at the latest (thesis 3.10). Each transfer has one outcome.
 */
public final class Transfers implements Oracle {

  /** What is known of a node since it was opened. */
  private static final class Leader {
    private final int electionTicks;
    private @Nullable NodeView view;

    /** Since its transfer has begun. */
    private long ticks;

    /** Ticks and messages since the view. Several may begin a transfer and end it in one step. */
    private int inputs;

    /** Whom others have asked to transfer to since the view. */
    private final List<Long> asked = new ArrayList<>();

    /** The targets of the transfers whose outcomes are due. */
    private final List<Long> due = new ArrayList<>();

    Leader(int electionTicks) {
      this.electionTicks = electionTicks;
    }

    boolean isTransferring() {
      return view != null && Transfers.isTransferring(view);
    }
  }

  private final ConfigurationHistory history;
  private final Map<Long, Leader> leaders = new TreeMap<>();

  /**
   * Judges by what others remember.
   *
   * @param history told of each event before this
   */
  public Transfers(ConfigurationHistory history) {
    this.history = history;
  }

  @Override
  public void configured(long node, RaftConfig config) {
    leaders.put(node, new Leader(config.electionTicks()));
  }

  private Leader leader(long node) {
    return leaders.computeIfAbsent(node, n -> new Leader(Integer.MAX_VALUE));
  }

  @Override
  public void ticked(long node) {
    leader(node).ticks++;
    leader(node).inputs++;
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
      leader.due.addAll(leader.asked); // Perhaps they have begun, and ended as well.
    }
    leader.view = view;
    leader.inputs = 0;
    leader.asked.clear();
    if (!isTransferring(view)) {
      return;
    }
    if (!hasChanged && before != null && view.leadsOnFrom(before) && isTransferring(before)) {
      goesOn(leader, before, view);
    } else {
      begins(leader, view);
    }
  }

  private void begins(Leader leader, NodeView view) {
    leader.ticks = 0;
    if (!leader.due.contains(view.transferTarget())) {
      leader.due.add(view.transferTarget()); // Another node has asked for it.
    }
    Members members = history.inEffect(view);
    if (view.transferTarget() == view.node()
        || (members != null && !members.isVoter(view.transferTarget()))) {
      throw new OracleViolation(
          "transfers to voters",
          "leader " + view.node() + " hands over to " + view.transferTarget());
    }
  }

  private static void goesOn(Leader leader, NodeView before, NodeView view) {
    if (before.transferTarget() != view.transferTarget()) {
      throw new OracleViolation(
          "one transfer at a time",
          "leader "
              + view.node()
              + " hands over to "
              + view.transferTarget()
              + " before it is done with "
              + before.transferTarget());
    }
    if (leader.ticks >= leader.electionTicks) {
      throw new OracleViolation(
          "transfers end in time",
          "leader "
              + view.node()
              + " hands over to "
              + view.transferTarget()
              + " since "
              + leader.ticks
              + " ticks");
    }
  }

  @Override
  public void proposed(long node, ProposeResult result) {
    if (result instanceof ProposeResult.Accepted && leader(node).isTransferring()) {
      throw takes(node, "a command");
    }
  }

  @Override
  public void changeProposed(long node, ConfChange change, ConfChangeResult result) {
    if (result instanceof ConfChangeResult.Accepted && leader(node).isTransferring()) {
      throw takes(node, "a membership change");
    }
  }

  private static OracleViolation takes(long node, String what) {
    return new OracleViolation(
        "no proposals during a transfer", "leader " + node + " takes " + what);
  }

  @Override
  public void transferRequested(long node, long target, TransferResult result) {
    if (!(result instanceof TransferResult.Rejected)) {
      leader(node).due.add(target);
    }
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    for (Outcome outcome : ready.outcomes()) {
      if (outcome instanceof Outcome.TransferEnded ended) {
        ended(node, ended.target());
      } else if (outcome instanceof Outcome.TransferRejected rejected) {
        ended(node, rejected.target());
      }
    }
  }

  private void ended(long node, long target) {
    if (!leader(node).due.remove(target)) {
      throw new OracleViolation(
          "one outcome of a transfer",
          "node " + node + " has an outcome of a transfer to " + target + " that is not due");
    }
  }
}
