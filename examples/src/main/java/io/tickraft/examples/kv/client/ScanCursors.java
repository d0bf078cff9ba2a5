package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The keys at which scans go on, by the cursors that clients got for them: many clients read a
 * cursor as a number of 64 bits, which cannot hold a key. Used on the node's event loop.
 *
 * <p>Each connection keeps its last cursor, whatever other connections scan: a scan that has to
 * start again because of others might never end. A connection's earlier cursors, and those of
 * connections that have ended, are kept while there is memory for them. Any connection may use any
 * cursor. One that is not kept, or is another node's, is invalid.
 *
 * <p>Memory is divided as in {@link MemoryBudget}: a connection always has room for a last cursor
 * within its share. The larger ones of all connections share the rest, and a scan that finds no
 * room there is refused. A connection that has made no cursor for a minute may lose such a larger
 * one.
 */
final class ScanCursors {

  /** The limit of the cursors that one connection keeps. */
  static final int MAX_EACH = 64;

  /** The limit of the keys of one connection, in bytes, unless it has only one cursor. */
  private static final int MAX_BYTES_EACH = 64 << 10;

  /** The limit of the cursors of all connections that have ended. */
  private static final int MAX_ENDED = 4_096;

  /** Each cursor counts as at least this number of bytes, for what is around its key. */
  private static final int MIN_BYTES = 128;

  private final LongSupplier nanoClock;
  private final MemoryBudget memory;
  private final Map<Long, ByteString> keys = new HashMap<>();

  /** The cursors of each connection that has some. */
  private final Map<Session, Kept> bySession = new HashMap<>();

  /** The cursors of connections that have ended. */
  private final Kept ended;

  /** Differs from those of other nodes, and of this one before its restart. */
  private long last = new SecureRandom().nextLong() >>> 2;

  /** Some cursors, the oldest first, and the memory for their keys. */
  private final class Kept {
    final MemoryBudget.Account account = memory.open(() -> {});
    final ArrayDeque<Long> cursors = new ArrayDeque<>();
    long addedNanos;

    void add(long cursor, ByteString key) {
      cursors.addLast(cursor);
      keys.put(cursor, key);
      addedNanos = nanoClock.getAsLong();
    }

    void dropForOthers() {
      boolean isStale = nanoClock.getAsLong() - addedNanos >= ClientConnection.STALL_NANOS;
      dropAllBut(isStale && account.isBeyondShare() ? 0 : 1);
    }

    void dropOldest() {
      account.release(bytes(Objects.requireNonNull(keys.remove(cursors.remove()))));
    }

    void dropAllBut(int count) {
      while (cursors.size() > count) {
        dropOldest();
      }
    }
  }

  ScanCursors(ClientLimits limits, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    // A quarter of it, which is the limit of one connection, holds the largest key.
    memory =
        new MemoryBudget(
            limits.memoryBytes() / 4, Long.MAX_VALUE, limits.maxClients(), Runnable::run);
    ended = new Kept();
  }

  private static long bytes(ByteString key) {
    return Math.max(MIN_BYTES, key.size());
  }

  /**
   * Makes a cursor.
   *
   * @param session the client that gets it
   * @param key the last key that the scan has looked at
   * @return the cursor, which is above 0; empty if there is no memory for the key now. Then the
   *     connection keeps its last cursor
   */
  OptionalLong after(Session session, ByteString key) {
    last++;
    if (session.isClosed()) {
      return OptionalLong.of(last); // Nobody reads the answer.
    }
    Kept kept = bySession.computeIfAbsent(session, s -> new Kept());
    if (!take(kept, bytes(key))) {
      return OptionalLong.empty();
    }
    kept.add(last, key);
    kept.dropAllBut(MAX_EACH);
    while (kept.account.held() > MAX_BYTES_EACH && kept.cursors.size() > 1) {
      kept.dropOldest();
    }
    return OptionalLong.of(last);
  }

  private boolean take(Kept kept, long bytes) {
    if (kept.account.take(bytes)) {
      return true;
    }
    ended.dropAllBut(0);
    bySession.values().forEach(Kept::dropForOthers);
    if (kept.account.take(bytes)) {
      return true;
    }
    // The cursor that the client has just used has to make room for the next one.
    long held = kept.account.held();
    kept.account.release(held);
    if (kept.account.take(bytes)) {
      kept.cursors.forEach(keys::remove);
      kept.cursors.clear();
      return true;
    }
    kept.account.add(held);
    return false;
  }

  /** {@return the key after which the scan goes on; empty: the cursor is invalid} */
  Optional<ByteString> key(long cursor) {
    return Optional.ofNullable(keys.get(cursor));
  }

  /** Called when a connection has ended: its client may go on with another one. */
  void closed(Session session) {
    Kept kept = bySession.remove(session);
    if (kept == null) {
      return;
    }
    kept.account.close();
    for (long cursor : kept.cursors) {
      ByteString key = keys.remove(cursor);
      if (key != null && takeForEnded(bytes(key))) {
        ended.add(cursor, key);
      }
    }
    ended.dropAllBut(MAX_ENDED);
  }

  /** Takes memory only from others that have ended. */
  private boolean takeForEnded(long bytes) {
    while (!ended.account.take(bytes)) {
      if (ended.cursors.isEmpty()) {
        return false;
      }
      ended.dropOldest();
    }
    return true;
  }

  /** {@return the number of cursors that are kept} */
  int size() {
    return keys.size();
  }
}
