package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.Message;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Something that a host does with a node of three.
 *
 * @param kind what it does
 * @param detail the choice among its variants, at least 0
 */
record RandomInput(Kind kind, int detail) {

  enum Kind {
    TICK,
    PROPOSE,
    COMPACT,
    READ,
    TRANSFER,
    CHANGE,
    FORGET_LEADER,
    CAMPAIGN,
    UNREACHABLE,
    REPORT_SNAPSHOT,
    /** Orders the voter with the lowest id first, of several with the same log. */
    RESIGN,
    NOTHING
  }

  private static final List<Kind> OFTEN =
      List.of(
          Kind.TICK,
          Kind.TICK,
          Kind.TICK,
          Kind.TICK,
          Kind.TICK,
          Kind.PROPOSE,
          Kind.CAMPAIGN,
          Kind.CAMPAIGN,
          Kind.NOTHING);

  private static final List<SnapshotStatus> STATUSES = List.of(SnapshotStatus.values());

  private static final int NODES = 3;
  private static final int DETAILS = 1 << 10;

  static RandomInput next(RandomGenerator random) {
    List<Kind> all = List.of(Kind.values());
    Kind kind =
        random.nextBoolean()
            ? OFTEN.get(random.nextInt(OFTEN.size()))
            : all.get(random.nextInt(all.size()));
    return new RandomInput(kind, random.nextInt(DETAILS));
  }

  /**
   * Does it.
   *
   * @param names returns the id of node 1, 2 and 3
   */
  void give(Raft raft, Hosted host, LongUnaryOperator names) {
    long other = names.applyAsLong(1L + detail % NODES);
    ByteString name = ByteString.copyFromUtf8("command " + detail % 2);
    if (kind != Kind.TICK) {
      raft.actOnTimeouts();
    }
    switch (kind) {
      case TICK -> raft.tick();
      case PROPOSE -> raft.propose(List.of(name));
      case COMPACT -> host.compact();
      case READ -> raft.readIndex(name);
      case TRANSFER -> raft.transferLeadership(other);
      case CHANGE -> raft.proposeConfChange(change(names.applyAsLong(NODES)), false);
      case FORGET_LEADER -> raft.forgetLeader();
      case CAMPAIGN -> raft.campaign();
      case UNREACHABLE -> raft.reportUnreachable(other);
      case REPORT_SNAPSHOT ->
          raft.reportSnapshot(other, 1, STATUSES.get(detail / NODES % STATUSES.size()));
      case RESIGN -> raft.resign();
      case NOTHING -> {}
    }
  }

  private ConfChange change(long node) {
    ConfChangeType type =
        detail % 2 == 0
            ? ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER
            : ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER;
    return ConfChange.newBuilder()
        .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
        .addChanges(ConfChangeSingle.newBuilder().setType(type).setNode(node))
        .build();
  }

  /** Delivers a message, or else does this, and returns what the node then sends. */
  List<Message> give(Hosted node, @Nullable Message message, LongUnaryOperator names) {
    if (message == null) {
      give(node.raft, node, names);
    } else {
      node.raft.step(message);
    }
    return node.drain();
  }
}
