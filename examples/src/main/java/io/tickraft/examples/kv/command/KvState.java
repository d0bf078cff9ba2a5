package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;

/** The map while a command is applied to it. */
public interface KvState extends KvView {

  /** Gives a key a value, whether it had one or not. */
  void put(ByteString key, ByteString value);

  /**
   * Takes a key's value away.
   *
   * @return whether it had one
   */
  boolean remove(ByteString key);
}
