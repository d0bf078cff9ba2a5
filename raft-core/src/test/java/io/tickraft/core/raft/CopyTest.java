package io.tickraft.core.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A copy of a node, at any moment of its life, does what the node would do, and not to the node.
 */
class CopyTest {

  private static final int NODES = 3;
  private static final int STEPS = 1_500;

  /** A node with its host: everything that {@code Raft.copy} is given, and all that comes out. */
  private static final class Hosted {
    private final MemoryStorage storage;
    private final Raft raft;
    private final List<Object> out = new ArrayList<>();

    Hosted(MemoryStorage storage, Raft raft) {
      this.storage = storage;
      this.raft = raft;
    }

    Hosted copy() {
      MemoryStorage itsStorage = storage.copy();
      return new Hosted(itsStorage, raft.copy(itsStorage));
    }

    /** Takes all there is, and acknowledges it. */
    List<Message> drain() {
      List<Message> messages = new ArrayList<>();
      while (raft.hasOutput()) {
        raft.takeMessages(messages, messages);
        Snapshot snapshot = raft.unwrittenSnapshot();
        List<Entry> entries = raft.unwrittenEntries();
        HardState hardState = raft.write();
        List<Entry> committed = raft.takeCommitted();
        persist(snapshot, entries, hardState);
        raft.persisted();
        raft.applied(raft.handedOutIndex());
        out.add(entries);
        out.add(committed);
      }
      out.addAll(messages);
      out.add(List.of(raft.role(), raft.term(), raft.vote(), raft.leader(), raft.commitIndex()));
      return messages;
    }

    private void persist(
        @Nullable Snapshot snapshot, List<Entry> entries, @Nullable HardState hardState) {
      if (snapshot != null) {
        storage.installSnapshot(snapshot);
      }
      storage.append(entries);
      if (hardState != null) {
        storage.setHardState(hardState);
      }
    }

    void compact() {
      ConfState members = raft.confState();
      long index = raft.appliedIndex();
      if (index > storage.firstIndex()) {
        storage.createSnapshot(index, members, ByteString.EMPTY);
        storage.compact(index);
      }
    }
  }

  @Test
  void aCopyGoesTheSameWayAndLeavesTheOriginalAlone() {
    SplittableRandom random = new SplittableRandom(5);
    List<Hosted> nodes = new ArrayList<>();
    for (long id = 1; id <= NODES; id++) {
      MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
      RaftConfig config =
          RaftConfig.builder(id)
              .preVote(false)
              .checkQuorum(false)
              .snapshotTicks(5)
              .maxAppendBytes(50)
              .build();
      nodes.add(new Hosted(storage, Raft.open(config, storage, null)));
    }
    List<Message> network = new ArrayList<>();
    int snapshots = 0;
    for (int step = 0; step < STEPS; step++) {
      Message message = network.isEmpty() ? null : network.remove(random.nextInt(network.size()));
      int position = message == null ? random.nextInt(NODES) : (int) message.getTo() - 1;
      Hosted original = nodes.get(position);
      Hosted copy = original.copy();
      long choice = random.nextLong();
      // First the copy: were it to touch what is the original's, the two would differ from then on.
      input(copy, choice, message);
      List<Message> sentByCopy = copy.drain();
      int before = original.out.size();
      input(original, choice, message);
      List<Message> sent = original.drain();
      assertThat(sentByCopy).isEqualTo(sent);
      assertThat(copy.out).isEqualTo(original.out.subList(before, original.out.size()));
      for (Message each : sent) {
        snapshots += each.hasInstallSnapshot() ? 1 : 0;
        if (random.nextInt(4) > 0) {
          network.add(each);
        }
      }
      // The original's place is taken by the copy half of the time, so that copies are copied.
      nodes.set(position, random.nextBoolean() ? copy : original);
    }
    assertThat(snapshots).isPositive();
    assertThat(nodes).allSatisfy(node -> assertThat(node.raft.commitIndex()).isGreaterThan(20));
  }

  private static void input(Hosted node, long choice, @Nullable Message message) {
    if (message != null) {
      node.raft.step(message);
    }
    int kind = (int) Long.remainderUnsigned(choice, 10);
    if (kind < 4) {
      node.raft.tick();
    } else if (kind < 7) {
      node.raft.propose(List.of(ByteString.copyFromUtf8("command " + choice)));
    } else if (kind == 7) {
      node.compact();
    }
  }
}
