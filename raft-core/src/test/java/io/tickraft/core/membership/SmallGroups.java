package io.tickraft.core.membership;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * All configurations of the ids 1 to 5 and all changes of them.
 *
 * <p>A configuration has a code here: four bits say what a node is, one bit says whether it is left
 * automatically. The code 0 is the configuration without members.
 */
final class SmallGroups {

  static final int IDS = 5;

  static final int VOTES = 1;
  static final int VOTES_OUTGOING = 2;
  static final int LEARNS = 4;
  static final int LEARNS_NEXT = 8;

  static final int AUTO_LEAVE = 1 << (4 * IDS);

  /** All that one node can be. */
  private static final int[] NODES = {
    0, VOTES, LEARNS, VOTES_OUTGOING, VOTES | VOTES_OUTGOING, VOTES_OUTGOING | LEARNS_NEXT
  };

  private SmallGroups() {}

  /** What a node is, all its bits. */
  static int node(int code, long id) {
    return (code >> (4 * ((int) id - 1))) & 0b1111;
  }

  /** The code with the bits of a node set. */
  static int with(int code, long id, int bits) {
    return code | (bits << (4 * ((int) id - 1)));
  }

  static boolean is(int code, long id, int bits) {
    return (node(code, id) & bits) == bits;
  }

  /** The ids that are something, ascending. */
  static List<Long> all(int code, int bits) {
    return LongStream.rangeClosed(1, IDS).filter(id -> is(code, id, bits)).boxed().toList();
  }

  static boolean isJoint(int code) {
    return !all(code, VOTES_OUTGOING).isEmpty();
  }

  static ConfState confState(int code) {
    return ConfState.newBuilder()
        .addAllVoters(all(code, VOTES))
        .addAllVotersOutgoing(all(code, VOTES_OUTGOING))
        .addAllLearners(all(code, LEARNS))
        .addAllLearnersNext(all(code, LEARNS_NEXT))
        .setAutoLeave((code & AUTO_LEAVE) != 0)
        .build();
  }

  static int code(ConfState confState) {
    int code = confState.getAutoLeave() ? AUTO_LEAVE : 0;
    for (int i = 0; i < confState.getVotersCount(); i++) {
      code = with(code, confState.getVoters(i), VOTES);
    }
    for (int i = 0; i < confState.getVotersOutgoingCount(); i++) {
      code = with(code, confState.getVotersOutgoing(i), VOTES_OUTGOING);
    }
    for (int i = 0; i < confState.getLearnersCount(); i++) {
      code = with(code, confState.getLearners(i), LEARNS);
    }
    for (int i = 0; i < confState.getLearnersNextCount(); i++) {
      code = with(code, confState.getLearnersNext(i), LEARNS_NEXT);
    }
    return code;
  }

  /** All simple configurations, and the one without members. */
  static List<Integer> simple() {
    List<Integer> codes = new ArrayList<>();
    add(codes, 0, 1, 3);
    codes.removeIf(code -> code != 0 && all(code, VOTES).isEmpty());
    return codes;
  }

  /** All joint configurations, with and without leaving automatically. */
  static List<Integer> joint() {
    List<Integer> codes = new ArrayList<>();
    add(codes, 0, 1, NODES.length);
    codes.removeIf(code -> all(code, VOTES).isEmpty() || !isJoint(code));
    for (int code : List.copyOf(codes)) {
      codes.add(code | AUTO_LEAVE);
    }
    return codes;
  }

  private static void add(List<Integer> codes, int code, int id, int kinds) {
    if (id > IDS) {
      codes.add(code);
      return;
    }
    for (int kind = 0; kind < kinds; kind++) {
      add(codes, with(code, id, NODES[kind]), id + 1, kinds);
    }
  }

  /** One of those configurations that differ only in who is called what. */
  static boolean isFirstOfItsKind(int code) {
    for (int id = 1; id < IDS; id++) {
      if (node(code, id) > node(code, id + 1)) {
        return false;
      }
    }
    return true;
  }

  /** All lists of so many changes with each transition, {@code LEAVE} too. */
  static List<ConfChange> changes(int steps) {
    List<ConfChange> changes = new ArrayList<>();
    for (ConfChangeTransition transition : ConfChangeTransition.values()) {
      if (transition != ConfChangeTransition.CONF_CHANGE_TRANSITION_UNSPECIFIED
          && transition != ConfChangeTransition.UNRECOGNIZED) {
        add(changes, ConfChange.newBuilder().setTransition(transition).build(), steps);
      }
    }
    return changes;
  }

  private static void add(List<ConfChange> changes, ConfChange change, int steps) {
    if (steps == 0) {
      changes.add(change);
      return;
    }
    for (ConfChangeType type :
        List.of(
            ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER,
            ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER,
            ConfChangeType.CONF_CHANGE_TYPE_REMOVE)) {
      for (long id = 1; id <= IDS; id++) {
        ConfChangeSingle single = ConfChangeSingle.newBuilder().setType(type).setNode(id).build();
        add(changes, change.toBuilder().addChanges(single).build(), steps - 1);
      }
    }
  }
}
