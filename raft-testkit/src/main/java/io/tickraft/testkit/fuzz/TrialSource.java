package io.tickraft.testkit.fuzz;

import java.util.List;

/**
 * A trial as Java source.
 *
 * @param expression an expression of type {@link Trial}
 * @param imports the full names of the classes in it
 * @param isComplete whether it is the same trial; false if a part of it has no source
 */
record TrialSource(String expression, List<String> imports, boolean isComplete) {

  /** What stands for a trial that nobody has named. */
  static final TrialSource UNKNOWN =
      new TrialSource(
          "choices -> {\n        throw new UnsupportedOperationException(\"put the run here\");\n"
              + "      }",
          List.of(),
          false);

  /** Returns the source of a trial, as far as it is known. */
  static TrialSource of(Trial trial) {
    return trial instanceof Fuzz fuzz ? fuzz.source() : UNKNOWN;
  }

  /** Returns an expression that a user has given; its names are complete. */
  static TrialSource named(String expression) {
    return new TrialSource(expression, List.of(), true);
  }
}
