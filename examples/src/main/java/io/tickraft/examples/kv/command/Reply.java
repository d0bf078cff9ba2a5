package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.util.List;

/** An answer to a client, as a value of the Redis protocol. */
public sealed interface Reply {

  /** The reply of most commands that change something. */
  Reply OK = new Simple("OK");

  /** The reply if a key has no value. */
  Reply NIL = new Nil();

  /**
   * A short text by the server.
   *
   * @param text without line breaks
   */
  record Simple(String text) implements Reply {}

  /**
   * An error.
   *
   * @param text the error's code in capitals, a space and a message; without line breaks
   */
  record Failure(String text) implements Reply {}

  /**
   * A number.
   *
   * @param value the number
   */
  record Int(long value) implements Reply {}

  /**
   * Bytes.
   *
   * @param value the bytes
   */
  record Bulk(ByteString value) implements Reply {}

  /**
   * A list of replies.
   *
   * @param elements the replies
   */
  record Array(List<Reply> elements) implements Reply {
    public Array {
      elements = List.copyOf(elements);
    }
  }

  /** No value. */
  record Nil() implements Reply {}

  /** {@return a text as bytes} */
  static Reply bulk(String text) {
    return new Bulk(ByteString.copyFromUtf8(text));
  }

  /** {@return a list of replies} */
  static Reply array(Reply... elements) {
    return new Array(List.of(elements));
  }

  /** {@return an error with the generic code ERR} */
  static Reply err(String text) {
    return new Failure("ERR " + text);
  }
}
