package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A copy of a host and its disk goes on as the original would, and leaves the original alone. */
class HostCopyTest {

  private static final Oracle NO_ORACLE = new Oracle() {};

  /** More ticks than any test lets pass. */
  private static final int HORIZON = 100;

  /** A host with all that it has sent. */
  private static final class Sender {
    final List<Message> sent = new ArrayList<>();
    final SimHost host;

    Sender(long id, SimDisk disk) {
      host = new SimHost(id, disk, NO_ORACLE, CommandLog::new, sent::add);
    }

    private Sender(SimHost original) {
      host = original.copy(NO_ORACLE, sent::add);
    }

    Sender copy() {
      return new Sender(host);
    }

    long digest() {
      Digest digest = new Digest(id -> id, HORIZON);
      host.digest(digest);
      return digest.value();
    }

    List<Message> sentSince() {
      List<Message> since = List.copyOf(sent);
      sent.clear();
      return since;
    }

    void finish() {
      while (host.node().hasReady() || host.unwritten() > 0) {
        if (host.unwritten() > 0) {
          host.completeAndAcknowledge();
        } else {
          host.take();
        }
        host.applyTo(Long.MAX_VALUE);
      }
      host.stepped();
    }
  }

  private static ByteString command(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static RaftConfig config(long id, long incarnation) {
    return RaftConfig.builder(id)
        .incarnation(incarnation)
        .preVote(false)
        .checkQuorum(false)
        .maxOutstandingReadys(3)
        .build();
  }

  private static void deliver(Sender from, Sender to) {
    for (Message message : from.sentSince()) {
      if (message.getTo() == to.host.status().id()) {
        to.host.step(message);
        to.host.stepped();
      }
    }
  }

  /** The leader of two voters, and its follower, in a state that a host may be in. */
  private static final class Pair {
    final Sender leader = new Sender(1, new SimDisk(MemoryStorage.bootstrapped(1, 2)));
    final Sender follower = new Sender(2, new SimDisk(MemoryStorage.bootstrapped(1, 2)));

    Pair() {
      leader.host.start(config(1, 1));
      follower.host.start(config(2, 1));
      leader.host.campaign();
      settle();
    }

    private void settle() {
      do {
        leader.finish();
        deliver(leader, follower);
        follower.finish();
        deliver(follower, leader);
      } while (leader.host.node().hasReady());
    }
  }

  /** The states that are copied. */
  enum State {
    SETTLED {
      @Override
      void reach(Pair pair) {}
    },
    WITH_A_READY {
      @Override
      void reach(Pair pair) {
        pair.leader.host.propose(List.of(command("a"), command("b")));
      }
    },
    TAKEN_AND_NOT_WRITTEN {
      @Override
      void reach(Pair pair) {
        WITH_A_READY.reach(pair);
        pair.leader.host.take();
        pair.leader.host.propose(List.of(command("c")));
        pair.leader.host.take();
      }
    },
    WRITTEN_AND_NOT_ACKNOWLEDGED {
      @Override
      void reach(Pair pair) {
        TAKEN_AND_NOT_WRITTEN.reach(pair);
        pair.leader.host.completeWrite();
      }
    },
    COMMITTED_AND_NOT_APPLIED {
      @Override
      void reach(Pair pair) {
        WITH_A_READY.reach(pair);
        pair.leader.host.take();
        pair.leader.host.completeAndAcknowledge();
        deliver(pair.leader, pair.follower);
        pair.follower.finish();
        deliver(pair.follower, pair.leader);
        pair.leader.host.take();
      }
    },
    PARTLY_APPLIED {
      @Override
      void reach(Pair pair) {
        COMMITTED_AND_NOT_APPLIED.reach(pair);
        pair.leader.host.applyTo(pair.leader.host.appliedIndex() + 1);
      }
    },
    COMPACTED_WITHOUT_SYNC {
      @Override
      void reach(Pair pair) {
        WITH_A_READY.reach(pair);
        pair.settle();
        pair.leader.host.compact(0);
      }
    },
    CRASHED_AND_STARTED {
      @Override
      void reach(Pair pair) {
        TAKEN_AND_NOT_WRITTEN.reach(pair);
        pair.leader.host.crash(1, 1);
        pair.leader.host.start(config(1, 2));
      }
    },
    DOWN {
      @Override
      void reach(Pair pair) {
        TAKEN_AND_NOT_WRITTEN.reach(pair);
        pair.leader.host.crash(0);
      }
    };

    abstract void reach(Pair pair);
  }

  private static Pair reach(State state) {
    Pair pair = new Pair();
    state.reach(pair);
    pair.leader.sentSince();
    return pair;
  }

  /** All that a host may do next, some of it with an effect in each of the states. */
  enum Input {
    START {
      @Override
      void give(Sender sender, Message message) {
        if (!sender.host.isUp()) {
          sender.host.start(config(1, 9));
        }
      }
    },
    WRITE {
      @Override
      void give(Sender sender, Message message) {
        if (sender.host.unwritten() > 0) {
          sender.host.completeWrite();
        }
        if (sender.host.unacknowledged() > 0) {
          sender.host.acknowledge();
        }
      }
    },
    TAKE {
      @Override
      void give(Sender sender, Message message) {
        if (sender.host.node().hasReady()) {
          sender.host.take();
        }
      }
    },
    APPLY {
      @Override
      void give(Sender sender, Message message) {
        sender.host.applyTo(Long.MAX_VALUE);
      }
    },
    MESSAGE {
      @Override
      void give(Sender sender, Message message) {
        sender.host.step(message);
      }
    },
    TICK {
      @Override
      void give(Sender sender, Message message) {
        sender.host.tick();
      }
    },
    PROPOSE {
      @Override
      void give(Sender sender, Message message) {
        sender.host.propose(List.of(command("later")));
      }
    },
    CAMPAIGN {
      @Override
      void give(Sender sender, Message message) {
        sender.host.campaign();
      }
    },
    COMPACT {
      @Override
      void give(Sender sender, Message message) {
        sender.host.compact(1);
      }
    },
    SYNC {
      @Override
      void give(Sender sender, Message message) {
        sender.host.sync();
      }
    },
    CRASH {
      @Override
      void give(Sender sender, Message message) {
        sender.host.crash(sender.host.disk().unsynced());
        sender.host.start(config(1, 10));
      }
    };

    abstract void give(Sender sender, Message message);
  }

  /** Makes two hosts react to the same inputs, and compares them after each. */
  private static void assertAlike(Sender one, Sender other, Message message) {
    assertThat(one.digest()).isEqualTo(other.digest());
    for (int round = 0; round < 3; round++) {
      for (Input input : Input.values()) {
        input.give(one, message);
        input.give(other, message);
        one.host.stepped();
        other.host.stepped();
        assertThat(one.sentSince()).as("sent after %s", input).isEqualTo(other.sentSince());
        assertThat(one.host.node().status())
            .as("status after %s", input)
            .hasToString(other.host.node().status().toString());
        assertThat(one.digest()).as("digest after %s", input).isEqualTo(other.digest());
      }
      one.finish();
      other.finish();
    }
    assertThat(((CommandLog) one.host.machine()).commands())
        .isEqualTo(((CommandLog) other.host.machine()).commands());
    assertThat(one.host.disk().log()).isEqualTo(other.host.disk().log());
  }

  @ParameterizedTest
  @EnumSource
  void aCopyReactsAsTheOriginal(State state) {
    Pair pair = reach(state);
    Message message = nextMessage(pair);
    assertAlike(pair.leader.copy(), pair.leader, message);
  }

  @ParameterizedTest
  @EnumSource
  void whatACopyDoesLeavesTheOriginalAlone(State state) {
    Pair pair = reach(state);
    Message message = nextMessage(pair);
    long before = pair.leader.digest();
    List<ByteString> commands = List.copyOf(commands(pair.leader));
    Sender kept = pair.leader.copy();

    Sender changed = pair.leader.copy();
    assertAlike(changed, pair.leader.copy(), message);

    assertThat(changed.digest()).isNotEqualTo(before);
    assertThat(pair.leader.digest()).isEqualTo(before);
    assertThat(commands(pair.leader)).isEqualTo(commands);
    // And the other way round: what the original does leaves its copies alone.
    assertAlike(pair.leader, kept.copy(), message);
    assertThat(kept.digest()).isEqualTo(before);
  }

  private static List<ByteString> commands(Sender sender) {
    return ((CommandLog) sender.host.machine()).commands();
  }

  /** Returns what the follower sends when it campaigns. */
  private static Message nextMessage(Pair pair) {
    Sender follower = pair.follower.copy();
    follower.host.campaign();
    follower.finish();
    return follower.sent.get(follower.sent.size() - 1);
  }

  @Test
  void theStateMachineOfACopyIsRestoredFromWhatIsSaved() {
    Sender leader = reach(State.PARTLY_APPLIED).leader;
    Sender copy = leader.copy();
    assertThat(copy.host.machine()).isNotSameAs(leader.host.machine());
    assertThat(commands(copy)).containsExactly(command("a"));
    copy.host.applyTo(Long.MAX_VALUE);
    assertThat(commands(copy)).containsExactly(command("a"), command("b"));
    assertThat(commands(leader)).containsExactly(command("a"));
  }

  @Test
  void aCrashOfACopyLeavesTheOriginalUp() {
    Sender leader = reach(State.TAKEN_AND_NOT_WRITTEN).leader;
    Sender copy = leader.copy();
    long last = leader.host.disk().lastIndex();
    copy.host.crash(0);
    assertThat(copy.host.isUp()).isFalse();
    assertThat(copy.host.disk().lastIndex()).isLessThan(last);
    assertThat(leader.host.isUp()).isTrue();
    assertThat(leader.host.unwritten()).isEqualTo(2);
    assertThat(leader.host.disk().lastIndex()).isEqualTo(last);
    assertThat(leader.host.disk().unsynced()).isEqualTo(copiedUnsynced(leader)).isPositive();
  }

  private static int copiedUnsynced(Sender sender) {
    return sender.copy().host.disk().unsynced();
  }

  @Test
  void aHostThatKeepsItsStateIsCopiedWithIt() {
    Sender one = new Sender(1, new SimDisk(MemoryStorage.bootstrapped(1)));
    one.host.keepState();
    one.host.start(config(1, 1));
    one.host.campaign();
    one.finish();
    one.host.propose(List.of(command("a")));
    one.finish();
    Sender copy = one.copy();
    assertThat(copy.host.disk().state()).isEqualTo(one.host.disk().state()).isPresent();
    copy.host.propose(List.of(command("b")));
    copy.finish();
    assertThat(copy.host.disk().state()).isNotEqualTo(one.host.disk().state());
  }

  // Digests.

  @Test
  void eachStateHasADigestOfItsOwn() {
    List<Long> digests = new ArrayList<>();
    for (State state : State.values()) {
      digests.add(reach(state).leader.digest());
      assertThat(reach(state).leader.digest()).isEqualTo(digests.get(digests.size() - 1));
    }
    assertThat(digests).doesNotHaveDuplicates();
  }

  @Test
  void aHostThatHasAppliedMoreIsInAnotherState() {
    Sender leader = reach(State.COMMITTED_AND_NOT_APPLIED).leader;
    Sender copy = leader.copy();
    copy.host.applyTo(copy.host.appliedIndex() + 1);
    assertThat(copy.digest()).isNotEqualTo(leader.digest());
  }

  // Disks.

  private static long digest(SimDisk disk) {
    Digest digest = new Digest(id -> id, HORIZON);
    disk.digest(digest);
    return digest.value();
  }

  /** A disk with two unsynced writes: a hard state, and entries. */
  private static SimDisk unsynced(String command) {
    Pair pair = new Pair();
    pair.leader.host.propose(List.of(command("first")));
    pair.leader.host.take();
    pair.leader.host.propose(List.of(command(command), command("last")));
    pair.leader.host.take();
    return pair.leader.host.disk();
  }

  @Test
  void aDiskIsCopiedWithItsUnsyncedWrites() {
    SimDisk disk = unsynced("a");
    SimDisk copy = disk.copy();
    assertThat(digest(copy)).isEqualTo(digest(disk));
    assertThat(copy.unsynced()).isEqualTo(disk.unsynced()).isGreaterThanOrEqualTo(2);
    assertThat(copy.log()).isEqualTo(disk.log());
    assertThat(copy.durable().lastIndex()).isEqualTo(disk.durable().lastIndex());

    int last = disk.unsynced() - 1;
    copy.crash(last, 1);
    disk.copy().crash(0);
    assertThat(disk.unsynced()).isEqualTo(last + 1);
    assertThat(disk.tornWrites()).isZero();
    assertThat(copy.tornWrites()).isEqualTo(1);
    disk.crash(last, 1);
    assertThat(digest(disk)).isEqualTo(digest(copy));
    assertThat(disk.log()).isEqualTo(copy.log());
  }

  @Test
  void unsyncedWritesCountForTheDigest() {
    assertThat(digest(unsynced("a"))).isEqualTo(digest(unsynced("a")));
    assertThat(digest(unsynced("a"))).isNotEqualTo(digest(unsynced("b")));
  }

  @Test
  void whatIsSyncedCountsForTheDigest() {
    List<Long> digests = new ArrayList<>();
    int writes = unsynced("a").unsynced();
    for (int left = 0; left <= writes; left++) {
      SimDisk disk = unsynced("a");
      disk.syncAllBut(left);
      digests.add(digest(disk));
      SimDisk crashed = unsynced("a");
      crashed.crash(writes - left);
      // All of it is lost that is not synced.
      assertThat(digest(crashed) == digest(disk)).isEqualTo(left == 0);
    }
    assertThat(digests).doesNotHaveDuplicates();
  }

  @Test
  void anUnreliableDiskIsNotCopied() {
    SimDisk unreliable = SimDisk.unreliable(MemoryStorage.bootstrapped(1));
    assertThatThrownBy(unreliable::copy)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("an unreliable disk is not copied");
    SimHost host = new SimHost(1, unreliable, NO_ORACLE, CommandLog::new, message -> {});
    assertThatThrownBy(() -> host.copy(NO_ORACLE, message -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("an unreliable disk is not copied");
  }

  @Test
  void aHostWhoseNodeReadsFromElsewhereIsNotCopied() {
    SimDisk disk = new SimDisk(MemoryStorage.bootstrapped(1));
    SimHost host = new SimHost(1, disk, NO_ORACLE, CommandLog::new, message -> {});
    host.readFrom(() -> disk);
    assertThatThrownBy(() -> host.copy(NO_ORACLE, message -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a host whose node reads from elsewhere is not copied");
  }
}
