package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.OptionalInt;

/** The map at one index of the log, for reading. */
public interface KvView {

  /** {@return the value of a key; empty if there is none} */
  Optional<ByteString> get(ByteString key);

  /** {@return the length of the value of a key, in bytes; empty if there is none} */
  OptionalInt length(ByteString key);

  /** {@return whether a key has a value} */
  default boolean has(ByteString key) {
    return length(key).isPresent();
  }

  /** {@return the number of keys} */
  long size();
}
