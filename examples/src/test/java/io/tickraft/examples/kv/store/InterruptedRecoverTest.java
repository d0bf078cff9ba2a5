package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.LogId;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.examples.kv.client.MembershipChange;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** The writes of a recovery of many entries that are not applied, and a crash between them. */
class InterruptedRecoverTest {

  private static final HostAndPort ADDRESS = new HostAndPort("host1", 7_000);
  private static final int VALUE_BYTES = 1 << 20;

  /** What one write may hold, apart from its last entry. */
  private static final int WRITE_BYTES = 8 << 20;

  private static final int APPENDS = 40;
  private static final LogId LAST = new LogId(2, APPENDS + 3);
  private static final ByteString KEY = ByteString.copyFromUtf8("key");

  @TempDir Path temporary;

  private Path dir = Path.of("");

  /** Records each write, and copies before it what a process would leave that is killed there. */
  private final class WatchedDatabase extends NodeDatabase {
    private final List<Path> left = new ArrayList<>();
    private final List<Boolean> syncs = new ArrayList<>();
    private final List<Long> bytes = new ArrayList<>();

    WatchedDatabase() throws RocksDBException {
      super(dir, options -> {});
    }

    @Override
    void write(boolean sync, BatchFiller filler) {
      left.add(StoredNode.image(dir, temporary.resolve("left-" + left.size())));
      super.write(
          sync,
          batch -> {
            filler.fill(batch);
            bytes.add(batch.getDataSize());
          });
      syncs.add(sync);
    }
  }

  private static Entry entry(long index, EntryType type, ByteString data) {
    return Entry.newBuilder().setIndex(index).setTerm(2).setType(type).setData(data).build();
  }

  private static Entry command(long index, Command command) {
    return entry(index, EntryType.ENTRY_TYPE_COMMAND, CommandCodec.encode(command));
  }

  private static void append(StoredNode follower, EntryId after, long commit, List<Entry> entries) {
    follower.node.step(
        Message.newBuilder()
            .setFrom(2)
            .setTo(1)
            .setTerm(2)
            .setGroup(1)
            .setAppend(Append.newBuilder().setPrev(after).setCommit(commit).addAllEntries(entries))
            .build());
    follower.work();
  }

  /**
   * Leaves a follower of three that has applied a large value, and has entries of a few bytes that
   * change it, half of them before a new voter and half of them after it.
   */
  @BeforeEach
  void leaveFollower() {
    dir = temporary.resolve("node");
    ByteString value = ByteString.copyFrom(new byte[VALUE_BYTES]);
    ByteString voter =
        new MembershipChange.Add(4, new HostAndPort("four", 7), true).toConfChange().toByteString();
    List<Entry> tail = new ArrayList<>();
    for (long index = 3; index <= LAST.index(); index++) {
      ByteString suffix = ByteString.copyFromUtf8(Long.toString(index % 10));
      tail.add(
          index == 3 + APPENDS / 2
              ? entry(index, EntryType.ENTRY_TYPE_CONF_CHANGE, voter)
              : command(index, new Command.Append(KEY, suffix, 2 * VALUE_BYTES)));
    }
    try (StoredNode follower = new StoredNode(dir, 1, 2, 3)) {
      append(
          follower,
          EntryId.newBuilder().setIndex(1).setTerm(1).build(),
          2,
          List.of(command(2, new Command.Set(KEY, value, Command.Condition.ALWAYS, false))));
      append(follower, EntryId.newBuilder().setIndex(2).setTerm(2).build(), 2, tail);
    }
  }

  private WatchedDatabase recovered() throws RocksDBException {
    Survivor survivor = Survivor.find(dir);
    assertThat(survivor.applied()).isEqualTo(2);
    assertThat(survivor.last()).isEqualTo(LAST);
    try (WatchedDatabase database = new WatchedDatabase()) {
      survivor.recover(database, new Identity("new", 1, 1), ADDRESS);
      return database;
    }
  }

  /** Otherwise entries of a few bytes could need more memory than there is. */
  @Test
  void noWriteHoldsMoreThanOneOfTheServer() throws RocksDBException {
    WatchedDatabase database = recovered();
    assertThat(database.bytes).allMatch(bytes -> bytes < WRITE_BYTES + 2L * VALUE_BYTES);
    assertThat(database.bytes).filteredOn(bytes -> bytes > VALUE_BYTES).hasSizeGreaterThan(3);
  }

  /** Before the map is changed the directory is marked, durably; at the end all is durable. */
  @Test
  void theFirstAndTheLastWriteAreSynced() throws RocksDBException {
    List<Boolean> syncs = recovered().syncs;
    assertThat(syncs).startsWith(true, false).endsWith(false, true);
    assertThat(syncs.stream().filter(sync -> sync)).hasSize(2);
  }

  @Test
  void afterACrashBetweenTwoWritesNoNodeStartsUntilItIsRecoveredAgain() throws RocksDBException {
    List<Path> left = recovered().left;
    checkRecovered(dir, new Identity("new", 1, 1));
    for (Path image : left.subList(1, left.size())) {
      for (Identity identity : List.of(StoredNode.IDENTITY, new Identity("new", 1, 1))) {
        assertThatThrownBy(() -> NodeStore.open(image, identity, Members.NONE))
            .isInstanceOf(StoreException.class)
            .hasMessage(image + ": recover was interrupted, and has to be run again");
        assertThatThrownBy(() -> NodeStore.members(image, identity))
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("recover was interrupted");
      }
      Survivor survivor = Survivor.find(image);
      assertThat(survivor.interrupted()).isTrue();
      assertThat(survivor.members()).isEqualTo(StoredNode.founders(1, 2, 3));
      checkRecovered(image, survivor.recover("again", ADDRESS));
    }
  }

  @Test
  void afterACrashBeforeTheFirstWriteTheNodeIsOfItsGroup() throws RocksDBException {
    Path image = recovered().left.get(0);
    Survivor survivor = Survivor.find(image);
    assertThat(survivor.interrupted()).isFalse();
    NodeStore.open(image, StoredNode.IDENTITY, Members.NONE).close();
    checkRecovered(image, survivor.recover("again", ADDRESS));
  }

  private static void checkRecovered(Path dir, Identity identity) {
    assertThat(Survivor.find(dir).interrupted()).isFalse();
    try (NodeStore store = NodeStore.open(dir, identity, Members.NONE)) {
      RawNode node = store.openNode(RaftConfig.builder(1).group(1).incarnation(9).build());
      assertThat(node.status().last()).isEqualTo(LAST);
      assertThat(node.status().appliedIndex()).isEqualTo(LAST.index());
      assertThat(node.confState().getVotersList()).containsExactly(1L);
      assertThat(store.machine().members()).isEqualTo(StoredNode.founders(1));
      assertThat(store.machine().size()).isEqualTo(1);
      assertThat(store.machine().get(KEY).orElseThrow().substring(VALUE_BYTES).toStringUtf8())
          .isEqualTo("34567890123456789012" + "45678901234567890123");
    }
  }

  @Test
  void anEntryOfANewerVersionIsFoundBeforeAnythingIsChanged() {
    try (StoredNode follower = new StoredNode(dir, 1, 2, 3)) {
      Entry newer =
          entry(LAST.index() + 1, EntryType.ENTRY_TYPE_COMMAND, ByteString.copyFromUtf8("newer"));
      EntryId after = EntryId.newBuilder().setIndex(LAST.index()).setTerm(2).build();
      append(follower, after, 2, List.of(newer));
    }
    Survivor before = Survivor.find(dir);
    assertThatThrownBy(() -> before.recover("new", ADDRESS))
        .isInstanceOf(UnreadableEntryException.class);
    assertThat(Survivor.find(dir)).isEqualTo(before);
  }
}
