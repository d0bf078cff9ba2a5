package io.tickraft.examples.kv.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LookupTest {

  private static final ByteString KEY = ByteString.copyFromUtf8("key");
  private static final ByteString OTHER = ByteString.copyFromUtf8("other");

  /** A map with one key, which notes what is looked for. */
  private static final class Noted implements KvView {
    private final List<ByteString> looked = new ArrayList<>();

    @Override
    public Optional<ByteString> get(ByteString key) {
      throw new AssertionError("a value is read");
    }

    @Override
    public OptionalInt length(ByteString key) {
      looked.add(key);
      return key.equals(KEY) ? OptionalInt.of(1) : OptionalInt.empty();
    }

    @Override
    public long size() {
      return 1;
    }
  }

  @Test
  void aKeyThatIsNamedOftenCountsEachTimeAndIsLookedForOnce() {
    List<ByteString> keys = new ArrayList<>(Collections.nCopies(1_000, KEY));
    keys.add(OTHER);
    keys.add(OTHER);
    Noted map = new Noted();

    assertThat(new Lookup.Exists(keys).in(map, 0)).isEqualTo(new Reply.Int(1_000));
    assertThat(map.looked).containsExactly(KEY, OTHER);
  }
}
