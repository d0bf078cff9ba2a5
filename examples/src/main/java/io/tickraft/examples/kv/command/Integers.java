package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Decimal numbers as Redis reads and writes them. */
public final class Integers {

  /** The digits of the smallest number, with its sign. */
  private static final int MAX_LENGTH = 20;

  private Integers() {}

  /**
   * Reads a signed 64-bit number.
   *
   * @return the number; empty if the bytes are not exactly what {@link #format} writes: no plus, no
   *     leading zero, no blank
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

  /** Writes a number. */
  public static ByteString format(long value) {
    return ByteString.copyFrom(Long.toString(value), StandardCharsets.US_ASCII);
  }
}
