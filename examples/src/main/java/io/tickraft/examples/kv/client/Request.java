package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request of a client.
 *
 * @param args the command's name and its arguments: at least one word
 * @param refusal the answer, if an argument exceeded a limit; args holds only those before it
 * @param bytes the memory that was taken for the request, in bytes
 */
record Request(List<ByteString> args, Optional<Reply> refusal, long bytes) {

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

  /** {@return the arguments from a position to the last} */
  List<ByteString> argsFrom(int first) {
    return args.subList(first, args.size());
  }
}
