package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.proto.HardState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What damage does to the directory of a node that was killed: either the node refuses to open it,
 * or everything that it had synced is there.
 */
class DamageTest {

  private static final int KEYS = 60;
  private static final int FLIPS = Integer.getInteger("tickraft.flips", 30);

  /** What was on the disk when the node was killed: all kinds of files, and several WAL files. */
  @TempDir private static Path original;

  private static State atTheEnd = new State(0, 0, 0, 0, "");

  @TempDir private Path temporary;

  private Path dir = Path.of("");
  private int copies;

  /** What a node had synced, and the map that it has when it leads again. */
  private record State(long lastIndex, long term, long vote, long keys, String digest) {

    static State of(StoredNode node) {
      HardState hardState = node.store.log().initialState();
      long last = node.store.log().lastIndex();
      node.node.campaign();
      node.work();
      return new State(
          last,
          hardState.getTerm(),
          hardState.getVote(),
          node.store.machine().size(),
          node.digest());
    }
  }

  @BeforeAll
  static void killANode() throws IOException {
    Path live = original.resolve("live");
    write(live, "a");
    try (StoredNode node = StoredNode.leader(live)) {
      fill(node, "b");
      beginAnotherLog(node);
      fill(node, "c");
      beginAnotherLog(node);
      fill(node, "d");
      StoredNode.image(live, original.resolve("image"));
    }
    try (StoredNode node = new StoredNode(original.resolve("live"), 1)) {
      atTheEnd = State.of(node);
    }
  }

  private static void write(Path dir, String prefix) {
    try (StoredNode node = StoredNode.leader(dir)) {
      fill(node, prefix);
    }
  }

  private static void fill(StoredNode node, String prefix) {
    for (int i = 0; i < KEYS; i++) {
      node.set(prefix + i, "value " + i);
    }
  }

  /** A snapshot is received, and not used. The earlier files are still needed for the log. */
  private static void beginAnotherLog(StoredNode node) throws IOException {
    SnapshotStaging staging = node.store.machine().stage();
    try (MapView view = node.store.machine().view()) {
      staging.add(view.nextChunk(Integer.MAX_VALUE));
    }
    staging.complete(node.store.machine().members().encode());
    staging.abandon();
  }

  @BeforeEach
  void copy() {
    copies++;
    dir = StoredNode.image(original.resolve("image"), temporary.resolve("copy-" + copies));
  }

  // Helpers.

  private Path file(String glob) {
    return files(glob).get(0);
  }

  private Path lastFile(String glob) {
    List<Path> files = files(glob);
    return files.get(files.size() - 1);
  }

  private List<Path> files(String glob) {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(file -> file.getFileName().toString().matches(glob)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void cut(Path file, int length) {
    write(file, Arrays.copyOf(read(file), length));
  }

  private static void halve(Path file) {
    cut(file, read(file).length / 2);
  }

  private static void flip(Path file, int bit) {
    byte[] bytes = read(file);
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    write(file, bytes);
  }

  private static void flipTheMiddle(Path file) {
    flip(file, read(file).length / 2 * 8 + 3);
  }

  private Map<String, Integer> contents() {
    Map<String, Integer> contents = new TreeMap<>();
    for (Path file : files("(?!LOG|LOCK).*")) {
      contents.put(file.getFileName().toString(), Arrays.hashCode(read(file)));
    }
    return contents;
  }

  private State reopened(Path at) {
    try (StoredNode node = new StoredNode(at, 1)) {
      return State.of(node);
    }
  }

  // The right values.

  @Test
  void theDirectoryOfAKilledNodeOpens() {
    assertThat(files(".*\\.log")).as("files of the write-ahead log").hasSize(3);
    assertThat(files(".*\\.sst")).as("tables").hasSizeGreaterThan(1);
    assertThat(reopened(dir)).isEqualTo(atTheEnd);
  }

  @Test
  void aTornTailOpensWithAllThatWasSynced() {
    Path live = temporary.resolve("live");
    TreeMap<Long, Integer> lengths = new TreeMap<>();
    try (StoredNode node = StoredNode.leader(live)) {
      fill(node, "a");
      dir = live;
      node.node.propose(CommandCodec.encode(new Command.Increment(ByteString.EMPTY, 1)));
      // The length when each synced write is done; what was applied since is not synced.
      node.work(() -> lengths.putIfAbsent(syncedWrites(), read(lastFile(".*\\.log")).length));
      dir = StoredNode.image(live, temporary.resolve("killed"));
    }
    Path killed = dir;
    State whole = reopened(StoredNode.image(killed, temporary.resolve("whole")));
    int synced = lengths.lastEntry().getValue();
    int length = read(lastFile(".*\\.log")).length;
    assertThat(length).isGreaterThan(synced + 10);
    for (int to = length - 1; to >= synced - 1; to -= to > synced + 1 ? (to - synced + 1) / 2 : 1) {
      Path torn = StoredNode.image(killed, temporary.resolve("torn-" + to));
      dir = torn;
      cut(lastFile(".*\\.log"), to);
      if (to >= synced) {
        assertThat(reopened(torn)).as("cut to %d bytes of %d", to, length).isEqualTo(whole);
      } else {
        assertThatThrownBy(() -> reopened(torn)).isInstanceOf(StoreException.class);
      }
    }
  }

  private long syncedWrites() {
    return ByteBuffer.wrap(read(file("SYNCED"))).getLong();
  }

  // Damage.

  /** Damage that must be noticed, and what the message must name. */
  private enum Damage {
    WAL_FLIPPED(test -> flipTheMiddle(test.lastFile(".*\\.log")), "\\d{6}\\.log"),
    WAL_HALVED(test -> halve(test.lastFile(".*\\.log")), "\\d{6}\\.log"),
    WAL_MISSING(test -> delete(test.lastFile(".*\\.log")), "\\d{6}\\.log"),
    WAL_TYPE_OF_A_RECYCLED_FILE(test -> flip(test.lastFile(".*\\.log"), 8 * 6 + 2), "\\d{6}\\.log"),
    FIRST_WAL_FLIPPED(test -> flipTheMiddle(test.file(".*\\.log")), "\\d{6}\\.log"),
    FIRST_WAL_HALVED(test -> halve(test.file(".*\\.log")), "WAL \\(log number: \\d+\\)"),
    FIRST_WAL_MISSING(test -> delete(test.file(".*\\.log")), "WAL with log number: \\d+"),
    EACH_WAL_MISSING(test -> test.files(".*\\.log").forEach(DamageTest::delete), "WAL|\\.log"),
    TABLE_FLIPPED(test -> flipTheMiddle(test.file(".*\\.sst")), "\\d{6}\\.sst"),
    TABLE_HALVED(test -> halve(test.file(".*\\.sst")), "\\d{6}\\.sst"),
    TABLE_MISSING(test -> delete(test.file(".*\\.sst")), "\\d{6}\\.sst"),
    LAST_TABLE_FLIPPED(test -> flipTheMiddle(test.lastFile(".*\\.sst")), "\\d{6}\\.sst"),
    MANIFEST_FLIPPED(test -> flipTheMiddle(test.file("MANIFEST.*")), "MANIFEST-\\d{6}"),
    MANIFEST_MISSING(test -> delete(test.file("MANIFEST.*")), "MANIFEST-\\d{6}"),
    MANIFEST_EMPTY(test -> cut(test.file("MANIFEST.*"), 0), "MANIFEST-\\d{6}"),
    CURRENT_FLIPPED(test -> flipTheMiddle(test.file("CURRENT")), "CURRENT|MANIFEST"),
    CURRENT_MISSING(test -> delete(test.file("CURRENT")), "CURRENT"),
    CURRENT_EMPTY(test -> cut(test.file("CURRENT"), 0), "CURRENT"),
    SYNCED_FLIPPED(test -> flipTheMiddle(test.file("SYNCED")), "SYNCED"),
    SYNCED_HALVED(test -> halve(test.file("SYNCED")), "SYNCED"),
    SYNCED_MISSING(test -> delete(test.file("SYNCED")), "SYNCED"),
    ALL_BUT_SYNCED_MISSING(
        test -> test.files("(?!SYNCED).*").forEach(DamageTest::delete), "CURRENT");

    @SuppressWarnings("ImmutableEnumChecker") // The lambdas hold no state.
    private final Consumer<DamageTest> damage;

    private final String named;

    Damage(Consumer<DamageTest> damage, String named) {
      this.damage = damage;
      this.named = named;
    }
  }

  @ParameterizedTest
  @EnumSource
  void damageIsRefusedByNameAndLeftAsItIs(Damage damage) {
    damage.damage.accept(this);
    Map<String, Integer> before = contents();
    for (int start = 1; start <= 2; start++) {
      assertThatThrownBy(() -> reopened(dir))
          .isInstanceOf(StoreException.class)
          .hasMessageStartingWith("cannot open " + dir + ": ")
          .hasMessageContaining("remove it from the group, and let a new node with a new id")
          .message()
          .hasLineCount(1)
          .containsPattern(damage.named);
    }
    before.putIfAbsent("SYNCED", contents().getOrDefault("SYNCED", 0));
    assertThat(contents()).isEqualTo(before);
  }

  /** Whoever starts the node does not say where it listens. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_ANY,
      names = {"MANIFEST_(MISSING|EMPTY)", "CURRENT_.*", "ALL_BUT.*"})
  void whoLooksForTheMembersIsToldOfTheDamageByName(Damage damage) {
    damage.damage.accept(this);
    Map<String, Integer> before = contents();
    assertThatThrownBy(() -> NodeStore.members(dir, StoredNode.IDENTITY))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.isDamaged()).as(e.getMessage()).isTrue())
        .hasMessageStartingWith("cannot open " + dir + ": ")
        .message()
        .hasLineCount(1)
        .containsPattern(damage.named);
    assertThat(contents()).isEqualTo(before);
  }

  /** The others are not read. */
  private Path anyFile(int i) {
    List<Path> files = files("(?!LOG|LOCK|OPTIONS|IDENTITY).*");
    return files.get(i % files.size());
  }

  @Test
  void aFlippedBitAnywhereIsRefusedOrDoesNotMatter() {
    Random random = new Random(FLIPS);
    int refused = 0;
    for (int i = 0; i < FLIPS; i++) {
      copy();
      Path file = anyFile(i);
      int bit = random.nextInt(8 * read(file).length);
      flip(file, bit);
      try {
        State state = reopened(dir);
        assertThat(state).as("%s, bit %d", file.getFileName(), bit).isEqualTo(atTheEnd);
      } catch (StoreException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(FLIPS / 2);
  }

  @Test
  void aFileCutAnywhereIsRefusedOrDoesNotMatter() {
    Random random = new Random(FLIPS);
    int refused = 0;
    for (int i = 0; i < FLIPS; i++) {
      copy();
      Path file = anyFile(i);
      int to = random.nextInt(read(file).length);
      cut(file, to);
      try {
        State state = reopened(dir);
        assertThat(state).as("%s, cut to %d", file.getFileName(), to).isEqualTo(atTheEnd);
      } catch (StoreException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(FLIPS / 2);
  }
}
