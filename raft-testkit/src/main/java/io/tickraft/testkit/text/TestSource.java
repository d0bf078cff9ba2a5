package io.tickraft.testkit.text;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes the source of a JUnit test class that plays a run again. */
public final class TestSource {

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
   * @param imports the full names of the classes in the source, beside that of the annotation
   * @param field the field of the class, with its indentation and the lines before it
   * @param body the statements of the test, with their indentation
   * @return the source
   */
  public static String of(
      String sentence,
      Optional<String> promise,
      String run,
      Set<String> imports,
      String field,
      String body) {
    String method = promise.map(some -> name(some) + "Holds").orElse("keepsItsPromises");
    String type = promise.isPresent() ? method : name("run of " + run);
    Set<String> all = new TreeSet<>(imports);
    all.add("org.junit.jupiter.api.Test");
    return all.stream().map(name -> "import " + name + ";\n").collect(Collectors.joining())
        + "\n/**\n * "
        + comment(sentence)
        + "\n */\nclass "
        + capitalized(type)
        + "Test {\n\n"
        + field
        + "\n"
        + "  @Test\n"
        + "  void "
        + method
        + "() {\n"
        + body
        + "  }\n"
        + "}\n";
  }

  /**
   * Returns lines as they stand in a text block.
   *
   * @param text the lines
   * @param indentation what comes before each line
   * @return the lines, each with a line break
   */
  public static String inTextBlock(String text, String indentation) {
    return text.lines()
        .map(line -> indentation + escaped(line) + "\n")
        .collect(Collectors.joining());
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
