package io.tickraft.testkit.tables;

import io.tickraft.core.DropReason;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftText;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Message;
import io.tickraft.testkit.fixture.NodeFixture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What came of a message: all of it. */
final class Happened {

  /** The election timeout in ticks. */
  static final int ELECTION_TICKS = 10;

  /** Longer than anything waits. */
  private static final int NEVER = 5 * ELECTION_TICKS;

  final List<String> now = new ArrayList<>();
  final List<String> later = new ArrayList<>();
  final List<String> drops = new ArrayList<>();
  final List<String> tells = new ArrayList<>();
  final List<String> state;

  /** Whether the node leads now. */
  final boolean leads;

  /** Hands a message to a node in a state, and lets the host do all that follows. */
  Happened(State state, Switches switches, Message input) {
    NodeFixture node = state.node().apply(switches);
    Facts before = Facts.of(node);
    node.step(input);
    for (DropReason reason : node.drops()) {
      drops.add(reason.name());
    }
    while (node.node().hasReady()) {
      Ready ready = node.ready();
      ready.messages().forEach(message -> now.add(RaftText.of(message)));
      ready.messagesAfterPersist().forEach(message -> later.add(RaftText.of(message)));
      ready.readStates().forEach(read -> tells.add(RaftText.of(read)));
      ready.outcomes().forEach(outcome -> tells.add(RaftText.of(outcome)));
      node.advance(ready);
    }
    this.leads = node.status().role() == RoleName.LEADER;
    this.state = Facts.of(node).changedSince(before);
    String patience = patience(node, patience(state.node().apply(switches)), switches);
    if (!patience.isEmpty()) {
      this.state.add(patience);
    }
  }

  /** Says how the time that the node waits for others differs from what it would have been. */
  private static String patience(NodeFixture node, int otherwise, Switches switches) {
    if (node.status().role() == RoleName.LEADER && !switches.quorumCheck()) {
      return ""; // Such a leader waits for nobody.
    }
    int ticks = patience(node);
    if (ticks == otherwise) {
      return "";
    }
    return ticks >= ELECTION_TICKS && ticks < NEVER ? "waits anew" : "waits " + ticks;
  }

  /**
   * Returns for how many ticks a node that hears nothing does nothing about it: a leader until it
   * gives up for want of a quorum, everyone else until it campaigns, or is to and may not.
   */
  private static int patience(NodeFixture node) {
    node.events();
    node.sent();
    RoleName role = node.status().role();
    for (int ticks = 1; ticks < NEVER; ticks++) {
      node.tick().run();
      boolean campaigns = node.sent().stream().anyMatch(m -> m.hasVote() || m.hasPreVote());
      boolean refused =
          node.events().stream().anyMatch(RaftEvent.CampaignRefused.class::isInstance);
      if (campaigns || refused || node.status().role() != role) {
        return ticks;
      }
    }
    return NEVER;
  }

  /** In the order of a node's messages to one receiver; that among receivers is the network's. */
  static List<String> byReceiver(List<String> messages) {
    return messages.stream()
        .sorted(Comparator.comparing(text -> text.substring(0, text.indexOf(' '))))
        .toList();
  }
}
