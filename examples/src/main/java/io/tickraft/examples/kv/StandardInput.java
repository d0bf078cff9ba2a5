package io.tickraft.examples.kv;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What a person types, or a script sends, to a command. */
final class StandardInput {

  private StandardInput() {}

  /** {@return the first line of the standard input; empty if there is none} */
  static String firstLine() {
    try {
      String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the standard input", e);
    }
  }
}
