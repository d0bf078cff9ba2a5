package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What machines and hosts may do in a simulation that are not in order. */
final class BadMachinesTest {

  private static final ByteString COMMAND = ByteString.copyFromUtf8("command");

  /** Writes down what one node gets, and when it is looked at. */
  private static final class Diary implements Oracle {
    private final long node;
    private final List<String> entries = new ArrayList<>();

    Diary(long node) {
      this.node = node;
    }

    @Override
    public void ticked(long ticking) {
      if (ticking == node) {
        entries.add("tick");
      }
    }

    @Override
    public void received(long receiver, Message message) {
      if (receiver == node) {
        entries.add("message");
      }
    }

    @Override
    public void stepped(NodeView view) {
      if (view.node() == node && !entries.isEmpty() && !entries.contains("view")) {
        entries.add("view");
      }
    }
  }

  private static SimNode leader(Simulation group) {
    assertThat(group.runUntil(() -> group.nodes().stream().anyMatch(SimNode::isLeader), 10_000))
        .isTrue();
    group.run(1_000);
    return group.nodes().stream().filter(SimNode::isLeader).findFirst().orElseThrow();
  }

  // Blocked hosts.

  @Test
  void aFrozenNodeGetsItsTicksFirstAndThenItsMessages() {
    Diary diary = new Diary(2);
    Simulation group =
        Simulation.of(2)
            .oracle(new Oracles(List.of(Oracles.all(), diary)))
            .start(Choices.random(1));
    leader(group);
    diary.entries.clear();
    group.pause(2, 450);
    assertThat(group.node(2).isBlocked()).isTrue();
    group.run(449);
    assertThat(diary.entries).isEmpty();
    group.run(1);
    assertThat(group.node(2).isBlocked()).isFalse();
    assertThat(diary.entries.subList(0, 4)).containsOnly("tick");
    assertThat(diary.entries.indexOf("message")).isBetween(4, 5);
    assertThat(diary.entries.lastIndexOf("tick")).isLessThan(diary.entries.indexOf("message"));
    assertThat(diary.entries.indexOf("view")).isGreaterThan(diary.entries.indexOf("message"));
    assertThat(group.node(2).faultCounters().lateTicks()).isBetween(4L, 5L);
    assertThat(group.node(2).faultCounters().lateMessages()).isPositive();
    assertThat(group.node(2).faultCounters().ticksBeforeMessages()).isEqualTo(1);
  }

  @Test
  void noMoreThanTwoElectionTimeoutsOfTicksAreDeliveredLate() {
    Simulation group = Simulation.of(1).start(Choices.random(1));
    group.pause(1, 5_000);
    group.run(5_000);
    assertThat(group.node(1).faultCounters().lateTicks()).isEqualTo(20);
    assertThat(group.node(1).faultCounters().droppedTicks()).isEqualTo(30);
  }

  @Test
  void aSyncBlocksABlockingHostAndNoOther() {
    for (boolean blocking : new boolean[] {false, true}) {
      Simulation group =
          Simulation.of(1).diskMillis(300, 300).blocking(id -> blocking).start(Choices.random(1));
      leader(group);
      group.propose(1, COMMAND);
      assertThat(group.node(1).isBlocked()).isEqualTo(blocking);
      group.run(299);
      assertThat(group.node(1).isBlocked()).isEqualTo(blocking);
      assertThat(group.node(1).status().commitIndex()).isEqualTo(2);
      group.run(1);
      assertThat(group.node(1).isBlocked()).isFalse();
      assertThat(group.node(1).status().commitIndex()).isEqualTo(3);
      assertThat(group.node(1).faultCounters().lateTicks() > 0).isEqualTo(blocking);
    }
  }

  @Test
  void whatIsAskedOfABlockedNodeWaits() {
    Simulation group = Simulation.of(1).start(Choices.random(1));
    leader(group);
    group.pause(1, 100);
    assertThatIllegalStateException()
        .isThrownBy(() -> group.propose(1, COMMAND))
        .withMessage("node 1 is blocked");
    List<String> done = new ArrayList<>();
    group.whenUnblocked(
        1,
        () -> {
          group.propose(1, COMMAND);
          done.add("proposed");
        });
    group.run(99);
    assertThat(done).isEmpty();
    group.run(1);
    assertThat(done).containsExactly("proposed");
    assertThat(((CommandLog) group.node(1).machine()).commands()).containsExactly(COMMAND);
  }

  @Test
  void whatWaitsForABlockedNodeIsLostWhenItCrashes() {
    Simulation group = Simulation.of(1).start(Choices.random(1));
    leader(group);
    group.pause(1, 1_000);
    group.whenUnblocked(1, () -> group.propose(1, COMMAND));
    group.crash(1);
    group.restart(1);
    assertThat(group.node(1).isBlocked()).isFalse();
    leader(group);
    group.run(5_000);
    assertThat(((CommandLog) group.node(1).machine()).commands()).isEmpty();
    assertThat(group.node(1).faultCounters().pauses()).isEqualTo(1);
  }

  @Test
  void aFreezeDuringASyncLastsLonger() {
    Simulation group =
        Simulation.of(1).diskMillis(300, 300).blocking(id -> true).start(Choices.random(1));
    leader(group);
    group.propose(1, COMMAND);
    group.pause(1, 500);
    group.run(499);
    assertThat(group.node(1).isBlocked()).isTrue();
    assertThat(group.node(1).status().commitIndex()).isEqualTo(2);
    group.run(1);
    assertThat(group.node(1).isBlocked()).isFalse();
    assertThat(group.node(1).status().commitIndex()).isEqualTo(3);
  }

  // Disks and clocks.

  @Test
  void aStalledDiskEndsNoWrite() {
    for (int millis : new int[] {0, 10}) {
      Simulation group = Simulation.of(1).diskMillis(millis, millis).start(Choices.random(1));
      leader(group);
      group.propose(1, COMMAND);
      group.stallDisk(1, 500);
      group.propose(1, COMMAND);
      group.run(499);
      assertThat(group.node(1).status().commitIndex()).isEqualTo(millis == 0 ? 3 : 2);
      group.run(millis + 1);
      assertThat(group.node(1).status().commitIndex()).isEqualTo(4);
    }
  }

  @Test
  void someWritesOfADiskAreSlow() {
    Choices choices = Choices.random(1);
    Map<Integer, Integer> times = new TreeMap<>();
    for (int i = 0; i < 1_000; i++) {
      int time = DiskSpeed.between(2, 3).withSlow(10, 1_900).draw(choices.at("write %", i));
      times.merge(time, 1, Integer::sum);
    }
    assertThat(times).containsOnlyKeys(2, 3, 1_900);
    assertThat(times.get(1_900)).isBetween(70, 130);
  }

  @Test
  void aSpeedThatCannotBeIsAMistake() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiskSpeed.between(3, 2))
        .withMessage("times of writes: 3 to 2, slow 0");
    assertThatIllegalArgumentException().isThrownBy(() -> DiskSpeed.between(-1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> DiskSpeed.between(1, 2).withSlow(10, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiskSpeed.between(1, 2).withSlow(101, 1))
        .withMessage("a percentage is in 0 to 100: 101");
  }

  @Test
  void eachNodeHasTicksAndSettingsOfItsOwn() {
    Map<Long, Integer> ticks = new TreeMap<>();
    Map<Long, Boolean> preVotes = new TreeMap<>();
    Oracle watcher =
        new Oracle() {
          @Override
          public void configured(long node, RaftConfig config) {
            preVotes.put(node, config.preVote());
          }

          @Override
          public void ticked(long node) {
            ticks.merge(node, 1, Integer::sum);
          }
        };
    Simulation group =
        Simulation.of(2)
            .tickMillis(id -> id == 2 ? 200 : 100)
            .configuration((config, id) -> config.preVote(id == 1))
            .oracle(watcher)
            .start(Choices.random(1));
    group.run(10_000);
    assertThat(ticks.get(1L)).isBetween(99, 101);
    assertThat(ticks.get(2L)).isBetween(49, 51);
    assertThat(preVotes).containsEntry(1L, true).containsEntry(2L, false);
  }

  // Reads.

  @Test
  void aFollowerThatIsBehindGetsEntriesThatCouldNotBeReadAtFirst() {
    Simulation group = Simulation.of(3).slowReads(100, 300).start(Choices.random(1));
    SimNode leader = leader(group);
    long behind = leader.id() % 3 + 1;
    group.crash(behind);
    for (int i = 0; i < 5; i++) {
      group.propose(leader.id(), COMMAND);
      group.run(1_000);
    }
    group.restart(behind);
    group.run(5_000);
    assertThat(group.node(behind).appliedIndex()).isEqualTo(leader.appliedIndex()).isEqualTo(7);
    assertThat(leader.faultCounters().entriesNotReady()).isPositive();
  }

  @Test
  void aFollowerThatIsBehindGetsASnapshotThatCouldNotBeReadAtFirst() {
    Simulation group = Simulation.of(3).slowReads(100, 300).start(Choices.random(1));
    SimNode leader = leader(group);
    long behind = leader.id() % 3 + 1;
    group.crash(behind);
    group.propose(leader.id(), COMMAND);
    group.run(2_000);
    assertThat(group.compact(leader.id())).isTrue();
    group.restart(behind);
    group.run(10_000);
    assertThat(group.node(behind).appliedIndex()).isEqualTo(leader.appliedIndex());
    assertThat(leader.faultCounters().snapshotsNotReady()).isPositive();
  }

  // Torn writes.

  @Test
  void aNodeCrashesInTheMiddleOfAWrite() {
    Simulation group =
        Simulation.of(1).diskMillis(100, 100).tornWrites(true).start(Choices.random(1));
    leader(group);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> group.crashInWrite(1))
        .withMessage("node 1 has no unsynced write of several parts");
    group.propose(1, List.of(COMMAND, COMMAND, COMMAND));
    long last = group.node(1).status().last().index();
    group.crashInWrite(1);
    assertThat(group.node(1).disk().lastIndex()).isBetween(last - 2, last - 1);
    assertThat(group.node(1).disk().tornWrites()).isEqualTo(1);
    group.restart(1);
    assertThat(leader(group).id()).isEqualTo(1);
  }

  @Test
  void withoutTornWritesACrashLosesAWriteWhole() {
    for (long seed = 1; seed <= 20; seed++) {
      Simulation group = Simulation.of(1).diskMillis(100, 100).start(Choices.random(seed));
      leader(group);
      group.propose(1, List.of(COMMAND, COMMAND, COMMAND));
      group.crash(1);
      assertThat(group.node(1).disk().tornWrites()).isZero();
      assertThat(group.node(1).disk().lastIndex()).isIn(2L, 5L);
    }
  }
}
