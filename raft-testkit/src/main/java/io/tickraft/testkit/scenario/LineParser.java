package io.tickraft.testkit.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses a line of commands: {@code ;} separates commands, blanks separate words, {@code "} quotes
 * blanks, and {@code #} begins a comment.
 */
final class LineParser {

  private static final Pattern OPTION = Pattern.compile("([a-z][a-z0-9-]*)=(.*)");

  /** A word or a separator. A quoted word is neither an option nor a separator. */
  private record Token(String text, boolean quoted) {
    boolean isEnd() {
      return !quoted && text.equals(";");
    }
  }

  private final String file;
  private final int line;
  private final List<Token> tokens = new ArrayList<>();
  private int next;

  LineParser(String file, int line, String text) {
    this.file = file;
    this.line = line;
    int at = 0;
    while (at < text.length() && text.charAt(at) != '#') {
      char c = text.charAt(at);
      if (c == ';') {
        tokens.add(new Token(";", false));
        at++;
      } else if (Character.isWhitespace(c)) {
        at++;
      } else {
        at = word(text, at);
      }
    }
  }

  /** Reads a word and returns where it ends. */
  private int word(String text, int from) {
    StringBuilder word = new StringBuilder();
    boolean quoted = text.charAt(from) == '"';
    boolean inside = false;
    int at = from;
    while (at < text.length() && (inside || !isSeparator(text.charAt(at)))) {
      char c = text.charAt(at++);
      if (c == '"') {
        inside = !inside;
      } else {
        word.append(c);
      }
    }
    if (inside) {
      throw mistake("a quote is not closed");
    }
    tokens.add(new Token(word.toString(), quoted));
    return at;
  }

  private static boolean isSeparator(char c) {
    return c == ';' || Character.isWhitespace(c);
  }

  /** Reads {@code quietly} or {@code briefly}, which may precede the first command. */
  Verbosity verbosity() {
    String first = tokens.isEmpty() ? "" : tokens.get(0).text;
    Verbosity verbosity =
        first.equals("quietly")
            ? Verbosity.QUIET
            : first.equals("briefly") ? Verbosity.BRIEF : Verbosity.FULL;
    next += verbosity == Verbosity.FULL ? 0 : 1;
    if (next == tokens.size()) {
      throw mistake("a command is missing");
    }
    return verbosity;
  }

  boolean hasCommand() {
    return next < tokens.size();
  }

  Command command() {
    Token name = tokens.get(next++);
    if (name.isEnd()) {
      throw mistake("a command is missing before ';'");
    }
    List<String> words = new ArrayList<>();
    SortedMap<String, String> options = new TreeMap<>();
    while (next < tokens.size() && !tokens.get(next).isEnd()) {
      Token token = tokens.get(next++);
      Matcher option = OPTION.matcher(token.text);
      if (token.quoted || !option.matches()) {
        words.add(token.text);
      } else if (options.put(option.group(1), option.group(2)) != null) {
        throw mistake(name.text + ": the option " + option.group(1) + " is given twice");
      }
    }
    if (next < tokens.size() && ++next == tokens.size()) {
      throw mistake("a command is missing after ';'");
    }
    return new Command(file, line, name.text, words, options);
  }

  private ScenarioException mistake(String reason) {
    return new ScenarioException(file, line, reason);
  }
}
