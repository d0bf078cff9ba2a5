package io.tickraft.core.raft;

import io.tickraft.core.DropReason;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;

/** The messages that wait for the next Ready, by what must be durable before they leave. */
final class Outbox {

  /** What must be durable before a message leaves. */
  enum After {
    /** The message's term, if it has one. */
    TERM,
    /** Everything that the same Ready persists: the message is a promise about it. */
    WRITE
  }

  private final RaftConfig config;
  private final Events events;
  private List<Message> ofTerm = new ArrayList<>(0);
  private List<Message> promises = new ArrayList<>(0);
  private int count;
  private long bytes;

  Outbox(RaftConfig config, Events events) {
    this.config = config;
    this.events = events;
  }

  private Outbox(Outbox other, Events events) {
    this.config = other.config;
    this.events = events;
    this.ofTerm = new ArrayList<>(other.ofTerm);
    this.promises = new ArrayList<>(other.promises);
    this.count = other.count;
    this.bytes = other.bytes;
  }

  Outbox copy(Events itsEvents) {
    return new Outbox(this, itsEvents);
  }

  boolean isEmpty() {
    return count == 0;
  }

  /**
   * Keeps a message for the next Ready, or drops it, as the network might, if there is no room.
   *
   * @return whether there was room
   */
  boolean send(Message message, After after) {
    int size = message.getSerializedSize();
    if (!hasRoomFor(size)) {
      if (events.enabled()) {
        events.add(new RaftEvent.OutgoingDropped(message, DropReason.OUTBOX_LIMIT));
      }
      return false;
    }
    count++;
    bytes += size;
    switch (after) {
      case TERM -> ofTerm.add(message);
      case WRITE -> promises.add(message);
    }
    return true;
  }

  /**
   * Returns whether a message may leave before anything more is persisted.
   *
   * @param durableTerm the term that the host has acknowledged as persisted
   */
  boolean hasSendable(long durableTerm) {
    for (int i = 0; i < ofTerm.size(); i++) {
      if (ofTerm.get(i).getTerm() <= durableTerm) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a message of {@code size} bytes is kept. */
  boolean hasRoomFor(int size) {
    // An empty outbox takes one message of any size: a node that could never send what it has to
    // would be none, and what hasReady() has promised could come to nothing.
    return count == 0
        || (count < config.maxOutboxMessages() && bytes + size <= config.maxOutboxBytes());
  }

  /**
   * Moves everything to a Ready.
   *
   * @param durableTerm the term that the host has acknowledged as persisted
   * @param now gets what may leave at once
   * @param later gets what may leave after the write
   */
  void drainTo(long durableTerm, List<Message> now, List<Message> later) {
    if (count == 0) {
      return;
    }
    for (Message message : ofTerm) {
      (message.getTerm() <= durableTerm ? now : later).add(message);
    }
    later.addAll(promises);
    ofTerm.clear();
    promises.clear();
    count = 0;
    bytes = 0;
  }

  /**
   * Moves to a Ready what may leave before anything more is persisted. The rest stays, and is
   * bounded together with what is added.
   *
   * @param durableTerm the term that the host has acknowledged as persisted
   * @param now gets what may leave at once
   */
  void drainSendableTo(long durableTerm, List<Message> now) {
    List<Message> kept = new ArrayList<>(0);
    for (Message message : ofTerm) {
      if (message.getTerm() <= durableTerm) {
        now.add(message);
        count--;
        bytes -= message.getSerializedSize();
      } else {
        kept.add(message);
      }
    }
    ofTerm = kept;
  }
}
