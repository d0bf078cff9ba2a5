package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** The map at one index of the log, for reading. */
public interface KvView {

  /** {@return the value of a key; empty if there is none} */
  Optional<ByteString> get(ByteString key);

  /** {@return the number of keys} */
  long size();
}
