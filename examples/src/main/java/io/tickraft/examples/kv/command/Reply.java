package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.util.List;

/** An answer to a client, in the terms of the Redis protocol. */
public sealed interface Reply {

  /** What most commands that change something answer. */
  Reply OK = new Simple("OK");

  /** There is no such value. */
  Reply NIL = new Nil();

  /**
   * A short text of the server's own.
   *
   * @param text without line breaks
   */
  record Simple(String text) implements Reply {}

  /**
   * An error.
   *
   * @param text begins with the error's code in capitals; without line breaks
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
   * Several answers in one.
   *
   * @param elements the answers
   */
  record Array(List<Reply> elements) implements Reply {
    public Array {
      elements = List.copyOf(elements);
    }
  }

  /** No value. */
  record Nil() implements Reply {}

  /** Wraps a text as bytes. */
  static Reply bulk(String text) {
    return new Bulk(ByteString.copyFromUtf8(text));
  }

  /** Collects answers. */
  static Reply array(Reply... elements) {
    return new Array(List.of(elements));
  }

  /** An error of the kind that most are. */
  static Reply err(String text) {
    return new Failure("ERR " + text);
  }
}
