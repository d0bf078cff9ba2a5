package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.Bootstrap;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage.EntriesResult;
import io.tickraft.examples.kv.client.MembershipChange;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.command.Lookup;
import io.tickraft.examples.kv.command.Operation;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

class NodeStoreTest {

  /** A command that a later version writes. */
  private static final ByteString LATER = ByteString.copyFrom(new byte[] {1, 99, 7});

  private static final ByteString LARGE = ByteString.copyFrom(new byte[1 << 20]);

  @TempDir Path dir;

  @Test
  void aNewDirectoryHoldsTheFirstStateOfAVoter() {
    try (NodeStore store = NodeStore.open(dir, StoredNode.IDENTITY, StoredNode.founders(3, 1, 2))) {
      assertThat(store.isNew()).isTrue();
      assertThat(store.incarnation()).isEqualTo(1);
      assertThat(store.log().initialState()).isEqualTo(Bootstrap.hardState());
      assertThat(store.log().firstIndex()).isEqualTo(2);
      assertThat(store.log().lastIndex()).isEqualTo(1);
      assertThat(store.log().term(1)).isEqualTo(1);
      assertThat(store.machine().applied().confState().getVotersList()).containsExactly(1L, 2L, 3L);
      assertThat(store.machine().size()).isZero();
      assertThat(store.machine().members()).isEqualTo(StoredNode.founders(1, 2, 3));
    }
  }

  @Test
  void eachStartIsANewIncarnationAndKeepsTheFirstVoters() {
    for (int start = 1; start <= 3; start++) {
      // The voters of a later start do not matter: the directory knows better.
      try (NodeStore store =
          NodeStore.open(dir, StoredNode.IDENTITY, StoredNode.founders(1, start + 1))) {
        assertThat(store.incarnation()).isEqualTo(start);
        assertThat(store.isNew()).isEqualTo(start == 1);
        assertThat(store.machine().applied().confState().getVotersList()).containsExactly(1L, 2L);
      }
    }
  }

  @Test
  void aNodeThatIsToJoinBeginsWithNothing() {
    for (int start = 1; start <= 2; start++) {
      try (StoredNode joining = new StoredNode(dir)) {
        assertThat(joining.store.incarnation()).isEqualTo(start);
        assertThat(joining.store.log().lastIndex()).isZero();
        assertThat(joining.store.machine().members()).isEqualTo(Members.NONE);
        assertThat(joining.node.confState()).isEqualTo(ConfState.getDefaultInstance());
        joining.node.campaign();
        assertThat(joining.node.status().role()).isEqualTo(RoleName.FOLLOWER);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SYNCED|CURRENT|MANIFEST.*|.*\\.log|.*\\.sst", "SYNCED", "CURRENT"})
  void aFailureWithoutTheFilesOfTheDirectoryIsALossOfItsData(String gone) throws Exception {
    Path live = dir.resolve("live");
    try (StoredNode node = StoredNode.leader(live)) {
      StoreException full = new StoreException("cannot write: No space left on device");
      assertThat(node.store.explain(full)).isSameAs(full);
      for (Path file : files(live, gone)) {
        Files.delete(file);
      }
      assertThat(node.store.explain(new IllegalStateException(full)))
          .isInstanceOfSatisfying(StoreException.class, why -> assertThat(why.isDamaged()).isTrue())
          .hasMessageStartingWith(
              "cannot write: No space left on device: the file %s is missing: the data is damaged",
              live.resolve(gone.split("\\|", -1)[0]));
      IllegalStateException other = new IllegalStateException();
      assertThat(node.store.explain(other)).isSameAs(other);
    }
  }

  /** Open files can be written though they are deleted: a write fails when it needs a new file. */
  @Test
  void withoutADirectoryAWriteFailsInTheEndAndTheDataIsLost() throws Exception {
    Path live = dir.resolve("live");
    String value = "x".repeat(1 << 20);
    try (StoredNode node = StoredNode.leader(live)) {
      Files.move(live, dir.resolve("elsewhere"));
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  node.set("key", value);
                }
              })
          .hasMessageContaining("No such file or directory")
          .satisfies(
              why ->
                  assertThat(node.store.explain(why))
                      .isInstanceOfSatisfying(
                          StoreException.class, lost -> assertThat(lost.isDamaged()).isTrue()));
    }
  }

  private static List<Path> files(Path dir, String names) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(file -> file.getFileName().toString().matches(names)).toList();
    }
  }

  @Test
  void membersAreWrittenWithTheChangeThatBringsThem() {
    List<Path> images = new ArrayList<>();
    Path live = dir.resolve("live");
    HostAndPort address = new HostAndPort("two", 7_000);
    try (StoredNode leader = StoredNode.leader(live)) {
      leader.node.proposeConfChange(new MembershipChange.Add(2, address, false).toConfChange());
      leader.work(() -> images.add(StoredNode.image(live, dir.resolve("image-" + images.size()))));
      assertThat(leader.store.machine().members().addresses()).containsEntry(2L, address);
    }
    int with = 0;
    for (Path image : images) {
      try (StoredNode node = new StoredNode(image, 1)) {
        // Raft and the host agree on who is there, wherever the crash falls.
        assertThat(node.store.machine().members().addresses().keySet())
            .isEqualTo(Members.ids(node.node.confState()));
        with += node.node.confState().getLearnersCount();
      }
    }
    assertThat(with).isBetween(1, images.size() - 1);
  }

  @Test
  void anotherNodesDirectoryIsRefusedAndLeftAsItIs() {
    NodeStore.open(dir, new Identity("my kv", 1, 2), StoredNode.founders(1, 2)).close();
    for (Identity other :
        List.of(
            new Identity("my kv", 1, 3), new Identity("my kv", 2, 2), new Identity("kv", 1, 2))) {
      assertThatThrownBy(() -> NodeStore.open(dir, other, StoredNode.founders(1, 2, 3)))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(
              "belongs to node 2 of group 1 in cluster 'my kv', and this is " + other);
    }
    try (NodeStore store =
        NodeStore.open(dir, new Identity("my kv", 1, 2), StoredNode.founders(1, 2))) {
      assertThat(store.incarnation()).isEqualTo(2);
    }
  }

  @Test
  void theMembersAreInTheDirectory() {
    Path none = dir.resolve("none");
    assertThat(NodeStore.members(none, StoredNode.IDENTITY)).isEqualTo(Members.NONE);
    assertThat(none).as("nothing is made by looking").doesNotExist();

    Path joining = dir.resolve("joining");
    NodeStore.open(joining, StoredNode.IDENTITY, Members.NONE).close();
    assertThat(NodeStore.members(joining, StoredNode.IDENTITY)).isEqualTo(Members.NONE);

    Path voter = dir.resolve("voter");
    Members founders = StoredNode.founders(1, 2);
    NodeStore.open(voter, StoredNode.IDENTITY, founders).close();
    assertThat(NodeStore.members(voter, StoredNode.IDENTITY)).isEqualTo(founders);
    assertThatThrownBy(() -> NodeStore.members(voter, new Identity("kv", 1, 2)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("belongs to " + StoredNode.IDENTITY);
    try (NodeStore store = NodeStore.open(voter, StoredNode.IDENTITY, founders)) {
      assertThat(store.incarnation()).as("looking is no start").isEqualTo(2);
    }
  }

  @Test
  void aDirectoryThatIsInUseIsRefused() {
    try (NodeStore store = NodeStore.open(dir, StoredNode.IDENTITY, StoredNode.founders(1))) {
      assertThat(store.isNew()).isTrue();
      assertThatThrownBy(() -> NodeStore.open(dir, StoredNode.IDENTITY, StoredNode.founders(1)))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("cannot open " + dir + ": the directory is in use");
    }
  }

  @Test
  void whatIsNoDirectoryIsRefused() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    assertThatThrownBy(() -> NodeStore.open(file, StoredNode.IDENTITY, StoredNode.founders(1)))
        .isInstanceOf(StoreException.class)
        .hasMessage("cannot use the directory " + file + ": a file, and not a directory");
    Path inIt = file.resolve("node");
    assertThatThrownBy(() -> NodeStore.open(inIt, StoredNode.IDENTITY, StoredNode.founders(1)))
        .isInstanceOf(StoreException.class)
        .hasMessage("cannot use the directory " + inIt + ": Not a directory");
  }

  @Test
  void aDirectoryOfOtherFilesIsRefused() throws Exception {
    Files.createDirectory(dir.resolve("lost+found"));
    Path file = Files.createFile(dir.resolve("node-1.key"));
    assertThatThrownBy(() -> NodeStore.open(dir, StoredNode.IDENTITY, StoredNode.founders(1)))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            "cannot open "
                + dir
                + ": it holds other files, such as node-1.key: give the node a directory of its own");
    assertThat(dir).isDirectoryNotContaining("glob:**/CURRENT");
    Files.delete(file);
    NodeStore.open(dir, StoredNode.IDENTITY, StoredNode.founders(1)).close();
  }

  /** Tried with an exception, as the administrator may use everything. */
  @Test
  void whatMayNotBeUsedIsNamedWithTheReason() {
    String file = dir.resolve("SYNCED").toString();
    assertThat(new StoreException("cannot open " + dir, new AccessDeniedException(file)))
        .hasMessage("cannot open " + dir + ": " + file + ": permission denied");
    assertThat(new StoreException("cannot use " + file, new AccessDeniedException(file)))
        .hasMessage("cannot use " + file + ": permission denied");
  }

  /** A full disk has ended the first start when the database had only its default column family. */
  @Test
  void aFirstStartThatWasCutShortIsMadeGoodByTheNext() throws Exception {
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB database = RocksDB.open(options, dir.toString())) {
      assertThat(database.getName()).isEqualTo(dir.toString());
    }
    assertThat(NodeStore.members(dir, StoredNode.IDENTITY)).isEqualTo(Members.NONE);
    try (NodeStore store = NodeStore.open(dir, StoredNode.IDENTITY, StoredNode.founders(1))) {
      assertThat(store.isNew()).isTrue();
    }
  }

  @Test
  void aRestartGoesOnWhereTheNodeStopped() {
    String digest;
    try (StoredNode leader = StoredNode.leader(dir)) {
      leader.set("a", "1");
      leader.set("b", "2");
      assertThat(leader.increment("a")).isEqualTo(new Reply.Int(2));
      assertThat(leader.store.machine().size()).isEqualTo(2);
      digest = leader.digest();
    }
    try (StoredNode leader = StoredNode.leader(dir)) {
      assertThat(leader.digest()).isEqualTo(digest);
      assertThat(leader.store.machine().size()).isEqualTo(2);
      assertThat(leader.increment("a")).isEqualTo(new Reply.Int(3));
    }
  }

  @Test
  void keysThatAreClearedStayAwayAndThoseSetAfterwardsDoNot() {
    try (StoredNode leader = StoredNode.leader(dir)) {
      for (String key : List.of("", "a", "b", "\uffff")) {
        leader.set(key, "old");
      }
      assertThat(
              leader.run(
                  new Command.Transaction(
                      List.of(
                          new Lookup.Size(),
                          new Command.Clear(),
                          new Lookup.Get(ByteString.copyFromUtf8("a")),
                          new Command.SetNew(
                              ByteString.copyFromUtf8("b"), ByteString.copyFromUtf8("new")),
                          new Lookup.Size()),
                      100)))
          .isEqualTo(
              Reply.array(
                  new Reply.Int(4), Reply.OK, Reply.NIL, new Reply.Int(1), new Reply.Int(1)));
    }
    try (StoredNode leader = StoredNode.leader(dir)) {
      List<String> keys = new ArrayList<>();
      leader.store.machine().visitKeys(Optional.empty(), key -> keys.add(key.toStringUtf8()));
      assertThat(keys).containsExactly("b");
      assertThat(leader.store.machine().size()).isEqualTo(1);
      leader
          .store
          .machine()
          .visitKeys(Optional.of(ByteString.copyFromUtf8("b")), key -> keys.add("after"));
      assertThat(keys).hasSize(1);
    }
  }

  @Test
  void whereverACrashFallsNothingIsAppliedTwiceAndNothingPersistedIsLost() {
    List<Path> images = new ArrayList<>();
    List<Long> atLeast = new ArrayList<>();
    Path live = dir.resolve("live");
    long[] done = {0};
    try (StoredNode leader = StoredNode.leader(live)) {
      for (int i = 0; i < 3; i++) {
        leader.node.propose(
            CommandCodec.encode(new Command.Increment(ByteString.copyFromUtf8("n"), 1)));
        leader.work(
            () -> {
              images.add(StoredNode.image(live, dir.resolve("image-" + images.size())));
              atLeast.add(done[0]);
            });
        done[0]++;
      }
    }
    assertThat(images).hasSizeGreaterThanOrEqualTo(9);
    for (int i = 0; i < images.size(); i++) {
      try (StoredNode leader = StoredNode.leader(images.get(i))) {
        Reply.Int next = (Reply.Int) leader.increment("n");
        // What was done before the crash, perhaps the one that was under way, and this one.
        assertThat(next.value()).isBetween(atLeast.get(i) + 1, atLeast.get(i) + 2);
      }
    }
  }

  @Test
  void anEntryThatCannotBeReadStopsTheNodeBeforeItIsAppliedAndStaysInTheLog() {
    long index;
    try (StoredNode leader = StoredNode.leader(dir)) {
      leader.set("a", "1");
      leader.node.propose(
          List.of(
              CommandCodec.encode(new Command.Increment(ByteString.copyFromUtf8("a"), 1)),
              LATER,
              CommandCodec.encode(new Command.Increment(ByteString.copyFromUtf8("a"), 1))));
      index = leader.node.status().last().index() - 1;
      assertUnreadable(leader, index);
    }
    // A start with this version comes to the same end, and nothing is lost meanwhile.
    try (StoredNode again = new StoredNode(dir, 1)) {
      assertThat(again.store.machine().appliedIndex()).isLessThan(index);
      again.node.campaign();
      assertUnreadable(again, index);
      assertThat(again.store.log().entries(index, index + 1, Long.MAX_VALUE))
          .isInstanceOfSatisfying(
              EntriesResult.Available.class,
              found -> assertThat(found.entries().get(0).getData()).isEqualTo(LATER));
      assertThat(again.store.machine().get(ByteString.copyFromUtf8("a")))
          .contains(ByteString.copyFromUtf8("1"));
    }
  }

  private static void assertUnreadable(StoredNode node, long index) {
    assertThatThrownBy(node::work)
        .isInstanceOf(UnreadableEntryException.class)
        .hasMessageContaining("cannot read the entry at index " + index + ", term 2")
        .hasMessageContaining("opcode 99 in version 1");
  }

  private static Entry entry(long index, Command command) {
    return Entry.newBuilder()
        .setIndex(index)
        .setTerm(2)
        .setType(EntryType.ENTRY_TYPE_COMMAND)
        .setData(CommandCodec.encode(command))
        .build();
  }

  private static Command.Append append(String key) {
    return new Command.Append(
        ByteString.copyFromUtf8(key), ByteString.copyFromUtf8("y"), 2 * LARGE.size());
  }

  /** Short commands may have large effects, all of which would be held in memory at once. */
  @Test
  void entriesAreAppliedUntilTheyHaveChangedMuch() {
    try (StoredNode node = StoredNode.leader(dir)) {
      for (int i = 0; i < 20; i++) {
        node.run(
            new Command.Set(
                ByteString.copyFromUtf8("key" + i), LARGE, Command.Condition.ALWAYS, false));
      }
      long applied = node.store.machine().appliedIndex();
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        entries.add(entry(applied + 1 + i, append("key" + i)));
      }
      List<Long> told = new ArrayList<>();

      int count =
          node.store
              .machine()
              .apply(entries, Optional.empty(), (entry, reply) -> told.add(entry.getIndex()));

      // Eight megabytes: each value is read, looked up and written.
      assertThat(count).isEqualTo(3);
      assertThat(told).hasSize(3);
      assertThat(node.store.machine().appliedIndex()).isEqualTo(applied + 3);
      assertThat(node.store.machine().length(ByteString.copyFromUtf8("key2")))
          .hasValue(LARGE.size() + 1);
      assertThat(node.store.machine().length(ByteString.copyFromUtf8("key3")))
          .hasValue(LARGE.size());
    }
  }

  /** The database reads a value to find out whether it is there. */
  @Test
  void entriesThatOnlyLookForValuesAreAppliedUntilTheyHaveLookedAtMuch() {
    try (StoredNode node = StoredNode.leader(dir)) {
      ByteString key = ByteString.copyFromUtf8("key");
      node.run(new Command.Set(key, LARGE, Command.Condition.ALWAYS, false));
      long applied = node.store.machine().appliedIndex();
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        entries.add(entry(applied + 1 + i, new Command.SetNew(key, ByteString.EMPTY)));
      }
      assertThat(node.store.machine().apply(entries, Optional.empty(), (entry, reply) -> {}))
          .isEqualTo(8);
    }
  }

  @Test
  void aTransactionThatReadsAndWritesTooMuchHasNoEffect() {
    try (StoredNode node = StoredNode.leader(dir)) {
      ByteString key = ByteString.copyFromUtf8("key");
      node.run(new Command.Set(key, LARGE, Command.Condition.ALWAYS, false));
      List<Operation> operations = new ArrayList<>();
      operations.add(new Command.Increment(ByteString.copyFromUtf8("counter"), 1));
      operations.add(new Command.Clear());
      for (int i = 0; i < 40; i++) {
        operations.add(new Command.Set(key, LARGE, Command.Condition.ALWAYS, false));
        operations.add(new Lookup.Length(key));
      }

      Reply reply = node.run(new Command.Transaction(operations, 0));

      assertThat(reply)
          .isEqualTo(
              new Reply.Failure(
                  "EXECABORT the transaction reads and writes more than 67108864 bytes of values:"
                      + " nothing of it was applied"));
      assertThat(node.store.machine().size()).isEqualTo(1);
      assertThat(node.store.machine().get(key)).contains(LARGE);
    }
  }

  @Test
  void aTransactionSeesAndLeavesItsOwnEffects() {
    try (StoredNode node = StoredNode.leader(dir)) {
      ByteString one = ByteString.copyFromUtf8("one");
      ByteString two = ByteString.copyFromUtf8("two");
      node.set("before", "gone");
      node.set("two", "2");

      Reply reply =
          node.run(
              new Command.Transaction(
                  List.of(
                      new Command.Increment(two, 1),
                      new Lookup.Size(),
                      new Command.Clear(),
                      new Lookup.Exists(List.of(one, two)),
                      new Command.Increment(two, 5),
                      new Command.Set(one, two, Command.Condition.ALWAYS, false),
                      new Command.Delete(List.of(two)),
                      new Lookup.Size(),
                      new Lookup.Get(one)),
                  100));

      assertThat(reply)
          .isEqualTo(
              Reply.array(
                  new Reply.Int(3),
                  new Reply.Int(2),
                  Reply.OK,
                  new Reply.Int(0),
                  new Reply.Int(5),
                  Reply.OK,
                  new Reply.Int(1),
                  new Reply.Int(1),
                  new Reply.Bulk(two)));
      assertThat(node.store.machine().size()).isEqualTo(1);
      assertThat(node.store.machine().get(one)).contains(two);
      assertThat(node.store.machine().get(two)).isEmpty();
    }
  }
}
