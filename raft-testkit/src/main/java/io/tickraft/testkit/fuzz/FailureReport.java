package io.tickraft.testkit.fuzz;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a person needs to work with a run that fails: one sentence, the shrunk run, and a JUnit test
 * that replays it.
 *
 * @param name which run it is, such as its seed
 * @param choices how many choices that are not 0 the whole run has made
 * @param shrunk the shrunk run
 */
public record FailureReport(String name, int choices, Shrunk shrunk) {

  private static final Pattern WORD = Pattern.compile("[A-Za-z]+");
  private static final int MAX_WORDS = 8;

  /** {@return the report} */
  public String text() {
    return name
        + ": "
        + shrunk.failure()
        + "\n\n"
        + summary()
        + "\n\n"
        + shrunk.schedule().text().indent(2)
        + "\nAs a test:\n\n"
        + test().indent(2);
  }

  private String summary() {
    if (shrunk.attempts() == 0) {
      return "The run has " + choices + " choices, and is not shrunk:";
    }
    return "Shrunk from "
        + choices
        + " choices to "
        + shrunk.schedule().size()
        + (shrunk.complete() ? "" : ", until the limit was reached")
        + ":";
  }

  /** {@return the source of a test method that fails; {@code FUZZ} is the run} */
  public String test() {
    String lines =
        shrunk
            .schedule()
            .text()
            .lines()
            .map(line -> "              " + escaped(line) + "\n")
            .collect(Collectors.joining());
    return "@Test\n"
        + "void "
        + methodName()
        + "() {\n"
        + "  FUZZ.run(\n"
        + "      Choices.replay(\n"
        + "          Schedule.parse(\n"
        + "              \"\"\"\n"
        + lines
        + "              \"\"\")));\n"
        + "}\n";
  }

  private static String escaped(String line) {
    return line.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /** Returns a name of letters from the kind of the failure, such as {@code electionSafety}. */
  private String methodName() {
    StringBuilder name = new StringBuilder();
    WORD.matcher(shrunk.failure().kind())
        .results()
        .map(word -> word.group().toLowerCase(Locale.ROOT))
        .limit(MAX_WORDS)
        .forEach(word -> name.append(name.isEmpty() ? word : capitalized(word)));
    return name.isEmpty() ? "fails" : name + "Holds";
  }

  private static String capitalized(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
