package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.LogId;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.RoleName;
import io.tickraft.examples.kv.client.MembershipChange;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurvivorTest {

  private static final HostAndPort ADDRESS = new HostAndPort("host1", 7_000);

  @TempDir Path dir;

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static Entry entry(long index, EntryType type, ByteString data) {
    return Entry.newBuilder().setIndex(index).setTerm(2).setType(type).setData(data).build();
  }

  private static Entry set(long index, String key) {
    Command command = new Command.Set(bytes(key), bytes("value"), Command.Condition.ALWAYS, false);
    return entry(index, EntryType.ENTRY_TYPE_COMMAND, CommandCodec.encode(command));
  }

  /**
   * A follower of three that has applied a write, knows that a second one is committed, and has a
   * new voter and a third write that may be.
   */
  private void leaveFollower(Path to) {
    try (StoredNode follower = new StoredNode(to, 1, 2, 3)) {
      append(follower, 1, 2, List.of(set(2, "applied")));
      follower.work();
      ByteString voter =
          new MembershipChange.Add(4, new HostAndPort("four", 7), true)
              .toConfChange()
              .toByteString();
      append(
          follower,
          2,
          2,
          List.of(set(3, "a"), entry(4, EntryType.ENTRY_TYPE_CONF_CHANGE, voter), set(5, "b")));
      follower.work();
    }
  }

  private static void append(StoredNode follower, long after, long commit, List<Entry> entries) {
    follower.node.step(
        Message.newBuilder()
            .setFrom(2)
            .setTo(1)
            .setTerm(2)
            .setGroup(1)
            .setAppend(
                Append.newBuilder()
                    .setPrev(EntryId.newBuilder().setIndex(after).setTerm(after == 1 ? 1 : 2))
                    .setCommit(commit)
                    .addAllEntries(entries))
            .build());
  }

  private static NodeStore open(Path dir, Identity identity) {
    return NodeStore.open(dir, identity, Members.NONE);
  }

  private static List<String> keys(KvMachine machine) {
    return Stream.of("applied", "a", "b", "none")
        .filter(key -> machine.get(bytes(key)).isPresent())
        .toList();
  }

  @Test
  void whatADirectoryHasIsShown() {
    leaveFollower(dir);
    Survivor survivor = Survivor.find(dir);
    assertThat(survivor.identity()).isEqualTo(StoredNode.IDENTITY);
    assertThat(survivor.members()).isEqualTo(StoredNode.founders(1, 2, 3));
    assertThat(survivor.applied()).isEqualTo(2);
    assertThat(survivor.commit()).isEqualTo(2);
    assertThat(survivor.last()).isEqualTo(new LogId(2, 5));
    assertThat(survivor.keys()).isEqualTo(1);
  }

  @Test
  void theNodeLeadsANewGroupWithAllEntriesButNoMembershipChange() {
    leaveFollower(dir);
    Identity recovered = Survivor.find(dir).recover("new", ADDRESS);
    assertThat(recovered).isEqualTo(new Identity("new", 1, 1));
    try (NodeStore store = open(dir, recovered)) {
      assertThat(store.isNew()).isFalse();
      assertThat(store.machine().members()).isEqualTo(StoredNode.founders(1));
      assertThat(keys(store.machine())).containsExactly("applied", "a", "b");
      assertThat(store.machine().size()).isEqualTo(3);
      RawNode node = store.openNode(RaftConfig.builder(1).group(1).incarnation(2).build());
      assertThat(node.confState().getVotersList()).containsExactly(1L);
      assertThat(node.status().last()).isEqualTo(new LogId(2, 5));
      assertThat(node.status().commitIndex()).isEqualTo(5);
      node.campaign();
      assertThat(node.status().term()).isEqualTo(3);
      assertThat(node.status().role()).isNotEqualTo(RoleName.FOLLOWER);
    }
  }

  @Test
  void theDirectoryIsOfTheOldGroupNoMore() {
    leaveFollower(dir);
    Survivor.find(dir).recover("new", ADDRESS);
    assertThatThrownBy(() -> open(dir, StoredNode.IDENTITY))
        .hasMessageContaining("belongs to node 1 of group 1 in cluster 'new'");
  }

  @Test
  void aNodeWithoutATailIsRecoveredAndCanBeAgain() {
    try (StoredNode leader = StoredNode.leader(dir)) {
      leader.set("a", "1");
    }
    Survivor first = Survivor.find(dir);
    assertThat(first.applied()).isEqualTo(first.last().index());
    first.recover("two", ADDRESS);
    Survivor second = Survivor.find(dir);
    assertThat(second.last()).isEqualTo(first.last());
    Identity third = second.recover("three", new HostAndPort("elsewhere", 8));
    try (NodeStore store = open(dir, third)) {
      assertThat(keys(store.machine())).containsExactly("a");
      assertThat(store.machine().members().addresses())
          .isEqualTo(new TreeMap<>(Map.of(1L, new HostAndPort("elsewhere", 8))));
    }
  }

  /** So a crash leaves the one group or the other, and the new one is durable at the end. */
  @Test
  void withoutATailAllIsOneSyncedWrite() {
    StoredNode.leader(dir).close();
    long before = syncedWrites();
    Survivor.find(dir).recover("new", ADDRESS);
    assertThat(syncedWrites()).isEqualTo(before + 1);
  }

  private long syncedWrites() {
    Optional<byte[]> number = NodeDatabase.look(dir, owner(), NodeDatabase.SYNCED);
    return ByteBuffer.wrap(number.orElseThrow()).getLong();
  }

  private Identity owner() {
    return Survivor.find(dir).identity();
  }

  @Test
  void toLookAtADirectoryChangesNothing() throws IOException {
    leaveFollower(dir);
    Map<String, ByteString> before = contents();
    Survivor.find(dir);
    assertThat(contents()).isEqualTo(before);
  }

  /** All files that a later start reads, and so not the log of the database. */
  private Map<String, ByteString> contents() throws IOException {
    Map<String, ByteString> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!name.startsWith("LOG")) {
          contents.put(name, ByteString.copyFrom(Files.readAllBytes(file)));
        }
      }
    }
    return contents;
  }

  @Test
  void aNodeThatRunsIsLeftAlone() {
    try (StoredNode leader = StoredNode.leader(dir)) {
      assertThatThrownBy(() -> Survivor.find(dir))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("the directory is in use");
      leader.set("a", "1");
    }
  }

  @Test
  void aNodeThatHasRunMeanwhileIsLeftAlone() {
    StoredNode.leader(dir).close();
    Survivor before = Survivor.find(dir);
    try (StoredNode leader = StoredNode.leader(dir)) {
      leader.set("a", "1");
    }
    assertThatThrownBy(() -> before.recover("new", ADDRESS))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("has changed meanwhile");
    assertThat(owner()).isEqualTo(StoredNode.IDENTITY);
  }

  @Test
  void whatIsNoNodeOfAGroupIsRefused() {
    assertThatThrownBy(() -> Survivor.find(dir.resolve("none")))
        .hasMessageContaining("there is no data of a node");
    assertThat(dir.resolve("none")).doesNotExist();
    new StoredNode(dir).close();
    assertThatThrownBy(() -> Survivor.find(dir))
        .hasMessageContaining("has never been a member of a group");
  }

  @Test
  void aDamagedDirectoryIsRefusedAndLeftAsItIs() throws IOException {
    leaveFollower(dir);
    Files.delete(dir.resolve("CURRENT"));
    Files.writeString(dir.resolve("CURRENT"), "MANIFEST-999999\n");
    Map<String, ByteString> before = contents();
    assertThatThrownBy(() -> Survivor.find(dir))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is missing: the data is damaged");
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void theNewClusterHasANameOfItsOwn() {
    StoredNode.leader(dir).close();
    assertThatThrownBy(() -> Survivor.find(dir).recover("test", ADDRESS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another name than 'test'");
  }
}
