package io.tickraft.examples.kv.command;

/** A read, which waits until the map is recent enough for it. */
@FunctionalInterface
public interface Query {

  /** Reads. */
  Reply answer(KvView view);
}
