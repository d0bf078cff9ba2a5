package io.tickraft.core;

import com.google.protobuf.ByteString;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import java.util.Objects;

/**
 * Builds membership changes for {@link RawNode#proposeConfChange} (Raft paper, section 6; thesis
 * chapter 4).
 *
 * <pre>{@code
 * ConfChanges.addLearner(4).context(address).build()
 * ConfChanges.addVoter(4).remove(1).build()
 * ConfChanges.addVoter(4).addVoter(5).jointExplicit().build()
 * ConfChanges.leave()
 * }</pre>
 *
 * <p>Only ids are checked here. The node checks whether a change fits the configuration when it is
 * proposed.
 */
public final class ConfChanges {

  private static final ConfChange LEAVE =
      ConfChange.newBuilder()
          .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE)
          .build();

  private ConfChanges() {}

  /**
   * Begins a change that makes a node a voter: a new one, or a learner that is promoted.
   *
   * @param node the node's id, from 1
   * @return a builder, to which further changes can be added
   * @throws IllegalArgumentException if the id is below 1
   */
  public static Builder addVoter(long node) {
    return new Builder().addVoter(node);
  }

  /**
   * Begins a change that makes a node a learner: a new one, or a voter that is demoted.
   *
   * @param node the node's id, from 1
   * @return a builder, to which further changes can be added
   * @throws IllegalArgumentException if the id is below 1
   */
  public static Builder addLearner(long node) {
    return new Builder().addLearner(node);
  }

  /**
   * Begins a change that removes a node.
   *
   * @param node the node's id, from 1
   * @return a builder, to which further changes can be added
   * @throws IllegalArgumentException if the id is below 1
   */
  public static Builder remove(long node) {
    return new Builder().remove(node);
  }

  /** {@return a change that leaves a joint configuration} */
  public static ConfChange leave() {
    return LEAVE;
  }

  /**
   * Builds a membership change. Its single changes are made in the order in which they were added:
   * of two changes to one node, the later one wins.
   *
   * <p>By default, the change is made in one step if at most one node becomes a voter or ceases to
   * be one. Otherwise it is made through a joint configuration that the leader leaves
   * automatically.
   */
  public static final class Builder {

    private final ConfChange.Builder change =
        ConfChange.newBuilder().setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO);

    private Builder() {}

    /**
     * Makes a node a voter: a new one, or a learner that is promoted.
     *
     * @param node the node's id, from 1
     * @return this
     * @throws IllegalArgumentException if the id is below 1
     */
    public Builder addVoter(long node) {
      return add(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, node);
    }

    /**
     * Makes a node a learner: a new one, or a voter that is demoted.
     *
     * @param node the node's id, from 1
     * @return this
     * @throws IllegalArgumentException if the id is below 1
     */
    public Builder addLearner(long node) {
      return add(ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER, node);
    }

    /**
     * Removes a node.
     *
     * @param node the node's id, from 1
     * @return this
     * @throws IllegalArgumentException if the id is below 1
     */
    public Builder remove(long node) {
      return add(ConfChangeType.CONF_CHANGE_TYPE_REMOVE, node);
    }

    private Builder add(ConfChangeType type, long node) {
      if (node < 1) {
        throw new IllegalArgumentException("node: an id is at least 1: " + node);
      }
      change.addChanges(ConfChangeSingle.newBuilder().setType(type).setNode(node));
      return this;
    }

    /**
     * Always uses a joint configuration. The leader leaves it automatically once it is applied.
     *
     * @return this
     */
    public Builder jointImplicit() {
      change.setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_IMPLICIT);
      return this;
    }

    /**
     * Always uses a joint configuration. It stays in effect until the change {@link
     * ConfChanges#leave()} is made.
     *
     * @return this
     */
    public Builder jointExplicit() {
      change.setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT);
      return this;
    }

    /**
     * Sets data of the host's own, such as the address of a new node. Each host gets the data as
     * part of the committed entry.
     *
     * @param context the host's own bytes; taken by reference; empty by default
     * @return this
     */
    public Builder context(ByteString context) {
      change.setContext(Objects.requireNonNull(context, "context"));
      return this;
    }

    /** {@return the change} */
    public ConfChange build() {
      return change.build();
    }
  }
}
