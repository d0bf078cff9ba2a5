package io.tickraft.examples.kv.store;

import io.tickraft.examples.kv.net.Uncaught;
import io.tickraft.proto.Entry;

/**
 * Thrown for a committed entry that this version of the server cannot read: a newer version has
 * written it. The node must stop before it applies the entry. A newer version goes on with the
 * entry, which is still in the log. The message is one line for the operator.
 */
public final class UnreadableEntryException extends RuntimeException implements Uncaught.Fatal {

  private static final long serialVersionUID = 1L;

  UnreadableEntryException(Entry entry, Exception why) {
    super(
        "this version of the server cannot read the entry at index "
            + entry.getIndex()
            + ", term "
            + entry.getTerm()
            + " ("
            + why.getMessage()
            + "), which a newer version has written. Nothing is lost: start the newest version of"
            + " the group's nodes on this directory",
        why);
  }
}
