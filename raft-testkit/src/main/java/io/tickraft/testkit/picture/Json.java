package io.tickraft.testkit.picture;

import java.util.Collection;
import java.util.Locale;

/** Writes JSON that may stand inside a script element of a page. */
final class Json {

  private final StringBuilder out = new StringBuilder();

  /** Whether the next value or key is the first one of its array or object. */
  private boolean isFirst = true;

  private void separate() {
    if (!isFirst) {
      out.append(',');
    }
    isFirst = false;
  }

  Json open(char bracket) {
    separate();
    out.append(bracket);
    isFirst = true;
    return this;
  }

  Json close(char bracket) {
    out.append(bracket);
    isFirst = false;
    return this;
  }

  Json key(String name) {
    separate();
    string(name);
    out.append(':');
    isFirst = true;
    return this;
  }

  Json value(String text) {
    separate();
    string(text);
    return this;
  }

  Json value(long number) {
    separate();
    out.append(number);
    return this;
  }

  /** Writes a key with a text; nothing if the text is empty. */
  Json optional(String name, String text) {
    return text.isEmpty() ? this : key(name).value(text);
  }

  /** Writes a key with a number; nothing if the number is 0. */
  Json optional(String name, long number) {
    return number == 0 ? this : key(name).value(number);
  }

  /** Writes a key with texts; nothing if there is none. */
  Json texts(String name, Collection<String> texts) {
    if (!texts.isEmpty()) {
      key(name).open('[');
      texts.forEach(this::value);
      close(']');
    }
    return this;
  }

  /** Writes a key with numbers; nothing if there is none. */
  Json numbers(String name, Collection<? extends Number> numbers) {
    if (!numbers.isEmpty()) {
      key(name).open('[');
      numbers.forEach(number -> value(number.longValue()));
      close(']');
    }
    return this;
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        default -> {
          // An angle bracket or an ampersand could end the script element, or open a comment.
          if (c < ' ' || c == '<' || c == '>' || c == '&' || isSeparatorOrHalf(c)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** Line separators, which scripts treat as line ends, and halves of characters beyond 16 bits. */
  private static boolean isSeparatorOrHalf(char c) {
    return c == '\u2028' || c == '\u2029' || Character.isSurrogate(c);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
