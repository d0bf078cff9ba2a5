package io.tickraft.testkit.loss;

import com.google.protobuf.ByteString;
import io.tickraft.core.Outcome;
import io.tickraft.core.RaftText;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.Message;
import io.tickraft.proto.Message.BodyCase;
import io.tickraft.testkit.fixture.InstantNetwork;
import io.tickraft.testkit.fixture.NodeFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A group that ticks together and loses one message, named by its number. */
final class LossyGroup {

  final InstantNetwork network;
  final List<ReadState> reads = new ArrayList<>();
  final List<Outcome> outcomes = new ArrayList<>();

  private final long[] ids;

  /** Who has to be level in the end. */
  private long[] members;

  private int sent;
  private int loses;
  private int ticks;
  private int lostAtTick;
  private BodyCase lostKind = BodyCase.BODY_NOT_SET;
  private String lostText = "nothing";

  LossyGroup(NodeFixture... nodes) {
    network = InstantNetwork.of(nodes);
    ids = network.nodes().stream().mapToLong(node -> node.status().id()).toArray();
    members = ids;
  }

  /** From now on messages are counted, and one of them is lost; 0: none. */
  void lose(int number) {
    loses = number;
    network.heal();
    network.drop(this::isLost);
  }

  private boolean isLost(Message message) {
    sent++;
    if (sent != loses) {
      return false;
    }
    lostAtTick = ticks;
    lostKind = message.getBodyCase();
    lostText = RaftText.of(message);
    return true;
  }

  void expectLevel(long... expected) {
    members = expected;
  }

  NodeFixture node(long id) {
    return network.node(id);
  }

  /** A tick of all nodes at the same time, and everything that follows. */
  void tick() {
    ticks++;
    for (long id : ids) {
      node(id).tick();
    }
    deliver();
  }

  void ticks(int count) {
    for (int i = 0; i < count; i++) {
      tick();
    }
  }

  void deliver() {
    network.deliver();
    for (long id : ids) {
      reads.addAll(node(id).readStates());
      outcomes.addAll(node(id).outcomes());
    }
  }

  /** Takes a snapshot of a node's state machine and drops its log up to it. */
  void compact(long id) {
    long index = node(id).status().appliedIndex();
    node(id)
        .storage()
        .createSnapshot(index, node(id).node().confState(), ByteString.copyFromUtf8("state"));
    node(id).storage().compact(index);
  }

  /** Returns whether all have one leader, and the same log, committed and applied. */
  boolean isLevel() {
    Status first = node(members[0]).status();
    return first.leader() != 0
        && LongStream.of(members).anyMatch(id -> id == first.leader())
        && node(first.leader()).status().role() == RoleName.LEADER
        && LongStream.of(members).allMatch(id -> isLevel(first, node(id).status()));
  }

  private static boolean isLevel(Status one, Status other) {
    return other.leader() == one.leader()
        && other.term() == one.term()
        && other.last().equals(one.last())
        && other.commitIndex() == one.last().index()
        && other.appliedIndex() == other.commitIndex()
        && other.confState().equals(one.confState());
  }

  int sent() {
    return sent;
  }

  boolean hasLost() {
    return lostKind != BodyCase.BODY_NOT_SET;
  }

  BodyCase lostKind() {
    return lostKind;
  }

  /** How many ticks have passed since the message was lost. */
  int ticksSinceLoss() {
    return ticks - lostAtTick;
  }

  String lostText() {
    return lostText;
  }

  String state() {
    return LongStream.of(ids).mapToObj(id -> node(id).status().toString()).toList()
        + ", reads "
        + reads
        + ", outcomes "
        + outcomes;
  }
}
