package io.tickraft.examples.kv.store;

import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * Thrown if the store cannot be used: the disk fails, or holds damaged data or that of another
 * node. The message is one line for the operator.
 */
public final class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final String ADVICE =
      ": the data is damaged, and this node may have lost what it had acknowledged. Do not start it"
          + " again: remove it from the group, and let a new node with a new id and an empty"
          + " directory join";

  /** Describes a failure found by this package. */
  public StoreException(String message) {
    super(message);
  }

  /** Describes a failure of the database. Says what to do if the database has found damage. */
  public StoreException(String message, Throwable cause) {
    super(message + ": " + reason(cause) + (isDamage(cause) ? ADVICE : ""), cause);
  }

  /**
   * Describes damaged data, and says what to do.
   *
   * @param what what is wrong, with the name of the file if it is known
   */
  static StoreException damaged(String what) {
    return new StoreException(what + ADVICE);
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.toString() : message.strip();
  }

  private static boolean isDamage(@Nullable Throwable cause) {
    return cause instanceof RocksDBException e
        && e.getStatus() != null
        && e.getStatus().getCode() == Status.Code.Corruption;
  }
}
