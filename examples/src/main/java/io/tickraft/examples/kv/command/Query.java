package io.tickraft.examples.kv.command;

/** A read. It is answered when the map has reached its read index. */
@FunctionalInterface
public interface Query {

  /**
   * Reads the map.
   *
   * @param map the map of this node
   * @param maxBytes the limit of the keys and values in the reply, in bytes
   * @return the reply, or {@link Errors#REPLY_TOO_LARGE}
   */
  Reply answer(KvMap map, long maxBytes);
}
