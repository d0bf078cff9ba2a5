package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ConfChanges;
import io.tickraft.core.Outcome;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may become of a simulation's nodes. */
final class SimulationTest {

  private final Simulation group = Simulation.of(3).seed(1).start(Choices.random(1));

  @Test
  void aNodeThatJoinsHasAnEmptyDiskAndWaits() {
    long id = group.join();
    group.run(10_000);
    assertThat(id).isEqualTo(4);
    assertThat(group.nodes()).extracting(SimNode::id).containsExactly(1L, 2L, 3L, 4L);
    assertThat(group.node(4).status().term()).isZero();
    assertThat(group.node(4).disk().lastIndex()).isZero();
    assertThat(group.join()).isEqualTo(5);
  }

  @Test
  void aNodeThatRetiresDoesNotComeBack() {
    group.retire(3);
    assertThat(group.nodes()).extracting(SimNode::id).containsExactly(1L, 2L);
    assertThat(group.node(3).isUp()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(() -> group.restart(3))
        .withMessage("node 3 has retired");
    // The others ask it for its vote, and go on without.
    assertThat(group.runUntil(() -> group.nodes().stream().anyMatch(SimNode::isLeader), 10_000))
        .isTrue();
  }

  @Test
  void aNodeThatNeverWasIsAMistake() {
    for (long id : new long[] {0, 9, (1L << 32) + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> group.crash(id))
          .withMessage("unknown node: " + id + "; there are [1, 2, 3]");
    }
  }

  @Test
  void aNodeThatIsDownMayRetire() {
    group.crash(2);
    group.retire(2);
    assertThat(group.nodes()).extracting(SimNode::id).containsExactly(1L, 3L);
    // Its id is not used again.
    assertThat(group.join()).isEqualTo(4);
    assertThatIllegalArgumentException().isThrownBy(() -> group.node(5));
  }

  @Test
  void aNodeThatIsMadeAMemberLearnsOfEverything() {
    long leader = leader();
    group.propose(leader, ByteString.copyFromUtf8("command"));
    long id = group.join();
    change(ConfChanges.addVoter(id).build());
    group.run(5_000);
    assertThat(group.node(id).status().confState().getVotersList()).containsExactly(1L, 2L, 3L, id);
    assertThat(((CommandLog) group.node(id).machine()).commands())
        .containsExactly(ByteString.copyFromUtf8("command"));
  }

  @Test
  void aNodeThatIsRemovedGoesOnUntilItRetires() {
    leader();
    change(ConfChanges.remove(3).build());
    group.run(5_000);
    assertThat(group.node(leader()).status().confState().getVotersList())
        .doesNotContain(3L)
        .hasSize(2);
    assertThat(group.node(3).isUp()).isTrue();
    group.retire(3);
    group.run(5_000);
    assertThat(group.node(leader()).id()).isNotEqualTo(3);
  }

  private void change(ConfChange change) {
    assertThat(group.proposeConfChange(leader(), change))
        .isInstanceOf(ConfChangeResult.Accepted.class);
  }

  @Test
  void aReadEndsOnTheNodeThatWasAsked() {
    long leader = leader();
    long follower = leader % 3 + 1;
    group.run(1_000);
    for (long asked : List.of(leader, follower)) {
      assertThat(group.readIndex(asked, ByteString.copyFromUtf8("read")))
          .isEqualTo(new ReadResult.Accepted());
      group.run(1_000);
      assertThat(group.node(asked).readStates())
          .containsExactly(new ReadState.Confirmed(ByteString.copyFromUtf8("read"), 2));
    }
  }

  @Test
  void aTransferEndsWhereItWasAskedFor() {
    long leader = leader();
    long next = leader % 3 + 1;
    assertThat(group.transferLeadership(leader, next)).isEqualTo(new TransferResult.Started(next));
    group.run(1_000);
    assertThat(leader()).isEqualTo(next);
    assertThat(group.node(leader).outcomes())
        .containsExactly(new Outcome.TransferEnded(next, Outcome.TransferEnd.COMPLETED, next));
  }

  @Test
  void aNodeThatForgetsItsLeaderMayHelpAnother() {
    long leader = leader();
    long forgetful = leader % 3 + 1;
    long eager = forgetful % 3 + 1;
    group.run(1_000);
    group.campaign(eager);
    group.run(10);
    assertThat(leader()).isEqualTo(leader);
    group.forgetLeader(forgetful);
    group.campaign(eager);
    group.run(10);
    assertThat(leader()).isEqualTo(eager);
  }

  /** The node that leads in the latest term, when one does. */
  private long leader() {
    assertThat(group.runUntil(() -> group.nodes().stream().anyMatch(SimNode::isLeader), 10_000))
        .isTrue();
    return group.nodes().stream()
        .filter(SimNode::isLeader)
        .max(Comparator.comparingLong(node -> node.status().term()))
        .orElseThrow()
        .id();
  }

  @Test
  void lateRequestsAreOvertaken() {
    group.run(10_000);
    assertThat(group.network().reordered()).isZero();

    group.network().conditions(Conditions.RELIABLE.withLate(30, 5_000));
    group.run(10_000);

    // No message reaches node 1, so it answers nothing: what is overtaken are requests.
    Simulation mute = Simulation.of(2).start(Choices.random(1));
    mute.network().conditions(Conditions.RELIABLE.withLate(50, 5_000));
    mute.network().cut(2, 1);
    mute.campaign(1);
    mute.run(60_000);
    assertThat(group.network().reordered()).isPositive();
    assertThat(mute.network().reordered()).isPositive();
    assertThat(mute.network().sent(Message.BodyCase.PRE_VOTE)).isPositive();
  }

  @Test
  void aStateMachineThatIsKeptAppliesNothingTwice() {
    for (boolean keep : List.of(false, true)) {
      List<Long> applied = new ArrayList<>();
      Simulation group =
          Simulation.of(1)
              .keepState(keep)
              .machines(id -> new RecordingMachine(applied))
              .start(Choices.harmless());
      group.run(5_000);
      group.propose(1, ByteString.copyFromUtf8("command"));
      assertThat(applied).containsExactly(2L, 3L);
      group.crash(1);
      group.restart(1);
      group.run(5_000);
      assertThat(applied).isEqualTo(keep ? List.of(2L, 3L, 4L) : List.of(2L, 3L, 2L, 3L, 4L));
    }
  }

  @Test
  void whatIsAppliedSinceTheLastSnapshotCountsOverACrash() {
    for (boolean keep : new boolean[] {false, true}) {
      Simulation group =
          Simulation.of(1).keepState(keep).snapshotEvery(10).start(Choices.random(1));
      group.run(5_000);
      for (int i = 0; i < 9; i++) {
        group.propose(1, ByteString.copyFromUtf8("command"));
      }
      assertThat(group.node(1).disk().firstIndex()).isEqualTo(2);
      group.crash(1);
      group.restart(1);
      group.run(5_000);
      group.propose(1, ByteString.copyFromUtf8("the tenth command"));
      assertThat(group.node(1).disk().firstIndex())
          .isEqualTo(group.node(1).appliedIndex() + 1)
          .isGreaterThan(10);
    }
  }

  @Test
  void theStateMachineIsToldHowReadsEnd() {
    List<ReadState> ended = new ArrayList<>();
    StateMachine reader =
        new StateMachine() {
          @Override
          public void apply(Entry entry) {}

          @Override
          public ByteString save() {
            return ByteString.EMPTY;
          }

          @Override
          public void restore(Snapshot snapshot) {}

          @Override
          public void ended(ReadState read) {
            ended.add(read);
          }
        };
    Simulation group = Simulation.of(1).machines(id -> reader).start(Choices.random(1));
    group.run(5_000);
    group.readIndex(1, ByteString.copyFromUtf8("read"));
    assertThat(ended)
        .containsExactly(new ReadState.Confirmed(ByteString.copyFromUtf8("read"), 2))
        .isEqualTo(group.node(1).readStates());
  }

  /** Remembers what it applied. */
  private record RecordingMachine(List<Long> applied) implements StateMachine {
    @Override
    public void apply(Entry entry) {
      applied.add(entry.getIndex());
    }

    @Override
    public ByteString save() {
      return ByteString.EMPTY;
    }

    @Override
    public void restore(Snapshot snapshot) {}
  }

  @Test
  void aLogThatGrowsTooLargeIsDropped() {
    Simulation small = Simulation.of(1).snapshotAtBytes(1000).start(Choices.random(1));
    small.run(5_000);
    long first = small.node(1).disk().firstIndex();
    for (int i = 0; i < 10; i++) {
      small.propose(1, ByteString.copyFrom(new byte[300]));
      assertThat(small.node(1).disk().logBytes()).isLessThan(1000);
    }
    assertThat(small.node(1).disk().firstIndex()).isGreaterThan(first + 5);
  }
}
