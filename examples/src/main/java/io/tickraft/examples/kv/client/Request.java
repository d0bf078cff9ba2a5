package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * What a client asks for.
 *
 * @param args the command's name and its arguments, at least one
 * @param tooLarge whether an argument was beyond the limit; it is empty here
 */
record Request(List<ByteString> args, boolean tooLarge) {

  /** Returns the command's name in capitals. */
  String name() {
    return word(0);
  }

  /** Returns an argument that is a keyword, in capitals. */
  String word(int i) {
    return text(i).toUpperCase(Locale.ROOT);
  }

  /** Returns an argument as text, whatever its bytes. */
  String text(int i) {
    return args.get(i).toString(StandardCharsets.ISO_8859_1);
  }

  ByteString arg(int i) {
    return args.get(i);
  }

  int count() {
    return args.size();
  }
}
