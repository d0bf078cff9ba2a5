package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A request of a client.
 *
 * @param args the command's name and its arguments: at least one word
 * @param tooLarge whether an argument exceeded a limit; args holds an empty one in its place
 */
record Request(List<ByteString> args, boolean tooLarge) {

  /** {@return the command's name in capitals} */
  String name() {
    return word(0);
  }

  /** {@return an argument that is a keyword, in capitals} */
  String word(int i) {
    return text(i).toUpperCase(Locale.ROOT);
  }

  /** {@return an argument as text, one character for each byte} */
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
