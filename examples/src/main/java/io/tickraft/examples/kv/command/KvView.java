package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** The map as it is at one index of the log, for reading. */
public interface KvView {

  /** Returns the value of a key; empty if there is none. */
  Optional<ByteString> get(ByteString key);

  /** Returns how many keys have a value. */
  long size();
}
