package io.tickraft.testkit.picture;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftText;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.testkit.oracle.NodeView;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a recorder knows of a node. */
final class RecordedNode {

  /** The ticks since its last line. */
  int ticks;

  /** When it has taken its last Ready, in virtual milliseconds; null before its first one. */
  @Nullable Long takenAt;

  /** Its settings, as {@link SettingsText} has them. */
  String settings = "";

  /** Its state at the end of its last step. */
  NodeState state = NodeState.UNKNOWN;

  private boolean isUp;
  private @Nullable NodeView view;

  /** The state of a real node; null for a node of a simulation. */
  private @Nullable NodeState loggedState;

  private @Nullable Storage storage;
  private @Nullable Storage durable;

  /** Whether the storage may have changed since {@link #state}. */
  private boolean isWritten;

  @Nullable NodeView view() {
    return view;
  }

  void opened(Storage newStorage) {
    isUp = true;
    view = null;
    ticks = 0;
    storage = newStorage;
    durable = null;
    isWritten = true;
  }

  void crashed() {
    isUp = false;
    view = null;
    ticks = 0;
    durable = null;
    isWritten = true;
  }

  void stepped(NodeView newView) {
    isUp = true;
    view = newView;
  }

  /** The state of a real node, as far as its log tells it. */
  void logged(NodeState now) {
    loggedState = now;
  }

  /** Something may have been written. */
  void written() {
    isWritten = true;
  }

  /** Something may have been written; this is what surely survives a crash. */
  void written(Storage nowDurable) {
    durable = nowDurable;
    isWritten = true;
  }

  /** Returns the node's state now. */
  NodeState capture() {
    if (loggedState != null) {
      state = loggedState;
      return state;
    }
    String log = state.log();
    String durableLog = state.durable();
    String hard = state.hard();
    String durableHard = state.durableHard();
    if (isWritten && storage != null) {
      isWritten = false;
      log = LogText.of(storage, log);
      hard = LogText.hardState(storage, hard);
      // After a start and after a crash, what is left is durable.
      durableLog = durable == null ? log : LogText.of(durable, durableLog);
      durableHard = durable == null ? hard : LogText.hardState(durable, durableHard);
    }
    state =
        view == null
            ? unseen(log, durableLog, hard, durableHard)
            : seen(view, log, durableLog, hard, durableHard);
    return state;
  }

  /** Returns the state of a node that is down, or has not shown itself since its start. */
  private NodeState unseen(String log, String durableLog, String hard, String durableHard) {
    String[] numbers = hard.isEmpty() ? new String[] {"0", "0", "0"} : hard.split(",", 3);
    return new NodeState(
        isUp,
        "",
        Long.parseLong(numbers[0]),
        Long.parseLong(numbers[1]),
        0,
        isUp ? Long.parseLong(numbers[2]) : 0,
        0,
        0,
        0,
        "",
        0,
        "",
        log,
        durableLog,
        hard,
        durableHard);
  }

  private static NodeState seen(
      NodeView view, String log, String durableLog, String hard, String durableHard) {
    return new NodeState(
        true,
        letter(view.role()),
        view.term(),
        view.vote(),
        view.leader(),
        view.commitIndex(),
        view.appliedIndex(),
        view.lastIndex(),
        view.lastTerm(),
        RaftText.of(view.confState()),
        view.transferTarget(),
        view.peers().stream().map(RecordedNode::text).collect(Collectors.joining(" ")),
        log,
        durableLog,
        hard,
        durableHard);
  }

  private static String text(PeerStatus peer) {
    return peer.id() + ":" + peer.state() + ":" + peer.matchIndex() + ":" + peer.nextIndex();
  }

  static String letter(RoleName role) {
    return switch (role) {
      case FOLLOWER -> "F";
      case PRE_CANDIDATE -> "P";
      case CANDIDATE -> "C";
      case LEADER -> "L";
    };
  }
}
