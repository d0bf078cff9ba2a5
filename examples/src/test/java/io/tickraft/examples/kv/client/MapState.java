package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.KvState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The map in memory: the plainest one there can be. */
final class MapState implements KvState {

  private final Map<ByteString, ByteString> map = new HashMap<>();

  @Override
  public Optional<ByteString> get(ByteString key) {
    return Optional.ofNullable(map.get(key));
  }

  @Override
  public long size() {
    return map.size();
  }

  @Override
  public void put(ByteString key, ByteString value) {
    map.put(key, value);
  }

  @Override
  public boolean remove(ByteString key) {
    return map.remove(key) != null;
  }
}
