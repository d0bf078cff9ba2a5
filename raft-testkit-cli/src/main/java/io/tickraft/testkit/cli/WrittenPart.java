package io.tickraft.testkit.cli;

/** The part of a document that a command writes, between two lines. */
public final class WrittenPart {

  private static final String END = "<!-- The end of what is written. -->";
  private static final String NEWLINE = "\n";

  private final String begin;

  /**
   * Names a part.
   *
   * @param command what writes it: in the line before it
   */
  public WrittenPart(String command) {
    this.begin = "<!-- Written by: " + command + ". -->";
  }

  /**
   * Returns a document with another text in this part.
   *
   * @param document the text of the document
   * @param name its name
   * @param text the text, which ends with a line break
   * @return the document
   * @throws UsageException if the document has no such part
   */
  public String in(String document, String name, String text) {
    int start = document.indexOf(begin);
    int end = document.indexOf(END, Math.max(0, start));
    if (start < 0 || end < 0) {
      throw new UsageException(
          name + ": has no lines '" + begin + "' and '" + END + "', between which the table is");
    }
    return document.substring(0, start + begin.length()) + NEWLINE + text + document.substring(end);
  }
}
