package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Decimal numbers in the form that Redis reads and writes. */
public final class Integers {

  /** The length of the smallest number, with its sign. */
  private static final int MAX_LENGTH = 20;

  private Integers() {}

  /**
   * Parses a signed 64-bit number.
   *
   * @return the number; empty if the bytes are not exactly what {@link #format} returns for it: no
   *     plus, no leading zero, no blank
   */
  public static OptionalLong parse(ByteString bytes) {
    if (bytes.isEmpty() || bytes.size() > MAX_LENGTH) {
      return OptionalLong.empty();
    }
    String text = bytes.toString(StandardCharsets.ISO_8859_1);
    long value;
    try {
      value = Long.parseLong(text);
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
    return Long.toString(value).equals(text) ? OptionalLong.of(value) : OptionalLong.empty();
  }

  /** {@return the decimal digits of a number} */
  public static ByteString format(long value) {
    return ByteString.copyFrom(Long.toString(value), StandardCharsets.US_ASCII);
  }
}
