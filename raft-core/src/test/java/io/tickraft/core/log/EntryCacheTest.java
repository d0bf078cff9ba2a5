package io.tickraft.core.log;

import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.indexes;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.AwkwardStorage;
import io.tickraft.core.Digest;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log of entries 2 to 41, all of one size, which are read four at a time. */
final class EntryCacheTest {

  private static final long[] TERMS = new long[40];

  static {
    java.util.Arrays.fill(TERMS, 10);
  }

  private static final long SIZE = entries(11, 10).get(0).getSerializedSize();
  private static final long FOUR = 4 * SIZE;

  private final AwkwardStorage disk =
      new AwkwardStorage(storage(HardState.getDefaultInstance(), voters(1, 2), TERMS));
  private final RaftLog log = new RaftLog(disk, 1, 41, Long.MAX_VALUE);

  @BeforeEach
  void opened() {
    disk.entriesAsked = 0;
  }

  private List<Long> read(EntryCache cache, long index) {
    return indexes(cache.entries(log, index, FOUR));
  }

  @Test
  void whatWasReadIsNotReadAgain() {
    EntryCache cache = new EntryCache(10, 100 * SIZE);

    assertThat(read(cache, 20)).containsExactly(20L, 21L, 22L, 23L);
    assertThat(read(cache, 20)).containsExactly(20L, 21L, 22L, 23L);
    assertThat(disk.entriesAsked).isEqualTo(1);
    assertThat(cache.bytes()).isEqualTo(FOUR);
  }

  @Test
  void aFollowerThatIsInTheMiddleOfAReadGetsTheRestOfIt() {
    EntryCache cache = new EntryCache(10, 100 * SIZE);
    read(cache, 20);

    assertThat(read(cache, 22)).containsExactly(22L, 23L);
    assertThat(read(cache, 23)).containsExactly(23L);
    assertThat(disk.entriesAsked).isEqualTo(1);
    assertThat(read(cache, 24)).containsExactly(24L, 25L, 26L, 27L);
    assertThat(read(cache, 19)).containsExactly(19L, 20L, 21L, 22L);
    assertThat(disk.entriesAsked).isEqualTo(3);
  }

  @Test
  void whatTheStorageCannotDeliverIsAskedForAgain() {
    EntryCache cache = new EntryCache(10, 100 * SIZE);
    disk.entriesNotYet = true;
    assertThat(read(cache, 20)).isEmpty();
    assertThat(cache.isEmpty()).isTrue();
    disk.entriesNotYet = false;

    assertThat(read(cache, 20)).hasSize(4);
  }

  @Test
  void asMuchAsTheWindowIsHeldAndTheLastReadThatFillsIt() {
    EntryCache cache = new EntryCache(10, FOUR + 1);

    read(cache, 20);
    read(cache, 24);
    assertThat(cache.bytes()).as("the first read alone does not fill it").isEqualTo(2 * FOUR);
    read(cache, 28);
    assertThat(cache.bytes()).isEqualTo(2 * FOUR);
    assertThat(disk.entriesAsked).isEqualTo(3);
    read(cache, 24);
    assertThat(disk.entriesAsked).as("24 is held").isEqualTo(3);
    read(cache, 20);
    assertThat(disk.entriesAsked).as("20 is not").isEqualTo(4);
  }

  @Test
  void aReadThatTheOthersFillTheWindowWithoutIsNotHeld() {
    EntryCache cache = new EntryCache(10, FOUR);

    read(cache, 20);
    read(cache, 24);

    assertThat(cache.bytes()).isEqualTo(FOUR);
  }

  @Test
  void asManyReadsAsMayBeAreHeld() {
    EntryCache cache = new EntryCache(2, 100 * SIZE);

    read(cache, 20);
    read(cache, 24);

    assertThat(cache.bytes()).isEqualTo(2 * FOUR);
  }

  @Test
  void whatWasNotUsedForTheLongestTimeGoesFirst() {
    EntryCache cache = new EntryCache(2, 100 * SIZE);
    read(cache, 20);
    read(cache, 24);
    read(cache, 20);
    read(cache, 28);
    assertThat(disk.entriesAsked).isEqualTo(3);

    read(cache, 20);
    assertThat(disk.entriesAsked).isEqualTo(3);
    read(cache, 24);
    assertThat(disk.entriesAsked).isEqualTo(4);
  }

  @Test
  void oneReadIsHeldHoweverLargeItIs() {
    EntryCache cache = new EntryCache(1, 1);

    read(cache, 20);
    read(cache, 20);

    assertThat(disk.entriesAsked).isEqualTo(1);
    assertThat(cache.bytes()).isEqualTo(FOUR);
  }

  @Test
  void whatAllFollowersHavePassedIsDropped() {
    EntryCache cache = new EntryCache(10, 100 * SIZE);
    read(cache, 20);
    read(cache, 24);

    cache.dropBefore(23);
    assertThat(cache.bytes()).as("23 is needed").isEqualTo(2 * FOUR);
    cache.dropBefore(24);
    assertThat(cache.bytes()).isEqualTo(FOUR);
    cache.dropBefore(Long.MAX_VALUE);
    assertThat(cache.isEmpty()).isTrue();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void whatNobodyHasUsedSinceTheLastTimeIsDropped() {
    EntryCache cache = new EntryCache(10, 100 * SIZE);
    read(cache, 20);
    read(cache, 24);
    cache.dropUnused();
    assertThat(cache.bytes()).isEqualTo(2 * FOUR);

    read(cache, 24);
    cache.dropUnused();
    assertThat(cache.bytes()).isEqualTo(FOUR);
    cache.dropUnused();
    assertThat(cache.isEmpty()).isTrue();
  }

  @Test
  void aCopyIsIndependent() {
    EntryCache cache = new EntryCache(10, 100 * SIZE);
    List<Entry> held = cache.entries(log, 20, FOUR);
    cache.dropUnused();
    EntryCache copy = cache.copy();

    assertThat(copy.entries(log, 20, FOUR)).isEqualTo(held);
    assertThat(disk.entriesAsked).isEqualTo(1);
    cache.dropUnused();
    assertThat(cache.isEmpty()).isTrue();
    copy.dropUnused();
    assertThat(copy.bytes()).isEqualTo(FOUR);
  }

  @Test
  void theDigestTellsApartWhatTheNextAppendsDependOn() {
    EntryCache first = new EntryCache(10, 100 * SIZE);
    EntryCache second = new EntryCache(10, 100 * SIZE);
    assertThat(digest(first)).isEqualTo(digest(second));

    read(first, 20);
    second.entries(log, 20, SIZE);
    // The append to a follower at 20 has four entries from the one, and one from the other.
    assertThat(digest(first)).isNotEqualTo(digest(second));
  }

  @Test
  void theDigestTellsApartWhichReadIsDroppedNext() {
    EntryCache first = new EntryCache(10, 100 * SIZE);
    EntryCache second = new EntryCache(10, 100 * SIZE);
    read(first, 20);
    read(first, 30);
    read(second, 30);
    read(second, 20);
    assertThat(digest(first)).isNotEqualTo(digest(second));

    read(first, 20);
    assertThat(digest(first)).isEqualTo(digest(second));
    first.dropUnused();
    assertThat(digest(first)).isNotEqualTo(digest(second));
  }

  private static long digest(EntryCache cache) {
    Digest digest = new Digest(LongUnaryOperator.identity(), 0);
    cache.digest(digest);
    return digest.value();
  }
}
