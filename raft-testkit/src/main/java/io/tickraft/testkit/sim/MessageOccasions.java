package io.tickraft.testkit.sim;

import io.tickraft.proto.Message;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names the messages of a run for its choices: by sender, receiver, kind, term, and the ordinal
 * among the messages that agree in these. A message that is left out of a run so changes the names
 * of few others.
 */
final class MessageOccasions {

  private static final Pattern WORD = Pattern.compile("[A-Z]+");

  /** The pattern of each kind of message by its number, such as {@code Append %→% t% #%}. */
  private static final String[] PATTERNS = patterns();

  /**
   * The messages of each kind and term that were sent over a link. Terms need not rise: a message
   * that waits for a write is sent after later ones that do not wait.
   */
  private static final class Counts {
    private final Map<Long, long[]> byTerm = new TreeMap<>();

    private long term = -1;
    private long[] ofTerm = new long[0];

    long next(Message message) {
      if (message.getTerm() != term) {
        term = message.getTerm();
        ofTerm = byTerm.computeIfAbsent(term, t -> new long[PATTERNS.length]);
      }
      return ++ofTerm[message.getBodyCase().getNumber()];
    }
  }

  private final Choices choices;

  /** By sender and receiver. */
  private final PerLink<Counts> links = new PerLink<>(Counts::new);

  MessageOccasions(Choices choices) {
    this.choices = choices;
  }

  /** Returns the choices about a message that is being sent. */
  Choices of(Message message) {
    long from = message.getFrom();
    long to = message.getTo();
    long ordinal = links.of(from, to).next(message);
    return choices.at(
        PATTERNS[message.getBodyCase().getNumber()], from, to, message.getTerm(), ordinal);
  }

  private static String[] patterns() {
    Message.BodyCase[] kinds = Message.BodyCase.values();
    int last = Arrays.stream(kinds).mapToInt(Message.BodyCase::getNumber).max().orElseThrow();
    String[] patterns = new String[last + 1];
    for (Message.BodyCase kind : kinds) {
      patterns[kind.getNumber()] = name(kind) + " %→% t% #%";
    }
    return patterns;
  }

  /** Returns the name of a kind as the protocol defines it, such as AppendResponse. */
  private static String name(Message.BodyCase kind) {
    return WORD.matcher(kind.name())
        .results()
        .map(MatchResult::group)
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
