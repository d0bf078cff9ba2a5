package io.tickraft.testkit.scenario;

import java.util.ArrayList;
import java.util.List;

/** The difference of two transcripts: common first lines, expected, actual, common last lines. */
final class TranscriptDiff {

  private TranscriptDiff() {}

  static String of(List<String> expected, List<String> actual) {
    int shorter = Math.min(expected.size(), actual.size());
    int same = 0;
    while (same < shorter && expected.get(same).equals(actual.get(same))) {
      same++;
    }
    int sameEnd = 0;
    while (sameEnd < shorter - same
        && fromEnd(expected, sameEnd).equals(fromEnd(actual, sameEnd))) {
      sameEnd++;
    }
    List<String> lines = new ArrayList<>();
    expected.subList(0, same).forEach(line -> lines.add(" " + line));
    expected.subList(same, expected.size() - sameEnd).forEach(line -> lines.add("-" + line));
    actual.subList(same, actual.size() - sameEnd).forEach(line -> lines.add("+" + line));
    expected
        .subList(expected.size() - sameEnd, expected.size())
        .forEach(line -> lines.add(" " + line));
    return String.join("\n", lines);
  }

  private static String fromEnd(List<String> lines, int position) {
    return lines.get(lines.size() - 1 - position);
  }
}
