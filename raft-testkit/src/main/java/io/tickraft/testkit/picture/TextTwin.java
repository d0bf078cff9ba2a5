package io.tickraft.testkit.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The steps of a run as text, a line for each that is worth one. */
final class TextTwin {

  private TextTwin() {}

  static List<String> lines(List<Step> steps, List<String> lastNotes) {
    List<String> lines = new ArrayList<>();
    for (Step step : steps) {
      step.notes.forEach(note -> lines.add(note(note)));
      if (!step.isHidden()) {
        lines.add(line(step));
      }
    }
    lastNotes.forEach(note -> lines.add(note(note)));
    return lines;
  }

  private static String note(String text) {
    return "           " + text;
  }

  private static String line(Step step) {
    String time = step.at < 0 ? "" : String.format(Locale.ROOT, "%7.3f s  ", step.at / 1000.0);
    return time
        + "node "
        + step.node
        + "  "
        + step.words()
        + (step.effects.isEmpty() ? "" : ": " + String.join(", ", step.effects));
  }
}
