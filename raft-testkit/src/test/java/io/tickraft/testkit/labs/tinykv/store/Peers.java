package io.tickraft.testkit.labs.tinykv.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Which store has which node, and the course's scheduler, which changes that. A store that gets a
 * node again gets a new one, with a new id and an empty disk.
 *
 * <p>One change is made at a time. It is proposed to the leader again and again until a leader has
 * applied it.
 */
final class Peers {

  private final StoreLab lab;
  private final TreeMap<Integer, Long> nodes = new TreeMap<>();
  private boolean busy;

  Peers(StoreLab lab) {
    this.lab = lab;
    lab.group.nodes().forEach(node -> nodes.put((int) node.id(), node.id()));
  }

  boolean isBusy() {
    return busy;
  }

  boolean has(int store) {
    return nodes.containsKey(store);
  }

  int count() {
    return nodes.size();
  }

  /** The node of a store that has one. */
  long node(int store) {
    Long node = nodes.get(store);
    assertThat(node).as("the node of store %d", store).isNotNull();
    return node;
  }

  // Changes.

  /** Begins to give a store a node. */
  void add(int store) {
    long node = lab.join();
    nodes.put(store, node);
    begin(node, ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER);
  }

  /**
   * Begins to take its node from a store.
   *
   * @return the node, which goes on and does not come to an end by itself
   */
  long remove(int store) {
    long node = node(store);
    nodes.remove(store);
    begin(node, ConfChangeType.CONF_CHANGE_TYPE_REMOVE);
    return node;
  }

  private void begin(long node, ConfChangeType type) {
    assertThat(busy).isFalse();
    busy = true;
    propose(node, type);
  }

  private void propose(long node, ConfChangeType type) {
    OptionalLong leader = lab.leaderIfAny();
    boolean isAdded = type == ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER;
    if (leader.isPresent()) {
      ConfState configuration = lab.group.node(leader.getAsLong()).status().confState();
      if (configuration.getVotersList().contains(node) == isAdded) {
        busy = false;
        lab.totals.changes++;
        return;
      }
      ConfChangeResult result = lab.group.proposeConfChange(leader.getAsLong(), change(node, type));
      if (result instanceof ConfChangeResult.Rejected rejected) {
        assertThat(rejected.reason()).isNotEqualTo(ConfChangeResult.Reason.INVALID);
      }
    }
    lab.group.later(StoreLab.TICK_MILLIS, () -> propose(node, type));
  }

  private static ConfChange change(long node, ConfChangeType type) {
    return ConfChange.newBuilder()
        .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
        .addChanges(ConfChangeSingle.newBuilder().setType(type).setNode(node))
        .build();
  }

  // The same, waited for.

  void mustAdd(int store) {
    add(store);
    lab.within(StoreLab.REQUEST_MILLIS, "a node for store " + store, () -> !busy);
  }

  long mustRemove(int store) {
    long node = remove(store);
    lab.within(StoreLab.REQUEST_MILLIS, "store " + store + " without a node", () -> !busy);
    return node;
  }

  /** Makes the node of a store the leader. */
  void mustTransferLeader(int store) {
    long target = node(store);
    long end = lab.group.now() + StoreLab.REQUEST_MILLIS;
    while (lab.leader() != target) {
      assertThat(lab.group.now()).as("node %d leads", target).isLessThan(end);
      lab.group.transferLeadership(lab.leader(), target);
      lab.group.run(StoreLab.TICK_MILLIS);
    }
  }

  // What stores hold.

  void mustGetEqual(int store, String key, String value) {
    lab.mustGetEqual(node(store), key, value);
  }
}
