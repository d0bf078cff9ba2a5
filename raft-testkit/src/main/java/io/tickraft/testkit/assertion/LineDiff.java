package io.tickraft.testkit.assertion;

import java.util.ArrayList;
import java.util.List;

/**
 * The difference of two lists of lines, by their longest common subsequence: common lines, missing
 * lines ({@code -}) and surplus lines ({@code +}).
 */
final class LineDiff {

  private LineDiff() {}

  static String of(List<String> expected, List<String> actual) {
    int[][] common = commonSuffixes(expected, actual);
    List<String> lines = new ArrayList<>();
    int e = 0;
    int a = 0;
    while (e < expected.size() || a < actual.size()) {
      if (e < expected.size() && a < actual.size() && expected.get(e).equals(actual.get(a))) {
        lines.add("    " + actual.get(a));
        e++;
        a++;
      } else if (e < expected.size()
          && (a == actual.size() || common[e + 1][a] >= common[e][a + 1])) {
        lines.add("  - " + expected.get(e++));
      } else {
        lines.add("  + " + actual.get(a++));
      }
    }
    return String.join("\n", lines);
  }

  /**
   * For each pair of positions: the length of the longest common subsequence from there to the
   * ends.
   */
  private static int[][] commonSuffixes(List<String> one, List<String> other) {
    int[][] length = new int[one.size() + 1][other.size() + 1];
    for (int i = one.size() - 1; i >= 0; i--) {
      for (int j = other.size() - 1; j >= 0; j--) {
        length[i][j] =
            one.get(i).equals(other.get(j))
                ? length[i + 1][j + 1] + 1
                : Math.max(length[i + 1][j], length[i][j + 1]);
      }
    }
    return length;
  }
}
