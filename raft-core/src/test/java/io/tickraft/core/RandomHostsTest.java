package io.tickraft.core;

import static io.tickraft.core.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Ready contract under random use: three hosts that take several Readys at once, acknowledge
 * them late, apply late, compact, lose messages, crash and restart. What the protocol promises is
 * the testkit's to check; here it is what a host relies on.
 */
final class RandomHostsTest {

  private static final List<SnapshotStatus> STATUSES = List.of(SnapshotStatus.values());

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyReadyHoldsSomethingAndHandsOutTheLogOnceInOrderAndPersisted(long seed) {
    World world = new World(seed);
    for (int step = 0; step < 8000; step++) {
      world.act();
    }
    world.heal();
  }

  @Test
  void theWorldsAreBusyEnough() {
    TreeMap<String, Integer> counts = new TreeMap<>();
    seeds()
        .limit(10)
        .forEach(
            seed -> {
              World world = new World(seed);
              for (int step = 0; step < 8000; step++) {
                world.act();
              }
              world.counts.forEach((what, count) -> counts.merge(what, count, Integer::sum));
            });

    assertThat(counts)
        .as("%s", counts)
        .containsKeys("three out", "crash", "snapshot", "applied", "elected", "truncated");
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isGreaterThan(5));
  }

  private static final ConfState THREE = Wire.voters(1, 2, 3);

  private static final class World {
    final Random random;
    final List<Member> members = new ArrayList<>();
    final List<Message> network = new ArrayList<>();
    final TreeMap<String, Integer> counts = new TreeMap<>();

    /** What any state machine applied, by index. */
    final TreeMap<Long, Entry> history = new TreeMap<>();

    World(long seed) {
      random = new Random(seed);
      for (long id = 1; id <= 3; id++) {
        members.add(new Member(this, id, seed));
      }
    }

    void count(String what) {
      counts.merge(what, 1, Integer::sum);
    }

    void act() {
      Member member = members.get(random.nextInt(3));
      switch (random.nextInt(20)) {
        case 0 -> member.node.tick();
        case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> deliver();
        case 10 -> member.propose();
        case 11, 12, 13 -> member.take();
        case 14, 15, 16 -> member.persist();
        case 17 -> member.apply();
        case 18 -> member.compact();
        default -> {
          switch (random.nextInt(30)) {
            case 0 -> member.crash();
            case 1 -> member.node.campaign();
            case 2 -> member.node.reportUnreachable(1 + random.nextInt(3));
            case 3 ->
                member.node.reportSnapshot(
                    1 + random.nextInt(3),
                    1 + random.nextInt(9),
                    STATUSES.get(random.nextInt(STATUSES.size())));
            default -> member.check();
          }
        }
      }
      member.check();
    }

    void deliver() {
      if (network.isEmpty()) {
        return;
      }
      int at = random.nextInt(Math.min(network.size(), 8));
      Message message = random.nextInt(10) == 0 ? network.get(at) : network.remove(at);
      if (random.nextInt(15) != 0) {
        members.get((int) message.getTo() - 1).node.step(message);
      }
      if (network.size() > 200) {
        network.subList(0, 100).clear();
      }
    }

    /** Everything works from now on: all that was committed gets applied by all. */
    void heal() {
      network.clear();
      for (int round = 0; round < 200; round++) {
        for (Member member : members) {
          member.node.tick();
          member.settle();
        }
        List<Message> due = new ArrayList<>(network);
        network.clear();
        for (Message message : due) {
          members.get((int) message.getTo() - 1).node.step(message);
        }
        members.forEach(Member::settle);
        if (round == 150) {
          members.forEach(Member::propose);
        }
      }
      long commit = members.get(0).node.status().commitIndex();
      assertThat(commit).isGreaterThan(1);
      for (Member member : members) {
        assertThat(member.node.status().commitIndex()).isEqualTo(commit);
        assertThat(member.applied).isEqualTo(commit);
        assertThat(member.node.status().persistedIndex()).isEqualTo(commit);
      }
    }
  }

  private static final class Member {
    final World world;
    final long id;
    final RaftConfig config;

    /** What is on the disk. */
    final MemoryStorage disk = MemoryStorage.bootstrapped(1, 2, 3);

    RawNode node;
    final ArrayDeque<Ready> writing = new ArrayDeque<>();
    final ArrayDeque<Ready> applying = new ArrayDeque<>();

    /** The last index that was handed out, and the last that is applied. */
    long handed = 1;

    long applied = 1;
    long proposals;

    Member(World world, long id, long seed) {
      this.world = world;
      this.id = id;
      this.config =
          Host.plain(id)
              .seed(seed)
              .maxOutstandingReadys(3)
              .maxAppendBytes(60)
              .maxInflightAppends(4)
              .maxCommittedBytesPerReady(50)
              .maxUnstableBytes(200)
              .snapshotTicks(6)
              .observer(this::observe)
              .build();
      this.node = RawNode.open(config, disk);
    }

    private void observe(RaftEvent event) {
      if (event instanceof RaftEvent.RoleChanged changed && changed.to() == RoleName.LEADER) {
        world.count("elected");
      } else if (event instanceof RaftEvent.LogTruncated) {
        world.count("truncated");
      } else if (event instanceof RaftEvent.MessageDropped dropped) {
        // Nobody here has lost anything, and nobody lies.
        assertThat(dropped.reason())
            .isIn(
                DropReason.STALE_TERM,
                DropReason.STALE_ANSWER,
                DropReason.WRONG_ROLE,
                DropReason.UNSTABLE_LIMIT);
      }
    }

    void propose() {
      node.propose(List.of(bytes("p" + id + "." + proposals++), bytes("q")));
    }

    void take() {
      if (!node.hasReady()) {
        assertThatThrownBy(node::ready).isInstanceOf(IllegalStateException.class);
        return;
      }
      int outstandingBefore = outstanding();
      Ready ready = node.ready();
      assertThat(Host.isEmpty(ready)).as("%s", ready).isFalse();
      writing.add(ready);
      world.network.addAll(ready.messages());
      for (Entry entry : ready.committedEntries()) {
        assertThat(entry.getIndex()).isEqualTo(handed + 1);
        assertThat(disk.term(entry.getIndex())).isEqualTo(entry.getTerm());
        handed++;
      }
      if (ready.snapshot().isPresent()) {
        assertThat(ready.committedEntries()).isEmpty();
        handed = ready.snapshot().get().getMetadata().getIndex();
        world.count("snapshot");
      }
      if (!ready.committedEntries().isEmpty() || ready.snapshot().isPresent()) {
        applying.add(ready);
      }
      if (outstandingBefore == 3) {
        world.count("three out");
        assertThat(waits(ready)).as("%s", ready).isFalse();
      }
      assertThat(node.status().outstandingReadys()).isEqualTo(outstanding());
    }

    /** How many Readys are not acknowledged that something waits for. */
    private int outstanding() {
      return (int) writing.stream().filter(Member::waits).count();
    }

    private static boolean waits(Ready ready) {
      boolean waits =
          ready.hardState().isPresent()
              || ready.snapshot().isPresent()
              || !ready.entries().isEmpty()
              || !ready.messagesAfterPersist().isEmpty();
      assertThat(ready.mustPersist()).isEqualTo(waits);
      return waits;
    }

    void persist() {
      if (writing.isEmpty()) {
        return;
      }
      Ready ready = writing.remove();
      disk.persist(ready);
      world.network.addAll(ready.messagesAfterPersist());
      node.persisted(ready);
    }

    void apply() {
      if (applying.isEmpty() || writing.contains(applying.peek())) {
        return;
      }
      Ready ready = applying.remove();
      for (Entry entry : ready.committedEntries()) {
        Entry first = world.history.putIfAbsent(entry.getIndex(), entry);
        assertThat(first == null || first.equals(entry)).as("%d", entry.getIndex()).isTrue();
        world.count("applied");
      }
      applied = ready.lastGiven();
      node.applied(applied);
      assertThat(node.status().appliedIndex()).isEqualTo(applied);
    }

    void compact() {
      if (applied > snapshotIndex() && applied <= disk.lastIndex()) {
        disk.createSnapshot(applied, THREE, bytes("state"));
        disk.compact(applied - world.random.nextInt(2));
      }
    }

    private long snapshotIndex() {
      Snapshot stored = disk.snapshot().snapshot();
      return stored.getMetadata().getIndex();
    }

    /** The writes that are out are lost, all or the last ones. */
    void crash() {
      for (int kept = world.random.nextInt(writing.size() + 1); kept > 0; kept--) {
        disk.persist(writing.remove());
      }
      writing.clear();
      applying.clear();
      long snapshot = snapshotIndex();
      if (world.random.nextBoolean() && applied >= snapshot && applied <= disk.lastIndex()) {
        node = RawNode.open(config, disk, new AppliedState(applied, disk.term(applied), THREE));
      } else {
        node = RawNode.open(config, disk); // the state machine is lost, too
      }
      applied = node.status().appliedIndex();
      handed = applied;
      world.count("crash");
    }

    void settle() {
      while (node.hasReady() || !writing.isEmpty() || !applying.isEmpty()) {
        if (node.hasReady()) {
          take();
        }
        persist();
        apply();
      }
    }

    void check() {
      Status status = node.status();
      assertThat(status.failure()).isEmpty();
      assertThat(status.appliedIndex()).isLessThanOrEqualTo(status.commitIndex());
      assertThat(status.commitIndex()).isLessThanOrEqualTo(status.last().index());
      assertThat(status.persistedIndex()).isLessThanOrEqualTo(status.last().index());
      assertThat(status.firstIndex()).isLessThanOrEqualTo(status.last().index() + 1);
    }
  }
}
