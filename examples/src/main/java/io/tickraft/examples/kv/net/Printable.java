package io.tickraft.examples.kv.net;

/**
 * Makes text from outside fit for a log: nobody may write a second line, or a very long one, into
 * the log of a node.
 */
public final class Printable {

  private static final int MAX_CHARS = 200;

  private Printable() {}

  /**
   * {@return the text without control characters, cut after {@value #MAX_CHARS} characters} Other
   * characters than those of Unicode's letters, digits, symbols and punctuation become {@code ?}.
   */
  public static String of(String text) {
    StringBuilder printable = new StringBuilder();
    int end = Math.min(text.length(), MAX_CHARS);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      printable.append(c == ' ' || isVisible(c) ? c : '?');
    }
    return printable.append(text.length() > end ? "..." : "").toString();
  }

  private static boolean isVisible(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
