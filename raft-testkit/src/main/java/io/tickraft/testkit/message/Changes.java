package io.tickraft.testkit.message;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import java.util.Arrays;

/**
 * Membership changes. For static import.
 *
 * <pre>{@code
 * change(addVoter(4))
 * change(addVoter(4), remove(1))
 * jointExplicit(addVoter(4), addLearner(2))
 * leave()
 * }</pre>
 *
 * <p>Nothing is checked: a table may hold what no leader takes.
 */
public final class Changes {

  private Changes() {}

  /**
   * Returns a change in one step if it changes one voter at the most, else through a joint
   * configuration that the leader leaves by itself.
   *
   * @param changes what happens to each node
   * @return the change
   */
  public static ConfChange change(ConfChangeSingle... changes) {
    return of(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO, changes);
  }

  /**
   * Returns a change through a joint configuration that the leader leaves by itself.
   *
   * @param changes what happens to each node
   * @return the change
   */
  public static ConfChange jointImplicit(ConfChangeSingle... changes) {
    return of(ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_IMPLICIT, changes);
  }

  /**
   * Returns a change to a joint configuration that stays until it is {@linkplain #leave left}.
   *
   * @param changes what happens to each node
   * @return the change
   */
  public static ConfChange jointExplicit(ConfChangeSingle... changes) {
    return of(ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT, changes);
  }

  /**
   * Returns what leaves a joint configuration.
   *
   * @return the change
   */
  public static ConfChange leave() {
    return of(ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE);
  }

  private static ConfChange of(ConfChangeTransition transition, ConfChangeSingle... changes) {
    return ConfChange.newBuilder()
        .setTransition(transition)
        .addAllChanges(Arrays.asList(changes))
        .build();
  }

  /**
   * Makes a node a voter: a new one, or a learner that is promoted.
   *
   * @param node the node's id
   * @return a part of a change
   */
  public static ConfChangeSingle addVoter(long node) {
    return single(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, node);
  }

  /**
   * Makes a node a learner: a new one, or a voter that is demoted.
   *
   * @param node the node's id
   * @return a part of a change
   */
  public static ConfChangeSingle addLearner(long node) {
    return single(ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER, node);
  }

  /**
   * Makes a node leave.
   *
   * @param node the node's id
   * @return a part of a change
   */
  public static ConfChangeSingle remove(long node) {
    return single(ConfChangeType.CONF_CHANGE_TYPE_REMOVE, node);
  }

  private static ConfChangeSingle single(ConfChangeType type, long node) {
    return ConfChangeSingle.newBuilder().setType(type).setNode(node).build();
  }
}
