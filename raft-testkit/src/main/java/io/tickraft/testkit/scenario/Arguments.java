package io.tickraft.testkit.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The words and options of a command while it runs. A word or option that the command takes, but is
 * missing or invalid, is a mistake. So is one that the command does not take.
 */
final class Arguments {

  private final Command command;
  private final TreeSet<String> unused;
  private int next;

  Arguments(Command command) {
    this.command = command;
    this.unused = new TreeSet<>(command.options().keySet());
  }

  ScenarioException mistake(String reason) {
    return command.mistake(reason);
  }

  /** Checks that all words and options were taken. */
  void end() {
    if (next < command.words().size()) {
      throw mistake("unexpected: " + command.words().get(next));
    }
    if (!unused.isEmpty()) {
      throw mistake("unknown option: " + unused.first());
    }
  }

  // Words.

  boolean hasWord() {
    return next < command.words().size();
  }

  /** Takes the next word if it is the given one. */
  boolean takes(String word) {
    boolean is = hasWord() && command.words().get(next).equals(word);
    next += is ? 1 : 0;
    return is;
  }

  String word(String what) {
    if (!hasWord()) {
      throw mistake("missing: " + what);
    }
    return command.words().get(next++);
  }

  List<String> rest() {
    List<String> rest = command.words().subList(next, command.words().size());
    next = command.words().size();
    return rest;
  }

  int number(String what, int min, int max) {
    return (int) number(what, word(what), min, max);
  }

  int number(String what, int min, int max, int otherwise) {
    return hasWord() ? number(what, min, max) : otherwise;
  }

  // Options.

  boolean hasOption(String name) {
    return command.options().containsKey(name);
  }

  Optional<String> option(String name) {
    unused.remove(name);
    return Optional.ofNullable(command.options().get(name));
  }

  int option(String name, int min, int max, int otherwise) {
    return option(name).map(value -> (int) number(name, value, min, max)).orElse(otherwise);
  }

  /** Takes all options that are left, and returns their names. */
  List<String> options() {
    List<String> names = new ArrayList<>(unused);
    unused.clear();
    return names;
  }

  // Values.

  long number(String what, String text, long min, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported like a number out of range.
    }
    String range = max == Long.MAX_VALUE ? "from " + min : "from " + min + " to " + max;
    throw mistake(what + ": a number " + range + ", not " + text);
  }

  /** Parses a list of ids, such as {@code 1,2} or {@code 1..5}. */
  List<Long> ids(String what, String text) {
    List<Long> ids = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int dots = part.indexOf("..");
      if (dots < 0) {
        ids.add(number(what, part, 1, Long.MAX_VALUE));
      } else {
        long first = number(what, part.substring(0, dots), 1, Long.MAX_VALUE);
        long last = number(what, part.substring(dots + 2), first, first + World.MAX_NODES);
        for (long id = first; id <= last; id++) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  boolean isOn(String what, String text) {
    if (!text.equals("on") && !text.equals("off")) {
      throw mistake(what + ": on or off, not " + text);
    }
    return text.equals("on");
  }
}
