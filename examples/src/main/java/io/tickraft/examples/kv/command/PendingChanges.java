package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A map with changes that are held in memory, apart from the map, until they are written or
 * forgotten.
 *
 * <p>A subclass that counts what is read and written overrides the methods that do so. All other
 * methods use those.
 */
public abstract class PendingChanges implements KvState {

  private final KvView map;
  private final Map<ByteString, Optional<ByteString>> changed = new HashMap<>();

  /** Whether the map no longer counts: all its keys were removed. */
  private boolean cleared;

  private long size;

  /**
   * Begins without a change.
   *
   * @param map the map before the changes, which must stay as it is until they are written
   */
  protected PendingChanges(KvView map) {
    this.map = map;
    this.size = map.size();
  }

  @Override
  public Optional<ByteString> get(ByteString key) {
    Optional<ByteString> value = changed.get(key);
    if (value != null) {
      return value;
    }
    return cleared ? Optional.empty() : unchanged(key);
  }

  @Override
  public OptionalInt length(ByteString key) {
    Optional<ByteString> value = changed.get(key);
    if (value != null) {
      return value.isPresent() ? OptionalInt.of(value.get().size()) : OptionalInt.empty();
    }
    return cleared ? OptionalInt.empty() : unchangedLength(key);
  }

  /** {@return the value of a key in the map; called only for what has not changed} */
  protected Optional<ByteString> unchanged(ByteString key) {
    return map.get(key);
  }

  /** {@return the length of a value in the map; called only for what has not changed} */
  protected OptionalInt unchangedLength(ByteString key) {
    return map.length(key);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void put(ByteString key, ByteString value) {
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

  /** {@return whether all keys of the map are to be removed, before {@link #changed}} */
  protected final boolean isCleared() {
    return cleared;
  }

  /** {@return the new value of each changed key; empty for a key that is to be removed} */
  protected final Map<ByteString, Optional<ByteString>> changed() {
    return Collections.unmodifiableMap(changed);
  }
}
