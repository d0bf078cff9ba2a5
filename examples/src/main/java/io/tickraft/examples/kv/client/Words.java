package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line that a person typed into words, as Redis does. A word may contain quoted parts. In
 * double quotes {@code \n}, {@code \r}, {@code \t}, {@code \b}, {@code \a} and {@code \xHH} stand
 * for a byte, and a backslash before any other character for that character; in single quotes only
 * {@code \'} is special.
 */
final class Words {

  private final byte[] line;
  private final ByteString.Output word = ByteString.newOutput();
  private int next;

  private Words(byte[] line) {
    this.line = line;
  }

  /**
   * Splits a line.
   *
   * @throws ProtocolException if a quote has no end, or is followed by a part of a word
   */
  static List<ByteString> split(byte[] line) throws ProtocolException {
    return new Words(line).split();
  }

  private List<ByteString> split() throws ProtocolException {
    List<ByteString> words = new ArrayList<>();
    while (true) {
      while (next < line.length && isBlank(line[next])) {
        next++;
      }
      if (next == line.length) {
        return words;
      }
      word.reset();
      readWord();
      words.add(word.toByteString());
    }
  }

  private void readWord() throws ProtocolException {
    while (next < line.length && !isBlank(line[next])) {
      byte c = line[next++];
      if (c == '"' || c == '\'') {
        readQuoted(c);
        if (next < line.length && !isBlank(line[next])) {
          throw unbalanced();
        }
      } else {
        word.write(c);
      }
    }
  }

  private void readQuoted(byte quote) throws ProtocolException {
    while (next < line.length) {
      byte c = line[next++];
      if (c == quote) {
        return;
      }
      if (c == '\\' && next < line.length && (quote == '"' || line[next] == '\'')) {
        word.write(escaped(line[next++]));
      } else {
        word.write(c);
      }
    }
    throw unbalanced();
  }

  private int escaped(byte c) {
    if (c == 'x' && next + 1 < line.length) {
      int high = Character.digit(line[next], 16);
      int low = Character.digit(line[next + 1], 16);
      if (high >= 0 && low >= 0) {
        next += 2;
        return 16 * high + low;
      }
    }
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'a' -> 7;
      default -> c;
    };
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0;
  }

  private static ProtocolException unbalanced() {
    return new ProtocolException("unbalanced quotes in request");
  }
}
