package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The map while a transaction is applied: its changes are held apart until all its operations are
 * done, and may be forgotten.
 *
 * <p>Counts the bytes of the values that are read and written. A value counts each time, wherever
 * it is, so that all nodes count alike.
 */
final class TransactionState implements KvState {

  /** Thrown when an operation exceeds the limit. Tells nothing but that, and has no stack trace. */
  static final class TooMuchWorkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TooMuchWorkException() {
      super(null, null, false, false);
    }
  }

  private final KvState map;
  private final long maxBytes;
  private final Map<ByteString, Optional<ByteString>> changed = new HashMap<>();

  /** Whether the transaction has removed all keys that were there before it. */
  private boolean cleared;

  private long size;
  private long bytes;

  /**
   * Begins a transaction.
   *
   * @param map the map before it, which {@link #commit} changes
   * @param maxBytes the limit of the bytes that are read and written
   */
  TransactionState(KvState map, long maxBytes) {
    this.map = map;
    this.maxBytes = maxBytes;
    this.size = map.size();
  }

  private void count(long touched) {
    bytes += touched;
    if (bytes > maxBytes) {
      throw new TooMuchWorkException();
    }
  }

  @Override
  public Optional<ByteString> get(ByteString key) {
    Optional<ByteString> value = changed.get(key);
    if (value == null) {
      value = cleared ? Optional.empty() : map.get(key);
    }
    count(value.isPresent() ? value.get().size() : 0);
    return value;
  }

  /** Counts the whole value: the database reads it. */
  @Override
  public OptionalInt length(ByteString key) {
    Optional<ByteString> value = changed.get(key);
    OptionalInt length;
    if (value != null) {
      length = value.isPresent() ? OptionalInt.of(value.get().size()) : OptionalInt.empty();
    } else {
      length = cleared ? OptionalInt.empty() : map.length(key);
    }
    count(length.orElse(0));
    return length;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void put(ByteString key, ByteString value) {
    count(value.size());
    if (!has(key)) {
      size++;
    }
    changed.put(key, Optional.of(value));
  }

  @Override
  public boolean remove(ByteString key) {
    if (!has(key)) {
      return false;
    }
    size--;
    changed.put(key, Optional.empty());
    return true;
  }

  @Override
  public void clear() {
    cleared = true;
    changed.clear();
    size = 0;
  }

  /** Changes the map. */
  void commit() {
    if (cleared) {
      map.clear();
    }
    changed.forEach(
        (key, value) -> {
          if (value.isPresent()) {
            map.put(key, value.get());
          } else {
            map.remove(key);
          }
        });
  }
}
