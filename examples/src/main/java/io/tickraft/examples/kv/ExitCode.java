package io.tickraft.examples.kv;

import io.tickraft.examples.kv.store.StoreException;
import io.tickraft.examples.kv.store.UnreadableEntryException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The exit codes of the process.
 *
 * <p>After {@link #FAILED}, a start may succeed once the reason is gone: a full disk, a port in
 * use. After {@link #DAMAGED} and {@link #OUTDATED} a start on the same directory, or with the same
 * version, can only end in the same way, so what starts the process should not try.
 */
final class ExitCode {

  /** A signal has stopped the nodes, or the command is done. */
  static final int STOPPED = 0;

  /** A node could not start or has failed. */
  static final int FAILED = 1;

  /** An option is wrong, or the directory is that of a removed node. */
  static final int USAGE = 2;

  /** The data of a node is damaged or gone, or contradicts that of its leader. */
  static final int DAMAGED = 3;

  /** The log holds an entry that only a newer version of the server can read. */
  static final int OUTDATED = 4;

  private ExitCode() {}

  /** {@return the exit code after a failure} Needs no memory: there may be none left. */
  static int of(Throwable failure) {
    for (@Nullable Throwable why = failure; why != null; why = why.getCause()) {
      if (why instanceof DivergenceGuard.DivergedException
          || (why instanceof StoreException store && store.isDamaged())) {
        return DAMAGED;
      } else if (why instanceof UnreadableEntryException) {
        return OUTDATED;
      }
    }
    return FAILED;
  }

  /** {@return what each code means, for {@code --help}} */
  static Map<String, String> descriptions() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(text(STOPPED), "A signal has stopped the nodes.");
    texts.put(
        text(FAILED),
        "A node cannot start, or has failed: a port is in use, the disk is full or fails, memory"
            + " is used up. The last line says why. Nothing acknowledged is lost.");
    texts.put(
        text(USAGE),
        "An option is wrong, a file that it names cannot be used, or the directory is that of a"
            + " removed node.");
    texts.put(
        text(DAMAGED),
        "The data of a node is damaged or gone, or contradicts that of its leader: do not start it"
            + " again.");
    texts.put(
        text(OUTDATED),
        "The log holds an entry of a newer version of the server: start that version.");
    return texts;
  }

  private static String text(int code) {
    return Integer.toString(code);
  }
}
