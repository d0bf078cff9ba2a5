package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.KvMap;
import io.tickraft.examples.kv.command.KvState;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The map in memory: the plainest one there can be. */
final class MapState implements KvState, KvMap {

  private final TreeMap<ByteString, ByteString> map =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());

  @Override
  public Optional<ByteString> get(ByteString key) {
    return Optional.ofNullable(map.get(key));
  }

  @Override
  public OptionalInt length(ByteString key) {
    return map.containsKey(key) ? OptionalInt.of(map.get(key).size()) : OptionalInt.empty();
  }

  @Override
  public long size() {
    return map.size();
  }

  @Override
  public void visitKeys(Optional<ByteString> after, Predicate<ByteString> visitor) {
    for (ByteString key : map.keySet()) {
      if ((after.isEmpty() || map.comparator().compare(key, after.get()) > 0)
          && !visitor.test(key)) {
        return;
      }
    }
  }

  @Override
  public void put(ByteString key, ByteString value) {
    map.put(key, value);
  }

  @Override
  public boolean remove(ByteString key) {
    return map.remove(key) != null;
  }

  @Override
  public void clear() {
    map.clear();
  }
}
