package io.tickraft.examples.kv.command;

/** A read. It is answered when the map has reached its read index. */
@FunctionalInterface
public interface Query {

  /** {@return the reply, read from the map} */
  Reply answer(KvView view);
}
