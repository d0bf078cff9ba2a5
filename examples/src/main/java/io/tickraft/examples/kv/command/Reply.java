package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

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
  record Simple(String text) implements Reply {
    @Override
    public long valueBytes() {
      return 0;
    }
  }

  /**
   * An error.
   *
   * @param text the error's code in capitals, a space and a message; without line breaks
   */
  record Failure(String text) implements Reply {
    @Override
    public long valueBytes() {
      return 0;
    }
  }

  /**
   * A number.
   *
   * @param value the number
   */
  record Int(long value) implements Reply {
    @Override
    public long valueBytes() {
      return 0;
    }
  }

  /**
   * Bytes.
   *
   * @param value the bytes
   */
  record Bulk(ByteString value) implements Reply {
    @Override
    public long valueBytes() {
      return value.size();
    }
  }

  /**
   * A text that a person is to read.
   *
   * @param text the text
   */
  record Text(String text) implements Reply {
    @Override
    public long valueBytes() {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  /**
   * A list of replies.
   *
   * @param elements the replies
   */
  record Array(List<Reply> elements) implements Reply {
    public Array {
      elements = List.copyOf(elements);
    }

    @Override
    public long valueBytes() {
      return sum(elements);
    }
  }

  /**
   * Replies with names.
   *
   * @param namesAndValues a name, its value, the next name and so on
   */
  record Named(List<Reply> namesAndValues) implements Reply {
    public Named {
      namesAndValues = List.copyOf(namesAndValues);
      if (namesAndValues.size() % 2 != 0) {
        throw new IllegalArgumentException("a name without a value");
      }
    }

    @Override
    public long valueBytes() {
      return sum(namesAndValues);
    }
  }

  /** No value. */
  record Nil() implements Reply {
    @Override
    public long valueBytes() {
      return 0;
    }
  }

  /** {@return the number of bytes of the values in this reply} */
  // Not a default method: an interface that has one is initialized with each of its records, and
  // this one makes two of them.
  long valueBytes();

  private static long sum(List<Reply> replies) {
    long sum = 0;
    for (Reply reply : replies) {
      sum += reply.valueBytes();
    }
    return sum;
  }

  /** {@return a value, or {@link #NIL} if there is none} */
  static Reply bulkOrNil(Optional<ByteString> value) {
    return value.isPresent() ? new Bulk(value.get()) : NIL;
  }

  /** {@return a text as bytes} */
  static Reply bulk(String text) {
    return new Bulk(ByteString.copyFromUtf8(text));
  }

  /** {@return a list of replies} */
  static Reply array(Reply... elements) {
    return new Array(List.of(elements));
  }

  /** {@return names and values, in turn} */
  static Reply named(Reply... namesAndValues) {
    return new Named(List.of(namesAndValues));
  }

  /** {@return an error with the generic code ERR} */
  static Reply err(String text) {
    return new Failure("ERR " + text);
  }
}
