package io.tickraft.examples.kv;

import io.tickraft.core.DropReason;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftObserver;
import io.tickraft.core.RaftText;
import io.tickraft.examples.kv.net.Uncaught;
import io.tickraft.proto.Message;

/**
 * Makes the Raft node fail when its leader's log contradicts what is committed on this node: either
 * of them has lost what it had acknowledged. The node must not answer another read, because nobody
 * knows whose map is right.
 */
final class DivergenceGuard implements RaftObserver {

  /** Thrown to the Raft node. The message is one line for the operator. */
  static final class DivergedException extends RuntimeException implements Uncaught.Fatal {

    private static final long serialVersionUID = 1L;

    private DivergedException(Message message) {
      super(
          "the "
              + RaftText.of(message.getBodyCase())
              + " of node "
              + message.getFrom()
              + " in term "
              + message.getTerm()
              + " contradicts what is committed on this node: one of the two has lost data that it"
              + " had acknowledged. Do not start this node again, and keep its directory. If only"
              + " this node says so, remove it from the group, and let a new node with a new id and"
              + " an empty directory join. If others say so, too, it is node "
              + message.getFrom()
              + " that has lost data: stop it, and compare the directories before anything else");
    }
  }

  private final RaftObserver next;

  /**
   * Creates a guard.
   *
   * @param next gets all events, too, and before the guard
   */
  DivergenceGuard(RaftObserver next) {
    this.next = next;
  }

  @Override
  public void onEvent(RaftEvent event) {
    next.onEvent(event);
    if (event instanceof RaftEvent.MessageDropped dropped
        && dropped.reason() == DropReason.CONTRADICTS_COMMITTED) {
      throw new DivergedException(dropped.message());
    }
  }
}
