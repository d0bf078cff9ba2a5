package io.tickraft.testkit.explore;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadState;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Does what an event says on one node, with its host. */
final class Acts {

  /** More Readys than any event leads to. */
  private static final int MAX_READYS = 1_000;

  /** Gives the configuration of a node. */
  interface Configurations {
    RaftConfig of(long id, long incarnation);
  }

  private final Configurations configurations;
  private final IntFunction<ByteString> commands;
  private final List<ConfChange> changes;
  private final boolean isSplit;

  /**
   * Creates them.
   *
   * @param commands makes another command for each number, from 1
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

  /** What a host was told in an event. */
  static final class Told {
    final List<ReadState> reads = new ArrayList<>();
    boolean readAccepted;
  }

  int changes() {
    return changes.size();
  }

  /** {@return the position of a change; below 0: it is none of them} */
  int positionOf(ConfChange change) {
    return changes.indexOf(change);
  }

  boolean isSplit() {
    return isSplit;
  }

  /** Starts a node. */
  void start(NodeHost host, long id, long incarnation, Told told) {
    host.start(configurations.of(id, incarnation));
    host.stepped();
    finish(host, told);
  }

  /**
   * Does what an event says. If the hosts are not split, the host then does all that its node asks
   * for.
   *
   * @param message the message of the event; unused for another event
   * @param starts how often the node was started before
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
      // To answer this a node may read from its storage, and keeps what it has read. A search and
      // a group ask at different times: so all ask here, and nodes stay alike.
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

  /** Returns the number of the read that has this context. */
  static int read(ByteString context) {
    return Integer.parseInt(context.toStringUtf8().substring(1)) - 1;
  }
}
