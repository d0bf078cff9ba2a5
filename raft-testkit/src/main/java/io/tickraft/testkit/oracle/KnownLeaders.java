package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Message;

/**
 * A known leader leads. A node that names a leader of its term names the one that was elected in
 * this term, and itself only if it is that leader; so all nodes of a term name the same one. Only
 * the elected leader of a term sends appends, heartbeats, snapshots and orders to campaign in it
 * (Raft paper, section 5.2).
 */
public final class KnownLeaders implements Oracle {

  private final ElectionSafety elections;

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param elections the leader of each term; must get each event before this oracle
   */
  public KnownLeaders(ElectionSafety elections) {
    this.elections = elections;
  }

  @Override
  public void stepped(NodeView view) {
    boolean leads = view.role() == RoleName.LEADER;
    boolean campaigns = view.role() == RoleName.CANDIDATE || view.role() == RoleName.PRE_CANDIDATE;
    if (leads != (view.leader() == view.node()) || (campaigns && view.leader() != 0)) {
      throw new OracleViolation(
          "a known leader leads",
          view.role() + " " + view.node() + " names the leader " + view.leader());
    }
    if (view.leader() != 0 && elections.leaderOf(view.term()) != view.leader()) {
      throw new OracleViolation(
          "a known leader leads",
          "node "
              + view.node()
              + " names "
              + view.leader()
              + " as the leader of term "
              + view.term()
              + ", in which "
              + elected(view.term()));
    }
  }

  @Override
  public void sent(Message message, Storage durable) {
    switch (message.getBodyCase()) {
      case APPEND, HEARTBEAT, INSTALL_SNAPSHOT, TIMEOUT_NOW -> {
        if (elections.leaderOf(message.getTerm()) != message.getFrom()) {
          throw new OracleViolation(
              "only leaders lead",
              "node "
                  + message.getFrom()
                  + " sends "
                  + message.getBodyCase()
                  + " in term "
                  + message.getTerm()
                  + ", in which "
                  + elected(message.getTerm()));
        }
      }
      default -> {}
    }
  }

  private String elected(long term) {
    long leader = elections.leaderOf(term);
    return leader == 0 ? "no node was elected" : "node " + leader + " was elected";
  }
}
