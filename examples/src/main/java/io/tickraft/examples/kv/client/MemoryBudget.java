package io.tickraft.examples.kv.client;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * The memory that the connections of clients may hold together: requests from their first byte to
 * their answer, and answers until they are sent. Used on the node's event loop.
 *
 * <p>Half of the memory is divided evenly: each connection always gets its share, whatever the
 * others hold. The other half is for those that need it first, up to a limit for each connection.
 * Who gets no memory waits, and is not read from meanwhile.
 */
final class MemoryBudget {

  private final long share;
  private final long pool;
  private final long limitEach;
  private final Executor loop;

  /** What all connections hold beyond their shares: from 0, and rarely beyond {@link #pool}. */
  private long pooled;

  private final ArrayDeque<Account> waiting = new ArrayDeque<>();
  private boolean admitting;

  /**
   * Creates a budget.
   *
   * @param total the limit of all connections together, in bytes
   * @param each the limit of one connection, in bytes; at most a quarter of the total counts
   * @param connections the largest number of connections
   * @param loop runs tasks on the event loop
   */
  MemoryBudget(long total, long each, int connections, Executor loop) {
    this.share = total / 2 / connections;
    this.pool = total / 2;
    this.limitEach = limitEach(total, each);
    this.loop = loop;
  }

  /** {@return the limit of one connection that is in effect, in bytes} */
  static long limitEach(long total, long each) {
    return Math.min(each, total / 4);
  }

  long limitEach() {
    return limitEach;
  }

  /** {@return what the connections hold beyond their shares, in bytes} */
  long pooled() {
    return pooled;
  }

  /**
   * Opens the account of a connection.
   *
   * @param onRoom called later if the connection waits and there may be room for it
   */
  Account open(Runnable onRoom) {
    return new Account(onRoom);
  }

  private void admitLater() {
    if (!waiting.isEmpty() && !admitting) {
      admitting = true;
      loop.execute(this::admit);
    }
  }

  /** Lets connections go on in the order in which they came, until one has to wait again. */
  private void admit() {
    admitting = false;
    for (Account first = waiting.poll(); first != null; first = waiting.poll()) {
      first.waits = false;
      first.onRoom.run();
      if (first.waits) {
        waiting.removeLastOccurrence(first);
        waiting.addFirst(first);
        return;
      }
    }
  }

  /** What one connection holds. */
  final class Account {

    private final Runnable onRoom;
    private long held;
    private boolean waits;
    private boolean closed;

    private Account(Runnable onRoom) {
      this.onRoom = onRoom;
    }

    long held() {
      return held;
    }

    /** {@return whether the connection holds memory that others could take} */
    boolean isBeyondShare() {
      return held > share;
    }

    /** {@return the number of bytes that the connection could take now} */
    long room() {
      long own = Math.max(0, share - held);
      return Math.max(0, Math.min(Math.max(limitEach, share) - held, own + pool - pooled));
    }

    /** {@return whether the memory of all, not that of this connection, is what is scarce} */
    boolean isForOthers() {
      return Math.max(limitEach, share) - held > room();
    }

    /**
     * Takes memory, if there is room for it.
     *
     * @return whether it was taken
     */
    boolean take(long bytes) {
      if (bytes > room()) {
        return false;
      }
      add(bytes);
      return true;
    }

    /** Counts memory that is in use in any case. */
    void add(long bytes) {
      if (!closed) {
        change(bytes);
      }
    }

    void release(long bytes) {
      if (bytes > held && !closed) {
        throw new IllegalStateException("held " + held + ", released " + bytes);
      }
      if (!closed && bytes > 0) {
        change(-bytes);
        admitLater();
      }
    }

    private void change(long bytes) {
      long before = Math.max(0, held - share);
      held += bytes;
      pooled += Math.max(0, held - share) - before;
    }

    /** Waits for room: {@code onRoom} is called when others have released memory. */
    void await() {
      if (!waits && !closed) {
        waits = true;
        waiting.addLast(this);
      }
    }

    /** Releases all. Later calls have no effect. */
    void close() {
      if (!closed) {
        change(-held);
        closed = true;
        waiting.remove(this);
        admitLater();
      }
    }
  }
}
