package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.function.Predicate;

/** The map between two batches of entries: its keys can be listed, too. */
public interface KvMap extends KvView {

  /**
   * Visits keys in their order, as unsigned bytes.
   *
   * @param after the visit starts at the first greater key; empty: at the first key
   * @param visitor called with each key; returns whether to go on
   */
  void visitKeys(Optional<ByteString> after, Predicate<ByteString> visitor);
}
