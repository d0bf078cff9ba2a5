package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Schedule.Choice;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the numbers in a schedule small. */
final class Numbers {

  private static final Pattern STEP = Pattern.compile("\\bstep ([0-9]{1,9})\\b");

  private Numbers() {}

  static Choice with(Choice choice, int number) {
    return new Choice(choice.occasion(), choice.label(), number);
  }

  /** Makes each chosen number as small as it can be while the others stay. */
  static void lower(Search search) {
    for (int i = search.simplest().size() - 1; i >= 0; i--) {
      int tooLow = 0;
      while (i < search.simplest().size() && tooLow + 1 < number(search, i)) {
        // First 1, then halfway: the number that is found may not be the least one.
        int middle = tooLow == 0 ? 1 : tooLow + (number(search, i) - tooLow) / 2;
        if (!search.attempt(lowered(search, i, middle))) {
          tooLow = middle;
        }
      }
    }
  }

  private static int number(Search search, int position) {
    return search.simplest().choices().get(position).number();
  }

  private static List<Choice> lowered(Search search, int position, int number) {
    Choice lowered = search.simplest().choices().get(position);
    return search.simplest().choices().stream()
        .map(choice -> choice.equals(lowered) ? with(choice, number) : choice)
        .toList();
  }

  /** Numbers the steps that are left from 1, in their order. */
  static void renumberSteps(Search search) {
    Map<Integer, Integer> renumbered = new TreeMap<>();
    for (Choice choice : search.simplest().choices()) {
      Matcher step = STEP.matcher(choice.occasion());
      if (step.find()) {
        renumbered.put(Integer.valueOf(step.group(1)), 0);
      }
    }
    int next = 1;
    for (Map.Entry<Integer, Integer> step : renumbered.entrySet()) {
      step.setValue(next++);
    }
    search.rename(
        search.simplest().choices().stream()
            .map(choice -> renumbered(choice, renumbered))
            .toList());
  }

  private static Choice renumbered(Choice choice, Map<Integer, Integer> renumbered) {
    String occasion =
        STEP.matcher(choice.occasion())
            .replaceFirst(step -> "step " + renumbered.get(Integer.valueOf(step.group(1))));
    return new Choice(occasion, choice.label(), choice.number());
  }
}
