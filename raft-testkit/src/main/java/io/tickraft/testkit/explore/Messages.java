package io.tickraft.testkit.explore;

import io.tickraft.core.Digest;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * All messages that were sent in any run of an exploration, by number. Equal messages have the same
 * number. The log of the sender is stored with a snapshot, which itself names only the last entry.
 */
final class Messages {

  private final Symmetry symmetry;
  private final LongTable numbers = new LongTable();
  private final List<Message> messages = new ArrayList<>();
  private final List<Log> logs = new ArrayList<>();
  private final List<long[]> hashes = new ArrayList<>();

  Messages(Symmetry symmetry) {
    this.symmetry = symmetry;
  }

  /** {@return the number of a message, from 0; adds the message if it is new} */
  int numberOf(Message message, Log ofSender) {
    boolean hasSnapshot = message.hasInstallSnapshot();
    long[] its = new long[symmetry.size()];
    for (int naming = 0; naming < its.length; naming++) {
      its[naming] = new Digest(symmetry.names(naming), 0).message(message).value();
    }
    long key = hasSnapshot ? Log.mix(its[0], ofSender.hash(ofSender.last())) : its[0];
    int known = numbers.get(key);
    if (known != LongTable.NONE) {
      return known;
    }
    int number = messages.size();
    if (number == Event.MAX_ARGUMENTS) {
      throw new IllegalStateException(
          "more than " + Event.MAX_ARGUMENTS + " different messages: set narrower bounds");
    }
    numbers.put(key, number);
    messages.add(message);
    logs.add(hasSnapshot ? ofSender : Log.EMPTY);
    hashes.add(its);
    return number;
  }

  Message message(int number) {
    return messages.get(number);
  }

  /** {@return the message of an event; the default instance if it has none} */
  Message of(int event) {
    return Event.kind(event).isDelivery()
        ? message(Event.argument(event))
        : Message.getDefaultInstance();
  }

  /** {@return the position of the node that the message is sent to, from 0} */
  int to(int number) {
    return (int) messages.get(number).getTo() - 1;
  }

  /** {@return the log of the sender of a snapshot; empty for another message} */
  Log log(int number) {
    return logs.get(number);
  }

  /** {@return the hash of the message for each naming of the nodes} */
  long[] hashes(int number) {
    return hashes.get(number);
  }

  int size() {
    return messages.size();
  }
}
