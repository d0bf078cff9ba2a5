package io.tickraft.testkit.contract;

import io.tickraft.core.Ready;
import io.tickraft.proto.Message;
import io.tickraft.proto.Message.BodyCase;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Counts which kinds of messages a host sends. */
final class Sends {

  /** Raft bears lost messages, so only so many lost ones of a kind in a row show a mistake. */
  private static final int MAX_UNSENT = 100;

  /** How many messages of a kind the node has made since the last one that was sent. */
  private final Map<BodyCase, Integer> unsent = new EnumMap<>(BodyCase.class);

  /** The nodes to which any message was sent. */
  private final TreeSet<Long> reached = new TreeSet<>();

  /** Records the messages of a Ready. */
  void taken(Ready ready) {
    count(ready.messages());
    count(ready.messagesAfterPersist());
  }

  private void count(List<Message> messages) {
    for (Message message : messages) {
      if (reached.contains(message.getTo())) {
        unsent.merge(message.getBodyCase(), 1, Integer::sum);
      }
    }
  }

  void sent(Message message) {
    reached.add(message.getTo());
    unsent.remove(message.getBodyCase());
  }

  /**
   * {@return the kind of which too many messages in a row were not sent; empty if there is none}
   */
  Optional<BodyCase> leftOut() {
    return unsent.entrySet().stream()
        .filter(kind -> kind.getValue() >= MAX_UNSENT)
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
