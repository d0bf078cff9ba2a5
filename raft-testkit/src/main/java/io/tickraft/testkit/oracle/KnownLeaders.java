package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Message;

/**
 * A known leader leads. A node that names a leader of its term names the one that was elected in
 * this term, and itself only if it is that leader; so all nodes of a term name the same one. Only
 * the elected leader of a term sends appends, heartbeats, snapshots and orders to campaign in it
 * (Raft paper, section 5.2).
 *
 * <p>A candidate that gets several inputs at once may win and step down before it is seen as the
 * leader: then its first such message says that it has led.
 */
final class KnownLeaders implements Oracle {

  /** What is known of a node since it was opened. */
  private static final class Sender {

    /** The latest term in which it has asked for votes. */
    private long asked;

    /** The ticks and messages since it was seen. */
    private int inputs;

    /** A term in which it may have led without being seen as the leader. */
    private long unseen;
  }

  private final ElectionSafety elections;
  private final ByNode<Sender> senders = new ByNode<>(node -> new Sender());

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param elections the leader of each term; must get each event before this oracle
   */
  KnownLeaders(ElectionSafety elections) {
    this.elections = elections;
  }

  @Override
  public void opened(long node, Storage storage) {
    senders.put(node, new Sender());
  }

  @Override
  public void ticked(long node) {
    senders.of(node).inputs++;
  }

  @Override
  public void received(long node, Message message) {
    senders.of(node).inputs++;
  }

  @Override
  public void stepped(NodeView view) {
    Sender sender = senders.of(view.node());
    if (sender.inputs > 1) {
      sender.unseen = sender.asked;
    }
    sender.inputs = 0;
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
      case VOTE -> senders.of(message.getFrom()).asked = message.getTerm();
      case APPEND, HEARTBEAT, INSTALL_SNAPSHOT, TIMEOUT_NOW -> {
        if (senders.of(message.getFrom()).unseen == message.getTerm()) {
          elections.leads(message.getFrom(), message.getTerm());
        }
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
