package io.tickraft.testkit.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The events of one run of an {@link Exploration}, one on each line. {@link Exploration#play}
 * replays them.
 *
 * <pre>
 * campaign 1
 * deliver 1&gt;2 #1
 * crash 2 keeping 1 and 2 parts
 * transfer 1 to 3
 * </pre>
 *
 * <p>A message is named by its link and its number on that link: {@code 1>2 #3} is the third
 * message that node 1 has sent to node 2. {@code change 1 #2} proposes the second of the
 * {@linkplain Exploration#changes changes} to node 1. {@code keeping 1 and 2 parts} says that the
 * crash keeps one unsynced write and the first two parts of the next. With a store of your own,
 * {@code crash 2 #3} is the crash with the choices of {@link io.tickraft.testkit.sim.ChoicePath#of
 * ChoicePath.of(3)}. Every ordering can be played: an event that is not possible is skipped.
 * Immutable.
 */
public final class Ordering {

  private static final Pattern LINE =
      Pattern.compile(
          "(?<kind>[a-z-]+) (?:(?<from>\\d+)>)?(?<node>\\d+)(?: #(?<number>\\d+))?"
              + "(?: to (?<other>\\d+))?(?: keeping (?<writes>\\d+))?(?: and (?<parts>\\d+) parts)?");

  /**
   * An event.
   *
   * @param kind its kind
   * @param node the id of the node that the event happens to
   * @param from the sender of the message; 0 if the event is not the arrival of a message
   * @param number the number of the message on its link, or of the membership change, from 1; for
   *     the crash of a user's store, the number of the path of its choices, from 0; otherwise 0
   * @param other the other node of a transfer or of a report; 0 if there is none
   * @param writes how many unsynced writes a crash keeps
   * @param parts how many parts of the next write a crash keeps
   */
  record Line(EventKind kind, long node, long from, int number, long other, int writes, int parts) {

    @Override
    public String toString() {
      return kind
          + " "
          + (from == 0 ? "" : from + ">")
          + node
          + (number == 0 ? "" : " #" + number)
          + (other == 0 ? "" : " to " + other)
          + (writes == 0 && parts == 0 ? "" : " keeping " + writes)
          + (parts == 0 ? "" : " and " + parts + " parts");
    }
  }

  private final List<Line> lines;

  Ordering(List<Line> lines) {
    this.lines = List.copyOf(lines);
  }

  /**
   * Reads an ordering.
   *
   * @param text a line for each event; empty lines, and comments that begin with {@code //}, are
   *     skipped
   * @return the ordering
   * @throws IllegalArgumentException if a line is not an event
   */
  public static Ordering parse(String text) {
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String full : text.lines().toList()) {
      number++;
      int comment = full.indexOf("//");
      String line = (comment < 0 ? full : full.substring(0, comment)).strip();
      if (!line.isEmpty()) {
        lines.add(parse(line, number));
      }
    }
    return new Ordering(lines);
  }

  private static Line parse(String line, int number) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException("line " + number + " is no event: " + line);
    }
    EventKind kind = null;
    for (EventKind one : EventKind.values()) {
      kind = one.toString().equals(parts.group("kind")) ? one : kind;
    }
    if (kind == null) {
      throw new IllegalArgumentException(
          "line " + number + ": no kind of event: " + parts.group("kind"));
    }
    return new Line(
        kind,
        number(parts, "node"),
        number(parts, "from"),
        (int) number(parts, "number"),
        number(parts, "other"),
        (int) number(parts, "writes"),
        (int) number(parts, "parts"));
  }

  private static long number(Matcher parts, String group) {
    String digits = parts.group(group);
    // No node, message or write has a number of ten digits: cut, so that it can be parsed.
    return digits == null ? 0 : Long.parseLong(digits.substring(0, Math.min(9, digits.length())));
  }

  List<Line> lines() {
    return lines;
  }

  /** {@return the number of events} */
  public int size() {
    return lines.size();
  }

  /** {@return the events, each with a line break} */
  public String text() {
    return lines.stream()
        .map(line -> line.toString().toLowerCase(Locale.ROOT) + "\n")
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return text();
  }
}
