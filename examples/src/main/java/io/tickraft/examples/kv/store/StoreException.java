package io.tickraft.examples.kv.store;

import io.tickraft.examples.kv.net.Uncaught;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * Thrown if the store cannot be used: the disk fails, or holds damaged data or that of another
 * node. The message is one line for the operator.
 *
 * <p>The node must stop. What failed may or may not be on the disk, and only a start reads what is
 * there.
 */
public final class StoreException extends RuntimeException implements Uncaught.Fatal {

  private static final long serialVersionUID = 1L;

  private static final String ADVICE =
      ": the data is damaged, and this node may have lost what it had acknowledged. Do not start it"
          + " again: remove it from the group, and let a new node with a new id and an empty"
          + " directory join";

  private final boolean damaged;

  /** Describes a failure found by this package. */
  public StoreException(String message) {
    this(message, null, false);
  }

  /** Describes a failure of the database. Says what to do if the database has found damage. */
  public StoreException(String message, Throwable cause) {
    this(
        message + ": " + reason(message, cause) + (isDamage(cause) ? ADVICE : ""),
        cause,
        isDamage(cause) || (cause instanceof StoreException e && e.damaged));
  }

  private StoreException(String message, @Nullable Throwable cause, boolean damaged) {
    super(message, cause);
    this.damaged = damaged;
  }

  /**
   * Describes damaged data, and says what to do.
   *
   * @param what what is wrong, with the name of the file if it is known
   */
  static StoreException damaged(String what) {
    return new StoreException(what + ADVICE, null, true);
  }

  /**
   * Describes a failure of which the reason is that the data is gone, and says what to do.
   *
   * @param missing a file without which a start would find no data
   */
  static StoreException lost(StoreException failure, Path missing) {
    return new StoreException(
        failure.getMessage() + ": the file " + missing + " is missing" + ADVICE, failure, true);
  }

  /** {@return whether the data is damaged: the node must not be started on it again} */
  public boolean isDamaged() {
    return damaged;
  }

  private static String reason(String before, Throwable cause) {
    if (cause instanceof FileSystemException e) {
      String file = String.valueOf(e.getFile());
      return before.endsWith(file) ? reason(e) : file + ": " + reason(e);
    }
    String message = cause.getMessage();
    return message == null ? cause.toString() : message.strip();
  }

  /** Some exceptions of the file system have no message but the name of the file. */
  private static String reason(FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    } else if (e instanceof FileAlreadyExistsException) {
      return "a file, and not a directory";
    } else if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    return e.getReason() == null ? e.toString() : e.getReason();
  }

  private static boolean isDamage(@Nullable Throwable cause) {
    return cause instanceof RocksDBException e
        && e.getStatus() != null
        && e.getStatus().getCode() == Status.Code.Corruption;
  }
}
