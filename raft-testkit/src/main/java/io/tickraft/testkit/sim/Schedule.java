package io.tickraft.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * The choices of a run that are not 0, each with its name. {@link Choices#replay} replays the run.
 *
 * <p>As text, each choice is a line: the name of its occasion, a colon, its label, and the number:
 *
 * <pre>{@code
 * step 12: crash 2
 * Append 1→2 t3 #4: delay 180
 * }</pre>
 *
 * @param choices the choices, in the order in which the run makes them, or in any other
 */
public record Schedule(List<Choice> choices) {

  /**
   * A choice.
   *
   * @param occasion what the choice is about, such as a message or a step of the test
   * @param label which of the choices of this occasion
   * @param number the chosen number, at least 1
   */
  public record Choice(String occasion, String label, int number) {

    /**
     * Creates a choice.
     *
     * @param occasion what the choice is about
     * @param label which of the choices of this occasion
     * @param number the chosen number
     * @throws IllegalArgumentException if the number is below 1, or a name cannot be written as
     *     text: if it is empty, contains a line break, or, for an occasion, a colon
     */
    public Choice {
      if (occasion.isBlank() || occasion.indexOf(':') >= 0 || occasion.indexOf('\n') >= 0) {
        throw new IllegalArgumentException(
            "occasion: must be one line without a colon: '" + occasion + "'");
      }
      if (label.isBlank() || label.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("label: must be one line: '" + label + "'");
      }
      if (number < 1) {
        throw new IllegalArgumentException("number: at least 1: " + number);
      }
    }

    /** {@return the line of text that stands for this choice} */
    @Override
    public String toString() {
      return occasion + ": " + label + " " + number;
    }

    private static Choice parse(String line) {
      int colon = line.indexOf(": ");
      int space = line.lastIndexOf(' ');
      if (colon < 1 || space < colon + 2) {
        throw new IllegalArgumentException(
            "expected 'occasion: label number', such as 'step 2: propose 1'");
      }
      String number = line.substring(space + 1);
      if (number.isEmpty() || number.length() > 10 || !number.chars().allMatch(Schedule::isDigit)) {
        throw new IllegalArgumentException("not a number: '" + number + "'");
      }
      long parsed = Long.parseLong(number);
      if (parsed > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("number: at most " + Integer.MAX_VALUE + ": " + number);
      }
      return new Choice(line.substring(0, colon), line.substring(colon + 2, space), (int) parsed);
    }
  }

  /**
   * Creates a schedule.
   *
   * @param choices the choices, in the order in which the run makes them, or in any other
   */
  public Schedule {
    choices = List.copyOf(choices);
  }

  /** {@return how many choices there are} */
  public int size() {
    return choices.size();
  }

  /**
   * Reads a schedule.
   *
   * @param text lines as in {@link #text}; empty lines and lines that start with {@code //} are
   *     skipped
   * @return the schedule
   * @throws IllegalArgumentException if a line is not a choice; the message names the line
   */
  public static Schedule parse(String text) {
    List<Choice> choices = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith("//")) {
        continue;
      }
      try {
        choices.add(Choice.parse(stripped));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "line " + number + ": '" + stripped + "': " + e.getMessage(), e);
      }
    }
    return new Schedule(choices);
  }

  /** {@return one line for each choice, each with a line break} */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Choice choice : choices) {
      text.append(choice).append('\n');
    }
    return text.toString();
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public String toString() {
    return text();
  }
}
