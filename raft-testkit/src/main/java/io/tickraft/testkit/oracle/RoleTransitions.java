package io.tickraft.testkit.oracle;

import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import org.jspecify.annotations.Nullable;

/**
 * How terms and roles change (Raft paper, figure 4 and section 5.1). A term rises only to that of a
 * message, or by a campaign of the node itself by one. A node leads only after it was a candidate
 * in that term, and has its own vote. A node starts with the term, the vote and the commit index of
 * its disk. A follower that has granted its vote does not campaign before an election timeout has
 * passed (figure 2, rules for followers).
 *
 * <p>If several inputs were delivered together, only their result is known, and how terms and roles
 * have changed is not checked.
 */
final class RoleTransitions implements Oracle {

  /** A node's state since it was opened. */
  private static final class Node {
    private @Nullable NodeView view;

    /** The hard state that it starts with; null after the first view. */
    private @Nullable HardState starting;

    /** The number of ticks and messages since the view. */
    private int inputs;

    /** The last message since the view. */
    private @Nullable Message message;

    /** The ticks since it has granted its vote. */
    private long ticksSinceGrant = Long.MAX_VALUE;

    /** It was told to campaign since then. */
    private boolean isOrdered;

    void grants(boolean isAlone) {
      // With other inputs, it is not known how many ticks came after the grant.
      ticksSinceGrant = isAlone ? 0 : Long.MAX_VALUE;
      isOrdered = false;
    }
  }

  private final ByNode<RaftConfig> configs = new ByNode<>();
  private final ByNode<Node> nodes = new ByNode<>(node -> new Node());

  /** Makes an oracle that has seen nothing yet. */
  RoleTransitions() {}

  @Override
  public void configured(long node, RaftConfig config) {
    configs.put(node, config);
  }

  @Override
  public void opened(long node, Storage storage) {
    Node opened = new Node();
    opened.starting = storage.initialState();
    nodes.put(node, opened);
  }

  @Override
  public void ticked(long node) {
    Node ticking = nodes.of(node);
    ticking.inputs++;
    if (ticking.ticksSinceGrant != Long.MAX_VALUE) {
      ticking.ticksSinceGrant++;
    }
  }

  @Override
  public void campaigning(long node) {
    nodes.of(node).isOrdered = true;
  }

  @Override
  public void received(long node, Message message) {
    Node receiver = nodes.of(node);
    receiver.inputs++;
    receiver.message = message;
    receiver.isOrdered |= message.hasTimeoutNow();
  }

  @Override
  public void stepped(NodeView view) {
    Node node = nodes.of(view.node());
    NodeView before = node.view;
    if (node.starting != null) {
      starts(node.starting, view);
      node.starting = null;
    }
    if (view.role() == RoleName.LEADER && view.vote() != view.node()) {
      throw new OracleViolation(
          "leaders have their own vote", "leader " + view.node() + " votes for " + view.vote());
    }
    if (before != null && node.inputs <= 1) {
      if (view.term() != before.term()) {
        risesTo(before, view, node.message);
      }
      if (view.isNewLeaderAfter(before)
          && (before.role() != RoleName.CANDIDATE || before.term() != view.term())) {
        throw new OracleViolation(
            "candidates become leaders",
            before.role()
                + " "
                + view.node()
                + " of term "
                + before.term()
                + " becomes the leader of term "
                + view.term());
      }
    }
    if (before != null) {
      waits(node, before, view);
    }
    node.view = view;
    node.inputs = 0;
    node.message = null;
  }

  private void waits(Node node, NodeView before, NodeView view) {
    boolean campaigns =
        before.role() == RoleName.FOLLOWER
            && (view.role() == RoleName.PRE_CANDIDATE || view.role() == RoleName.CANDIDATE);
    RaftConfig config = configs.get(view.node());
    if (campaigns
        && config != null
        && !node.isOrdered
        && node.ticksSinceGrant < config.electionTicks()) {
      throw new OracleViolation(
          "voters wait for their candidate",
          "node "
              + view.node()
              + " campaigns "
              + node.ticksSinceGrant
              + " ticks after it has granted its vote to "
              + before.vote());
    }
    boolean isNewVote = view.vote() != before.vote() || view.term() != before.term();
    if (isNewVote && view.vote() != 0 && view.vote() != view.node()) {
      node.grants(node.inputs == 1);
    }
  }

  private static void starts(HardState disk, NodeView view) {
    if (view.term() < disk.getTerm()
        || (view.term() == disk.getTerm() && view.vote() != disk.getVote())
        || view.commitIndex() < disk.getCommit()) {
      throw new OracleViolation(
          "nodes start with what their disk holds",
          "node "
              + view.node()
              + " starts in term "
              + view.term()
              + " with vote "
              + view.vote()
              + " and commit index "
              + view.commitIndex()
              + ", but its disk has term "
              + disk.getTerm()
              + ", vote "
              + disk.getVote()
              + " and commit index "
              + disk.getCommit());
    }
  }

  private static void risesTo(NodeView before, NodeView view, @Nullable Message message) {
    boolean campaigns = view.vote() == view.node();
    boolean isOrdered =
        message != null && message.hasTimeoutNow() && view.term() == message.getTerm() + 1;
    boolean isGiven = message != null && view.term() == message.getTerm();
    if (!isGiven && !(campaigns && (view.term() == before.term() + 1 || isOrdered))) {
      throw new OracleViolation(
          "terms come from campaigns",
          "the term of node "
              + view.node()
              + " rises from "
              + before.term()
              + " to "
              + view.term()
              + (message == null
                  ? ", without a message"
                  : ", by " + message.getBodyCase() + " of term " + message.getTerm()));
    }
  }
}
