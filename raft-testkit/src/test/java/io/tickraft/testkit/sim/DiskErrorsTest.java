package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.NodeFailedException;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.HardState;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What disks may do in a simulation beside losing writes: fail, and keep files in any order. */
final class DiskErrorsTest {

  private static final ByteString COMMAND = ByteString.copyFromUtf8("command");

  private static SimNode leader(Simulation group) {
    assertThat(group.runUntil(() -> group.nodes().stream().anyMatch(SimNode::isLeader), 10_000))
        .isTrue();
    group.run(1_000);
    return group.nodes().stream().filter(SimNode::isLeader).findFirst().orElseThrow();
  }

  private static SimNode follower(Simulation group) {
    return group.nodes().stream().filter(node -> !node.isLeader()).findFirst().orElseThrow();
  }

  // Writes that fail.

  @Test
  void aFailedWriteStopsTheNodeAndItStartsAgainWhenTheDiskWorks() {
    Simulation group = Simulation.of(3).start(Choices.random(1));
    SimNode leader = leader(group);
    SimNode full = follower(group);
    group.failWrites(full.id(), true);
    group.propose(leader.id(), COMMAND);
    group.run(1_000);
    assertThat(full.isUp()).isFalse();
    assertThat(full.faultCounters().failedWrites()).isEqualTo(1);
    assertThat(leader.appliedIndex()).isEqualTo(leader.status().last().index());
    group.restart(full.id());
    group.propose(leader.id(), COMMAND);
    group.run(1_000);
    assertThat(full.isUp()).as("the disk is still full").isFalse();
    group.failWrites(full.id(), false);
    group.restart(full.id());
    group.run(1_000);
    assertThat(full.appliedIndex()).isEqualTo(leader.appliedIndex());
  }

  @Test
  void aProposalWhoseWriteFailsIsAcceptedByALeaderThatThenStops() {
    Simulation group = Simulation.of(1).start(Choices.random(1));
    SimNode leader = leader(group);
    group.failWrites(1, true);
    group.propose(1, COMMAND);
    assertThat(leader.isUp()).isFalse();
    assertThat(leader.readStates()).isEmpty();
  }

  // Reads that fail.

  @Test
  void aFailedReadFailsTheNodeAndItsHostStopsIt() {
    Simulation group = Simulation.of(3).start(Choices.random(1));
    SimNode leader = leader(group);
    group.crash(follower(group).id());
    SimNode behind = group.nodes().stream().filter(node -> !node.isUp()).findFirst().orElseThrow();
    for (int i = 0; i < 3; i++) {
      group.propose(leader.id(), COMMAND);
    }
    group.run(500);
    // The leader has written these entries, so it reads them from its disk for the follower.
    group.failNextRead(leader.id(), true);
    group.restart(behind.id());
    group.run(2_000);
    assertThat(leader.faultCounters().failedReads()).isEqualTo(1);
    assertThat(leader.isUp()).isFalse();
    group.restart(leader.id());
    group.run(10_000);
    assertThat(leader.faultCounters().failedReads()).isEqualTo(1);
    assertThat(group.nodes()).extracting(SimNode::appliedIndex).containsOnly(behind.appliedIndex());
  }

  @Test
  void aReadThatIsToFailMayBeCalledOff() {
    Simulation group = Simulation.of(3).start(Choices.random(1));
    SimNode leader = leader(group);
    group.failNextRead(leader.id(), true);
    group.failNextRead(leader.id(), false);
    group.crash(follower(group).id());
    group.propose(leader.id(), COMMAND);
    group.run(500);
    group.nodes().stream().filter(node -> !node.isUp()).forEach(node -> group.restart(node.id()));
    group.run(2_000);
    assertThat(leader.isUp()).isTrue();
  }

  /** A storage that cannot be read if it is broken. */
  private static final class BreakingStorage implements Storage {
    private final Storage storage;
    private boolean isBroken;

    BreakingStorage(Storage storage) {
      this.storage = storage;
    }

    private Storage read() {
      if (isBroken) {
        throw new DiskException("broken");
      }
      return storage;
    }

    @Override
    public HardState initialState() {
      return read().initialState();
    }

    @Override
    public EntriesResult entries(long lo, long hi, long maxBytes) {
      return read().entries(lo, hi, maxBytes);
    }

    @Override
    public long term(long index) {
      return read().term(index);
    }

    @Override
    public long firstIndex() {
      return read().firstIndex();
    }

    @Override
    public long lastIndex() {
      return read().lastIndex();
    }

    @Override
    public SnapshotResult snapshot() {
      return read().snapshot();
    }
  }

  /** It may be in the middle of a transition, and break promises that it never breaks otherwise. */
  @Test
  void aFailedNodeIsNotShownToOracles() {
    List<NodeView> views = new ArrayList<>();
    Oracle oracle =
        new Oracle() {
          @Override
          public void stepped(NodeView view) {
            views.add(view);
          }
        };
    SimDisk disk = new SimDisk(MemoryStorage.bootstrapped(1, 2));
    BreakingStorage storage = new BreakingStorage(disk);
    SimHost host = new SimHost(1, disk, oracle, CommandLog::new, message -> {});
    host.readFrom(() -> storage);
    host.start(RaftConfig.builder(1).incarnation(1).preVote(false).maxOutstandingReadys(1).build());
    host.campaign();
    host.stepped();
    host.take();
    // With all its Readys outstanding, the host does not ask the node whether it has another one.
    assertThat(host.outstanding()).isEqualTo(1);
    views.clear();
    storage.isBroken = true;
    host.tick();

    assertThatExceptionOfType(NodeFailedException.class).isThrownBy(host::stepped);
    assertThat(views).isEmpty();
  }

  // Pages.

  @Test
  void aReadReturnsNoMoreEntriesThanThePageHas() {
    for (int page : new int[] {1, 2, 1_000}) {
      Simulation group = Simulation.of(3).maxEntriesPerRead(page).start(Choices.random(1));
      SimNode leader = leader(group);
      SimNode behind = follower(group);
      group.network().disconnect(behind.id());
      for (int i = 0; i < 10; i++) {
        group.propose(leader.id(), COMMAND);
      }
      group.run(500);
      group.crash(behind.id());
      group.restart(behind.id());
      group.network().heal();
      assertThat(group.runUntil(() -> behind.appliedIndex() == leader.appliedIndex(), 10_000))
          .as("pages of %d", page)
          .isTrue();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Simulation.of(1).maxEntriesPerRead(0))
        .withMessage("entries: at least 1: 0");
  }

  // A state machine with files of its own.

  private static SimDisk.StoredState state(long index) {
    ConfState configuration = ConfState.newBuilder().addVoters(1).build();
    return new SimDisk.StoredState(new AppliedState(index, 1, configuration), ByteString.EMPTY);
  }

  @Test
  void aStateMachineWithFilesOfItsOwnLosesAnotherPartThanTheLog() {
    SimDisk disk = new SimDisk(MemoryStorage.bootstrapped(1));
    for (long index = 2; index <= 4; index++) {
      disk.write(state(index));
    }
    assertThat(disk.recentStates()).isEqualTo(2);
    disk.crash(0);
    assertThat(disk.state()).isEmpty();
    disk.stateAfterCrash(0);
    assertThat(disk.state()).as("newer than the log").contains(state(4));
    disk.syncAllBut(0);
    disk.stateAfterCrash(2);
    assertThat(disk.state()).as("older than the log").contains(state(2));
    assertThat(disk.recentStates()).isZero();
  }

  @Test
  void aGroupWhoseStateMachinesHaveFilesOfTheirOwnAppliesWhatItHasLostAgain() {
    for (long seed = 1; seed <= 20; seed++) {
      Choices choices = Choices.random(seed);
      Simulation group = Simulation.of(1).keepState(true).separateState(true).start(choices);
      SimNode node = leader(group);
      for (int i = 0; i < 5; i++) {
        group.propose(1, ByteString.copyFromUtf8("command " + i));
        group.run(100);
      }
      ByteString before = node.state();
      group.crash(1);
      group.restart(1);
      leader(group);
      assertThat(node.state()).as("seed %d", seed).isEqualTo(before);
    }
  }
}
