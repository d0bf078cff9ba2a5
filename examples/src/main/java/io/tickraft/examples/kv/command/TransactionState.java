package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The map while a transaction is applied: its changes are held apart until all its operations are
 * done, and may be forgotten.
 *
 * <p>Counts the bytes of the values that are read and written. A value counts each time, wherever
 * it is, so that all nodes count alike.
 */
final class TransactionState extends PendingChanges {

  /** Thrown when an operation exceeds the limit. Tells nothing but that, and has no stack trace. */
  static final class TooMuchWorkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TooMuchWorkException() {
      super(null, null, false, false);
    }
  }

  private final KvState map;
  private final long maxBytes;
  private long bytes;

  /**
   * Begins a transaction.
   *
   * @param map the map before it, which {@link #commit} changes
   * @param maxBytes the limit of the bytes that are read and written
   */
  TransactionState(KvState map, long maxBytes) {
    super(map);
    this.map = map;
    this.maxBytes = maxBytes;
  }

  private void count(long touched) {
    bytes += touched;
    if (bytes > maxBytes) {
      throw new TooMuchWorkException();
    }
  }

  @Override
  public Optional<ByteString> get(ByteString key) {
    Optional<ByteString> value = super.get(key);
    count(value.isPresent() ? value.get().size() : 0);
    return value;
  }

  /** Counts the whole value: the database reads it. */
  @Override
  public OptionalInt length(ByteString key) {
    OptionalInt length = super.length(key);
    count(length.orElse(0));
    return length;
  }

  @Override
  public void put(ByteString key, ByteString value) {
    count(value.size());
    super.put(key, value);
  }

  /** Changes the map. */
  void commit() {
    if (isCleared()) {
      map.clear();
    }
    changed()
        .forEach(
            (key, value) -> {
              if (value.isPresent()) {
                map.put(key, value.get());
              } else {
                map.remove(key);
              }
            });
  }
}
