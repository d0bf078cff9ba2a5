package io.tickraft.core.raft;

import io.tickraft.core.Digest;
import io.tickraft.core.DropReason;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;

/** The messages that wait for the next Ready, by what must be durable before they are sent. */
final class Outbox {

  /** What must be durable before a message is sent. */
  enum After {
    /** The message's term, if it has one. */
    TERM,
    /** Everything that the same Ready writes: the message says that it is persisted. */
    WRITE
  }

  private final RaftConfig config;
  private final Events events;
  private List<Message> afterTerm = new ArrayList<>(0);
  private List<Message> afterWrite = new ArrayList<>(0);
  private int count;
  private long bytes;

  /** Whether messages were added to {@link #afterWrite} since superseded ones were dropped. */
  private boolean mayHoldSuperseded;

  Outbox(RaftConfig config, Events events) {
    this.config = config;
    this.events = events;
  }

  private Outbox(Outbox other, Events events) {
    this.config = other.config;
    this.events = events;
    this.afterTerm = new ArrayList<>(other.afterTerm);
    this.afterWrite = new ArrayList<>(other.afterWrite);
    this.count = other.count;
    this.bytes = other.bytes;
    this.mayHoldSuperseded = other.mayHoldSuperseded;
  }

  Outbox copy(Events itsEvents) {
    return new Outbox(this, itsEvents);
  }

  void digest(Digest digest) {
    digest.messages(afterTerm).messages(afterWrite);
  }

  boolean isEmpty() {
    return count == 0;
  }

  /**
   * Keeps a message for the next Ready. Drops it if there is no room, as the network might.
   *
   * @return whether there was room
   */
  boolean send(Message message, After after) {
    int size = message.getSerializedSize();
    if (!makeRoomFor(size)) {
      if (events.enabled()) {
        events.add(new RaftEvent.OutgoingDropped(message, DropReason.OUTBOX_LIMIT));
      }
      return false;
    }
    count++;
    bytes += size;
    switch (after) {
      case TERM -> afterTerm.add(message);
      case WRITE -> {
        afterWrite.add(message);
        mayHoldSuperseded = true;
      }
    }
    return true;
  }

  private boolean makeRoomFor(int size) {
    if (hasRoomFor(size)) {
      return true;
    }
    dropSuperseded();
    return hasRoomFor(size);
  }

  /**
   * Returns whether a message may be sent before anything more is persisted.
   *
   * @param durableTerm the term that the host has acknowledged as persisted
   */
  boolean hasSendable(long durableTerm) {
    for (int i = 0; i < afterTerm.size(); i++) {
      if (afterTerm.get(i).getTerm() <= durableTerm) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether there is room for a message of {@code size} bytes. */
  boolean hasRoomFor(int size) {
    // Always accept one message: an oversized one could otherwise never be sent, and hasReady()
    // would promise an empty Ready.
    return count == 0
        || (count < config.maxOutboxMessages() && bytes + size <= config.maxOutboxBytes());
  }

  /**
   * Takes the messages that may be sent before anything more is persisted. The others stay and
   * count towards the limits.
   *
   * @param durableTerm the term that the host has acknowledged as persisted
   */
  List<Message> takeSendable(long durableTerm) {
    if (afterTerm.isEmpty()) {
      return List.of();
    }
    List<Message> sendable = new ArrayList<>(afterTerm.size());
    List<Message> kept = new ArrayList<>(0);
    for (Message message : afterTerm) {
      if (message.getTerm() <= durableTerm) {
        sendable.add(message);
        count--;
        bytes -= message.getSerializedSize();
      } else {
        kept.add(message);
      }
    }
    afterTerm = kept;
    return Lists.take(sendable);
  }

  /** Takes all messages that are left, to be sent after the write. */
  List<Message> takeAll() {
    count = 0;
    bytes = 0;
    return Lists.concat(Lists.take(afterTerm), Lists.take(afterWrite));
  }

  /**
   * Drops answers to appends that a later one in the outbox makes needless: acceptances, and equal
   * rejections. While a disk hangs, the leader repeats its question after each heartbeat. The
   * answers wait for the write, and without this rule they would fill the outbox, so that
   * heartbeats were no longer answered.
   */
  void dropSuperseded() {
    if (!mayHoldSuperseded) {
      return;
    }
    mayHoldSuperseded = false;
    List<Message> kept = new ArrayList<>(afterWrite.size());
    for (Message message : afterWrite) {
      int last = kept.size() - 1;
      if (last >= 0 && supersedes(message, kept.get(last))) {
        Message superseded = kept.remove(last);
        count--;
        bytes -= superseded.getSerializedSize();
      }
      kept.add(message);
    }
    afterWrite = kept;
  }

  /** Returns whether a message tells its receiver all that an earlier one does. */
  private static boolean supersedes(Message message, Message earlier) {
    return message.hasAppendResponse()
        && earlier.hasAppendResponse()
        && message.getTo() == earlier.getTo()
        && message.getTerm() == earlier.getTerm()
        && supersedes(message.getAppendResponse(), earlier.getAppendResponse());
  }

  private static boolean supersedes(AppendResponse answer, AppendResponse earlier) {
    return answer.hasAccepted()
        ? earlier.hasAccepted()
            && answer.getAccepted().getMatch() >= earlier.getAccepted().getMatch()
        : answer.hasRejected() && answer.getRejected().equals(earlier.getRejected());
  }
}
