package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node reads from its storage is read once. */
final class ReadingTest {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /** A log in memory that counts what is read of it, and may let each range be waited for once. */
  private static final class CountingStorage implements Storage {
    private final MemoryStorage memory;
    private final TreeSet<Long> asked = new TreeSet<>();
    private boolean waits;
    private boolean snapshotWaits;
    private long entriesCalls;
    private long termCalls;
    private long bytesRead;

    CountingStorage(MemoryStorage memory) {
      this.memory = memory;
    }

    @Override
    public HardState initialState() {
      return memory.initialState();
    }

    @Override
    public EntriesResult entries(long lo, long hi, long maxBytes) {
      entriesCalls++;
      if (waits && asked.add(lo)) {
        return new EntriesResult.NotYet();
      }
      EntriesResult result = memory.entries(lo, hi, maxBytes);
      bytesRead += size(((EntriesResult.Available) result).entries());
      return result;
    }

    @Override
    public long term(long index) {
      termCalls++;
      return memory.term(index);
    }

    @Override
    public long firstIndex() {
      return memory.firstIndex();
    }

    @Override
    public long lastIndex() {
      return memory.lastIndex();
    }

    @Override
    public SnapshotResult snapshot() {
      return snapshotWaits ? new SnapshotResult.NotYet() : memory.snapshot();
    }
  }

  private static long size(List<Entry> entries) {
    return entries.stream().mapToLong(Entry::getSerializedSize).sum();
  }

  /** A node with its loop. */
  private static final class Driven {
    private final MemoryStorage memory;
    private final CountingStorage storage;
    private final RawNode node;

    Driven(MemoryStorage memory) {
      this.memory = memory;
      this.storage = new CountingStorage(memory);
      this.node = RawNode.open(Host.plain(1).build(), storage);
      storage.entriesCalls = 0;
      storage.bytesRead = 0;
      storage.termCalls = 0;
    }

    List<Message> settle() {
      List<Message> sent = new ArrayList<>();
      while (node.hasReady()) {
        Ready ready = node.ready();
        memory.persist(ready);
        sent.addAll(ready.messages());
        sent.addAll(ready.messagesAfterPersist());
        node.advance(ready);
      }
      return sent;
    }

    List<Message> step(Message message) {
      node.step(message);
      return settle();
    }
  }

  /** A log from 2 on, of term 1, with payloads of the given sizes. */
  private static MemoryStorage log(long commit, int members, int... sizes) {
    MemoryStorage memory = new MemoryStorage();
    long[] ids = new long[members];
    for (int i = 0; i < members; i++) {
      ids[i] = 1L + i;
    }
    memory.installSnapshot(snapshot(1, 1, voters(ids)));
    List<Entry> entries = new ArrayList<>();
    ByteString small = bytes(sizes[0]);
    for (int size : sizes) {
      entries.add(entry(1, 2 + entries.size(), size == sizes[0] ? small : bytes(size)));
    }
    memory.append(entries);
    memory.setHardState(hardState(1, 0, commit));
    return memory;
  }

  private static int[] same(int count, int size) {
    int[] sizes = new int[count];
    java.util.Arrays.fill(sizes, size);
    return sizes;
  }

  /** Leads in term 2, with a log of so many entries of 16 KiB that no other member holds. */
  private static Driven leader(int members, int entries) {
    Driven driven = new Driven(log(1, members, same(entries, 16 * KIB)));
    driven.node.campaign();
    driven.settle();
    for (int peer = 2; peer <= members; peer++) {
      driven.step(granted(peer, 2));
    }
    assertThat(driven.node.role()).isEqualTo(RoleName.LEADER);
    return driven;
  }

  /** How followers answer that hold entry 1 and what they were sent since. */
  private static final class Followers {
    private final long[] last;

    Followers(int members) {
      last = new long[members + 1];
      java.util.Arrays.fill(last, 1);
    }

    Message answer(Message message) {
      int peer = (int) message.getTo();
      Append append = message.getAppend();
      if (append.getPrev().getIndex() > last[peer]) {
        return rejected(peer, 2, append.getPrev().getIndex(), 1, last[peer]);
      }
      last[peer] = Math.max(last[peer], append.getPrev().getIndex() + append.getEntriesCount());
      return accepted(peer, 2, append.getPrev().getIndex() + append.getEntriesCount(), 1);
    }
  }

  private static void catchUp(Driven driven, Followers followers, ArrayDeque<Message> answers) {
    while (!answers.isEmpty()) {
      for (Message sent : driven.step(answers.removeFirst())) {
        if (sent.hasAppend()) {
          answers.addLast(followers.answer(sent));
        }
      }
    }
  }

  @Test
  void followersAtTheSamePlaceShareOneReadAlsoIfTheyAnswerOneByOne() {
    int entries = 1024;
    Driven driven = leader(5, entries);
    Followers followers = new Followers(5);
    ArrayDeque<Message> answers = new ArrayDeque<>();
    for (int peer = 2; peer <= 5; peer++) {
      answers.add(rejected(peer, 2, 1 + entries, 1, 1));
    }
    driven.storage.bytesRead = 0;

    catchUp(driven, followers, answers);

    long last = driven.node.status().last().index();
    for (int peer = 2; peer <= 5; peer++) {
      assertThat(followers.last[peer]).isEqualTo(last);
    }
    Storage.EntriesResult all = driven.memory.entries(2, last + 1, Long.MAX_VALUE);
    long logBytes = size(((Storage.EntriesResult.Available) all).entries());
    // Each entry is read once for the followers, and once for the state machine.
    assertThat(driven.storage.bytesRead).isBetween(logBytes, 2 * logBytes);
  }

  @Test
  void whatIsCommittedIsReadOnceHoweverItIsApplied() {
    int[] sizes = same(14_001, KIB);
    sizes[14_000] = 4 * MIB;
    Driven driven = new Driven(log(14_002, 3, sizes));
    assertThat(driven.node.hasReady()).isTrue();
    Ready ready = driven.node.ready();
    assertThat(ready.committedEntries()).hasSize(14_000);
    driven.memory.persist(ready);
    driven.node.persisted(ready);

    for (long index = 2; index <= 14_001; index++) {
      driven.node.applied(index);
      assertThat(driven.node.hasReady()).isEqualTo(index == 14_001);
    }

    assertThat(driven.node.ready().committedEntries()).hasSize(1);
    assertThat(driven.storage.entriesCalls).isEqualTo(2);
    assertThat(driven.storage.bytesRead).isLessThan(18L * MIB);
  }

  @Test
  void aDuplicateOfManyEntriesAsksForAHandfulOfTerms() {
    Driven driven = new Driven(log(1, 3, same(20_000, 1)));
    driven.step(heartbeat(2, 1, 1, 1));
    List<Entry> all = new ArrayList<>();
    for (long index = 2; index <= 20_001; index++) {
      all.add(entry(1, index, bytes(1)));
    }
    driven.storage.termCalls = 0;

    List<Message> sent = driven.step(append(2, 1, 1, 1, 1, all));

    assertThat(sent.get(0).getAppendResponse().getAccepted().getMatch()).isEqualTo(20_001);
    assertThat(driven.storage.termCalls).isLessThan(8);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 10_000, 20_000, 20_001})
  void aConflictWithinManyEntriesIsFoundByHalving(long conflict) {
    Driven driven = new Driven(log(1, 3, same(20_000, 1)));
    driven.step(heartbeat(2, 2, 1, 1));
    List<Entry> all = new ArrayList<>();
    for (long index = 2; index <= 20_001; index++) {
      all.add(entry(index < conflict ? 1 : 2, index, bytes(1)));
    }
    driven.storage.termCalls = 0;

    driven.node.step(append(2, 2, 1, 1, 1, all));

    assertThat(driven.node.ready().entries().get(0).getIndex()).isEqualTo(conflict);
    assertThat(driven.storage.termCalls).isLessThan(30);
  }

  // A storage that answers "not yet".

  @Test
  void aLogThatHasToBeWaitedForGoesOutWithoutATickIfTheHostSaysWhenItIsThere() {
    int entries = 20 * 64;
    Driven driven = leader(3, entries);
    driven.storage.waits = true;
    Followers followers = new Followers(3);
    ArrayDeque<Message> answers = new ArrayDeque<>();
    answers.add(rejected(2, 2, 1 + entries, 1, 1));
    int waits = 0;
    while (followers.last[2] < driven.node.status().last().index() && waits < 100) {
      catchUp(driven, followers, answers);
      driven.node.storageReady();
      waits++;
      for (Message sent : driven.settle()) {
        if (sent.hasAppend()) {
          answers.add(followers.answer(sent));
        }
      }
    }

    assertThat(followers.last[2]).isEqualTo(driven.node.status().last().index());
    assertThat(waits).as("one for each MiB, and the rest of the log").isBetween(20, 25);
  }

  @Test
  void committedEntriesThatHaveToBeWaitedForAreAppliedWhenTheHostSaysThatTheyAreThere() {
    Driven driven = new Driven(log(3, 3, same(2, 1)));
    driven.storage.waits = true;
    assertThat(driven.node.hasReady()).isFalse();
    assertThat(driven.node.hasReady()).isFalse();
    assertThat(driven.storage.entriesCalls).isEqualTo(1);

    driven.node.storageReady();

    assertThat(driven.node.hasReady()).isTrue();
    assertThat(driven.node.ready().committedEntries()).hasSize(2);
  }

  @Test
  void aSnapshotThatHasToBeWaitedForIsSentWhenTheHostSaysThatItIsThere() {
    Driven driven = leader(3, 4);
    driven.step(accepted(3, 2, 6, 1));
    driven.memory.createSnapshot(5, voters(1, 2, 3), bytes("state"));
    driven.memory.compact(5);
    driven.storage.snapshotWaits = true;
    assertThat(driven.step(rejected(2, 2, 5, 1, 1))).noneMatch(Message::hasInstallSnapshot);
    driven.storage.snapshotWaits = false;
    assertThat(driven.node.hasReady()).isFalse();

    driven.node.storageReady();

    assertThat(driven.settle()).anyMatch(Message::hasInstallSnapshot);
  }

  // Reads of the state machine's clients.

  @Test
  void aMemberThatIsProbedIsSentOneAppendAHeartbeatHoweverManyReadsAreServed() {
    Driven driven = leader(3, 64);
    List<Message> first = driven.step(accepted(3, 2, 66, 1));
    assertThat(first).isNotNull();
    driven.step(rejected(2, 2, 65, 1, 1)); // a probe with 1 MiB is sent, and never answered
    long messages = 0;
    long bytes = 0;
    for (int tick = 0; tick < 3; tick++) {
      driven.node.tick();
      for (int read = 0; read < 100; read++) {
        driven.node.readIndex(bytes("r" + read));
        for (Message sent : driven.settle()) {
          if (sent.hasHeartbeat()) {
            for (Message more :
                driven.step(heartbeatResponse(sent.getTo(), 2, sent.getHeartbeat().getRound()))) {
              if (more.hasAppend() && more.getTo() == 2) {
                messages++;
                bytes += more.getSerializedSize();
              }
            }
          }
        }
      }
    }

    assertThat(messages).as("one for each regular heartbeat").isEqualTo(3);
    assertThat(bytes).isLessThan(4L * MIB);
  }
}
