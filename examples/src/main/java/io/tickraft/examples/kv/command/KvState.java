package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;

/** The map while a command is applied to it. */
public interface KvState extends KvView {

  /** Sets the value of a key, whether the key had one or not. */
  void put(ByteString key, ByteString value);

  /**
   * Removes the value of a key.
   *
   * @return whether the key had a value
   */
  boolean remove(ByteString key);

  /** Removes all keys. */
  void clear();
}
