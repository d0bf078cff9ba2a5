package io.tickraft.testkit.sim;

import io.tickraft.proto.Message;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Names the messages of a run for its choices: by sender, receiver, kind, term, and the ordinal
 * among the messages that agree in these. A message that is left out of a run so changes the names
 * of few others.
 */
final class MessageOccasions {

  private static final Message.BodyCase[] KINDS = Message.BodyCase.values();

  /** The pattern of each kind of message, such as {@code Append %→% t% #%}. */
  private static final Map<Message.BodyCase, String> PATTERNS = patterns();

  private record Link(long from, long to) {}

  /** The messages of each kind that were sent over a link since the sender's term has grown. */
  private static final class Counts {
    final long[] terms = new long[KINDS.length];
    final long[] counts = new long[KINDS.length];

    long next(Message message) {
      int kind = message.getBodyCase().ordinal();
      // A sender's term only falls if its disk has lost it: then the count goes on.
      if (terms[kind] < message.getTerm()) {
        terms[kind] = message.getTerm();
        counts[kind] = 0;
      }
      return ++counts[kind];
    }
  }

  private final Choices choices;
  private final Map<Link, Counts> links = new HashMap<>();

  MessageOccasions(Choices choices) {
    this.choices = choices;
  }

  /** Returns the choices about a message that is being sent. */
  Choices of(Message message) {
    long from = message.getFrom();
    long to = message.getTo();
    long ordinal = links.computeIfAbsent(new Link(from, to), link -> new Counts()).next(message);
    return choices.at(PATTERNS.get(message.getBodyCase()), from, to, message.getTerm(), ordinal);
  }

  private static Map<Message.BodyCase, String> patterns() {
    Map<Message.BodyCase, String> patterns = new EnumMap<>(Message.BodyCase.class);
    for (Message.BodyCase kind : KINDS) {
      patterns.put(kind, name(kind) + " %→% t% #%");
    }
    return patterns;
  }

  /**
   * Returns the name of a kind as in the protocol's definition: APPEND_RESPONSE: AppendResponse.
   */
  private static String name(Message.BodyCase kind) {
    return Arrays.stream(kind.name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
