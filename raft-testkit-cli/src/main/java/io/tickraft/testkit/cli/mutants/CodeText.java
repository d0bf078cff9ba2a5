package io.tickraft.testkit.cli.mutants;

import java.util.ArrayList;
import java.util.List;

/**
 * The text of Java code, in which pieces of code are found whatever their white space and comments
 * are. So a mutant does not depend on how the code is formatted.
 */
final class CodeText {

  /** A word, a literal or a single other character of the code. */
  private record Token(int start, int end) {}

  private final String text;
  private final List<Token> tokens = new ArrayList<>();

  CodeText(String text) {
    this.text = text;
    int at = 0;
    while (at < text.length()) {
      int end = endOfToken(at);
      if (isCode(at)) {
        tokens.add(new Token(at, end));
      }
      at = end;
    }
  }

  /** Where a piece of code is: from {@code start}, up to but without {@code end}. */
  record Place(int start, int end) {}

  /** Returns whether a text holds no code. */
  static boolean isEmpty(String text) {
    return new CodeText(text).tokens.isEmpty();
  }

  /** Returns the places of a piece of code, which must not be empty. */
  List<Place> find(String code) {
    CodeText wanted = new CodeText(code);
    List<Place> places = new ArrayList<>();
    for (int i = 0; i + wanted.tokens.size() <= tokens.size(); i++) {
      if (isAt(i, wanted)) {
        Token last = tokens.get(i + wanted.tokens.size() - 1);
        places.add(new Place(tokens.get(i).start, last.end));
      }
    }
    return places;
  }

  private boolean isAt(int position, CodeText wanted) {
    for (int i = 0; i < wanted.tokens.size(); i++) {
      Token here = tokens.get(position + i);
      Token there = wanted.tokens.get(i);
      int length = there.end - there.start;
      if (here.end - here.start != length
          || !text.regionMatches(here.start, wanted.text, there.start, length)) {
        return false;
      }
    }
    return true;
  }

  private boolean isCode(int at) {
    return !Character.isWhitespace(text.charAt(at))
        && !text.startsWith("//", at)
        && !text.startsWith("/*", at);
  }

  private int endOfToken(int at) {
    char first = text.charAt(at);
    if (text.startsWith("//", at)) {
      return endAfter("\n", at + 2);
    }
    if (text.startsWith("/*", at)) {
      return endAfter("*/", at + 2);
    }
    if (text.startsWith("\"\"\"", at)) {
      return endAfter("\"\"\"", at + 3);
    }
    if (first == '"' || first == '\'') {
      return endOfLiteral(first, at + 1);
    }
    int end = at + 1;
    while (isWord(first) && end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isWord(char c) {
    return Character.isJavaIdentifierPart(c);
  }

  private int endAfter(String end, int from) {
    int found = text.indexOf(end, from);
    return found < 0 ? text.length() : found + end.length();
  }

  private int endOfLiteral(char quote, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) != quote) {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(text.length(), at + 1);
  }
}
