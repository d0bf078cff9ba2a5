package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Schedule;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes the source of a JUnit test class that replays a schedule. */
final class TestSource {

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]+");
  private static final int MAX_WORDS = 8;
  private static final int MAX_COMMENT = 90;

  private TestSource() {}

  /**
   * Returns a complete class without a package.
   *
   * @param sentence what fails; becomes a comment
   * @param promise the promise that is broken, from which the names are made; empty if the run
   *     throws something else
   * @param run which run it is, such as its seed
   * @param trial a Java expression of the run
   * @param schedule the choices
   */
  static String of(
      String sentence, Optional<String> promise, String run, TrialSource trial, Schedule schedule) {
    String lines =
        schedule
            .text()
            .lines()
            .map(line -> "                " + escaped(line) + "\n")
            .collect(Collectors.joining());
    String method = promise.map(some -> name(some) + "Holds").orElse("keepsItsPromises");
    String type = promise.isPresent() ? method : name("run of " + run);
    return imports(trial)
        + "\n/**\n * "
        + comment(sentence)
        + "\n */\nclass "
        + capitalized(type)
        + "Test {\n\n"
        + (trial.isComplete() ? "" : whatIsKnown(trial))
        + "  private static final Trial RUN =\n      "
        + (trial.isComplete() ? trial : TrialSource.UNKNOWN).expression()
        + ";\n\n"
        + "  @Test\n"
        + "  void "
        + method
        + "() {\n"
        + "    RUN.run(\n"
        + "        Choices.replay(\n"
        + "            Schedule.parse(\n"
        + "                \"\"\"\n"
        + lines
        + "                \"\"\")));\n"
        + "  }\n"
        + "}\n";
  }

  /** Only a part of the run would test something else, and perhaps pass. */
  private static String whatIsKnown(TrialSource trial) {
    return trial.equals(TrialSource.UNKNOWN)
        ? "  // Put the run that has failed here.\n"
        : "  // Put the run that has failed here. This much of it is known:\n"
            + trial
                .expression()
                .lines()
                .map(line -> "  // " + line.strip() + "\n")
                .collect(Collectors.joining());
  }

  private static String imports(TrialSource trial) {
    Set<String> names = new TreeSet<>(trial.imports());
    names.add(Trial.class.getName());
    names.add("io.tickraft.testkit.sim.Choices");
    names.add("io.tickraft.testkit.sim.Schedule");
    names.add("org.junit.jupiter.api.Test");
    return names.stream().map(name -> "import " + name + ";\n").collect(Collectors.joining());
  }

  private static String escaped(String line) {
    return line.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /** Cuts a sentence short, and leaves nothing in it that has a meaning in a comment. */
  private static String comment(String sentence) {
    String plain = sentence.replaceAll("[^\\x20-\\x7e]", "?").replaceAll("[*@{}<>&\\\\]", " ");
    return plain.length() <= MAX_COMMENT ? plain : plain.substring(0, MAX_COMMENT) + "...";
  }

  /** Returns a name of letters and digits, such as {@code electionSafety}. */
  private static String name(String words) {
    StringBuilder name = new StringBuilder();
    WORD.matcher(words)
        .results()
        .map(word -> word.group().toLowerCase(Locale.ROOT))
        .limit(MAX_WORDS)
        .forEach(word -> name.append(name.isEmpty() ? word : capitalized(word)));
    return name.isEmpty() || Character.isDigit(name.charAt(0)) ? "promise" + name : name.toString();
  }

  private static String capitalized(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
