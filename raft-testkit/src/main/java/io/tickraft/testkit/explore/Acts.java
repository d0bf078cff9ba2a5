package io.tickraft.testkit.explore;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadState;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Performs events on one node and its host. */
final class Acts {

  /** More Readys than any event causes. */
  private static final int MAX_READYS = 1_000;

  /** Creates the configuration of a node. */
  interface Configurations {
    RaftConfig of(long id, long incarnation);
  }

  private final Configurations configurations;
  private final IntFunction<ByteString> commands;
  private final List<ConfChange> changes;
  private final boolean isSplit;

  /**
   * @param commands creates the command with a number, from 1
   * @param isSplit whether taking, writing and applying a Ready are separate events
   */
  Acts(
      Configurations configurations,
      IntFunction<ByteString> commands,
      List<ConfChange> changes,
      boolean isSplit) {
    this.configurations = configurations;
    this.commands = commands;
    this.changes = changes;
    this.isSplit = isSplit;
  }

  /** The answers that a host got from its node during an event. */
  static final class Told {
    final List<ReadState> reads = new ArrayList<>();
    boolean readAccepted;
  }

  int changes() {
    return changes.size();
  }

  /** {@return the position of a change, from 0; -1 if it is not one of the changes} */
  int positionOf(ConfChange change) {
    return changes.indexOf(change);
  }

  boolean isSplit() {
    return isSplit;
  }

  void start(NodeHost host, long id, long incarnation, Told told) {
    host.start(configurations.of(id, incarnation));
    host.stepped();
    finish(host, told);
  }

  /**
   * Performs an event. Unless {@link #isSplit()}, the host then takes, writes and applies all
   * Readys of the node.
   *
   * @param message the message of a delivery; unused for other events
   * @param starts how often the node was started before the event
   */
  void perform(NodeHost host, int event, Message message, int starts, Told told) {
    int argument = Event.argument(event);
    long id = Event.node(event) + 1L;
    switch (Event.kind(event)) {
      case DELIVER, DUPLICATE -> host.step(message);
      case CAMPAIGN -> host.campaign();
      case TICK -> host.tick();
      case FORGET_LEADER -> host.forgetLeader();
      case PROPOSE -> host.propose(commands.apply(argument + 1));
      case CHANGE -> host.proposeConfChange(changes.get(argument));
      case READ -> told.readAccepted = host.readIndex(context(argument));
      case TRANSFER -> host.transferLeadership(argument + 1L);
      case COMPACT -> host.compact();
      case UNREACHABLE -> host.reportUnreachable(argument + 1L);
      case CRASH -> {
        host.crash(argument);
        host.start(configurations.of(id, starts + 1L));
      }
      case ENTRIES_NOT_YET -> host.pauseEntries();
      case SNAPSHOT_NOT_YET -> host.pauseSnapshot();
      case STORAGE_READY -> {
        host.resumeReads();
        host.storageReady();
      }
      case TAKE -> told.reads.addAll(host.take());
      case WRITE -> host.write();
      case APPLY -> host.apply();
    }
    host.stepped();
    finish(host, told);
  }

  private void finish(NodeHost host, Told told) {
    if (isSplit) {
      // hasReady() may read from the storage, and the node keeps what it has read. A search and a
      // group call it at different times. So it is called here too, to keep their nodes equal.
      host.hasReady();
      return;
    }
    for (int taken = 0; host.hasReady(); taken++) {
      if (taken == MAX_READYS) {
        throw new AssertionError("a node has a Ready after " + MAX_READYS + " of them");
      }
      told.reads.addAll(host.take());
      host.write();
      host.apply();
    }
    host.stepped();
  }

  private static ByteString context(int number) {
    return ByteString.copyFromUtf8("r" + (number + 1));
  }

  /** Returns the number of the read with this context, from 0. */
  static int read(ByteString context) {
    return Integer.parseInt(context.toStringUtf8().substring(1)) - 1;
  }
}
