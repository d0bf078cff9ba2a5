package io.tickraft.core.membership;

import static io.tickraft.core.membership.SmallGroups.AUTO_LEAVE;
import static io.tickraft.core.membership.SmallGroups.IDS;
import static io.tickraft.core.membership.SmallGroups.LEARNS;
import static io.tickraft.core.membership.SmallGroups.LEARNS_NEXT;
import static io.tickraft.core.membership.SmallGroups.VOTES;
import static io.tickraft.core.membership.SmallGroups.VOTES_OUTGOING;
import static io.tickraft.core.membership.SmallGroups.is;
import static io.tickraft.core.membership.SmallGroups.with;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;

/**
 * Membership changes in the most naive way, node by node: what becomes of a node follows from what
 * it was, from what it is to be, and from the way there (thesis, chapter 4).
 */
final class NaiveConfChanges {

  static final int IMPOSSIBLE = -1;

  private NaiveConfChanges() {}

  /** The code of the configuration after a change; {@link #IMPOSSIBLE} if there is none. */
  static int change(int before, ConfChange change) {
    boolean leave = change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE;
    if (leave != (change.getChangesCount() == 0) || leave != SmallGroups.isJoint(before)) {
      return IMPOSSIBLE;
    }
    return leave ? left(before) : changed(before, change);
  }

  /** The incoming half alone goes on; who was demoted learns (thesis 4.3). */
  private static int left(int before) {
    int after = 0;
    for (int id = 1; id <= IDS; id++) {
      if (is(before, id, VOTES)) {
        after = with(after, id, VOTES);
      } else if (is(before, id, LEARNS) || is(before, id, LEARNS_NEXT)) {
        after = with(after, id, LEARNS);
      }
    }
    return after;
  }

  private static int changed(int before, ConfChange change) {
    int target = 0;
    for (int id = 1; id <= IDS; id++) {
      target = with(target, id, target(before, change, id));
    }
    int voters = 0;
    int differ = 0;
    for (int id = 1; id <= IDS; id++) {
      voters += is(target, id, VOTES) ? 1 : 0;
      differ += is(target, id, VOTES) != is(before, id, VOTES) ? 1 : 0;
    }
    if (before == 0 || voters == 0) {
      return IMPOSSIBLE;
    }
    return switch (change.getTransition()) {
      case CONF_CHANGE_TRANSITION_AUTO -> differ <= 1 ? target : joint(before, target) | AUTO_LEAVE;
      case CONF_CHANGE_TRANSITION_JOINT_IMPLICIT -> joint(before, target) | AUTO_LEAVE;
      case CONF_CHANGE_TRANSITION_JOINT_EXPLICIT -> joint(before, target);
      default -> IMPOSSIBLE;
    };
  }

  /** What a node is to be in the end: what the last change says that names it. */
  private static int target(int before, ConfChange change, int id) {
    for (int i = change.getChangesCount() - 1; i >= 0; i--) {
      ConfChangeSingle single = change.getChanges(i);
      if (single.getNode() == id) {
        return single.getType() == ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER
            ? VOTES
            : single.getType() == ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER ? LEARNS : 0;
      }
    }
    return SmallGroups.node(before, id);
  }

  private static int joint(int before, int target) {
    int joint = 0;
    for (int id = 1; id <= IDS; id++) {
      boolean voted = is(before, id, VOTES);
      if (is(target, id, VOTES)) {
        joint = with(joint, id, VOTES);
      }
      if (voted) {
        joint = with(joint, id, VOTES_OUTGOING);
      }
      if (is(target, id, LEARNS)) {
        joint = with(joint, id, voted ? LEARNS_NEXT : LEARNS);
      }
    }
    return joint;
  }
}
