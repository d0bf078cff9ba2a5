package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.ProposeResult;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.testkit.message.Values;
import io.tickraft.testkit.oracle.OracleViolation;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProposalOutcomesTest {

  /** What its proposer was told of each command. */
  private final List<String> told = new ArrayList<>();

  private final ProposalOutcomes<String> outcomes =
      new ProposalOutcomes<>(
          new ProposalOutcomes.Proposer<>() {
            @Override
            public String proposes(long node, ByteString command) {
              return command.toStringUtf8();
            }

            @Override
            public void isApplied(long node, Entry entry, String command) {
              told.add(command + " applied by " + node);
            }

            @Override
            public void hasNoEffect(String command) {
              told.add(command + " without effect");
            }

            @Override
            public void isUnknown(String command) {
              told.add(command + " unknown");
            }
          });

  @BeforeEach
  void open() {
    for (long node = 1; node <= 3; node++) {
      outcomes.opened(node, new MemoryStorage());
    }
  }

  private void propose(long node, ProposeResult result, String... commands) {
    outcomes.proposing(node, List.of(commands).stream().map(ByteString::copyFromUtf8).toList());
    outcomes.proposed(node, result);
  }

  private static void isViolation(ThrowingCallable step, String evidence) {
    assertThatThrownBy(step)
        .isInstanceOf(OracleViolation.class)
        .hasMessage("fates of proposals is violated: " + evidence);
  }

  @Test
  void aProposalThatIsAppliedWhereItWasAcceptedIsRight() {
    propose(1, new ProposeResult.Accepted(3, 7, 8), "a", "b");
    outcomes.applied(2, Values.entry(3, 7, "a"));
    assertThat(told).isEmpty();
    outcomes.applied(1, Values.entry(3, 7, "a"));
    outcomes.applied(1, Values.entry(3, 8, "b"));
    assertThat(told).containsExactly("a applied by 1", "b applied by 1");
    outcomes.checkAllEnded(1);
  }

  @Test
  void aLostOneThatIsAppliedIsSeen() {
    propose(1, new ProposeResult.Accepted(3, 7, 7), "a");
    propose(2, new ProposeResult.Accepted(4, 7, 7), "b");
    outcomes.applied(1, Values.entry(4, 7, "b"));
    assertThat(told).containsExactly("a without effect");

    isViolation(
        () -> outcomes.applied(3, Values.entry(3, 7, "a")),
        "node 3 applies command 'a' at 7, which was reported as lost");
  }

  @Test
  void anAppliedOneThatIsLostIsSeen() {
    propose(1, new ProposeResult.Accepted(3, 7, 7), "a");
    propose(2, new ProposeResult.Accepted(4, 7, 7), "b");
    outcomes.applied(3, Values.entry(3, 7, "a"));

    isViolation(
        () -> outcomes.applied(1, Values.entry(4, 7, "b")),
        "command 'a', which node 1 has accepted at 7, is reported as lost, and was applied");
  }

  @Test
  void aRejectedCommandThatIsAppliedIsSeen() {
    propose(1, new ProposeResult.Rejected(ProposeResult.Reason.NOT_LEADER, 2), "a");
    assertThat(told).containsExactly("a without effect");

    isViolation(
        () -> outcomes.applied(3, Values.entry(3, 7, "a")),
        "node 3 applies command 'a' at 7, which no node has accepted or forwarded");
  }

  @Test
  void aCommandThatIsRejectedHereAndAcceptedThereIsRight() {
    propose(1, new ProposeResult.Rejected(ProposeResult.Reason.NOT_LEADER, 2), "a");
    propose(2, new ProposeResult.Accepted(3, 7, 7), "a");
    outcomes.applied(1, Values.entry(3, 7, "a"));
    outcomes.applied(2, Values.entry(3, 7, "a"));
    assertThat(told).containsExactly("a without effect", "a applied by 2");
  }

  @Test
  void aCommandThatNobodyHasProposedIsSeen() {
    isViolation(
        () -> outcomes.applied(3, Values.entry(3, 7, "a")),
        "node 3 applies command 'a' at 7, which no node has accepted or forwarded");
  }

  @Test
  void aCommandThatIsAppliedElsewhereIsSeen() {
    propose(1, new ProposeResult.Accepted(3, 7, 8), "a", "b");

    isViolation(
        () -> outcomes.applied(2, Values.entry(3, 7, "b")),
        "node 2 applies command 'b' at 7, where another command was accepted");
    isViolation(
        () -> outcomes.applied(2, Values.entry(3, 9, "b")),
        "node 2 applies command 'b' at 9, which no node has accepted or forwarded");
  }

  @Test
  void aForwardedOneHasNoFate() {
    propose(1, new ProposeResult.Forwarded(2), "a");
    outcomes.applied(1, Values.entry(3, 7, "a"));
    assertThat(told).containsExactly("a unknown");
    outcomes.checkAllEnded(1);
  }

  @Test
  void acrossACrashTheFateIsUnknown() {
    propose(1, new ProposeResult.Accepted(3, 7, 7), "a");
    outcomes.crashed(1, 0, 0);
    outcomes.opened(1, new MemoryStorage());
    outcomes.applied(1, Values.entry(3, 7, "a"));
    assertThat(told).containsExactly("a unknown");
  }

  @Test
  void acrossASnapshotTheFateIsUnknown() {
    propose(1, new ProposeResult.Accepted(3, 7, 8), "a", "b");
    outcomes.restored(
        1, Snapshot.newBuilder().setMetadata(SnapshotMetadata.newBuilder().setIndex(7)).build());
    assertThat(told).containsExactly("a unknown");
    outcomes.checkAllEnded(1); // The fate of "b" is known with the next entry.
    outcomes.applied(1, Values.noOp(4, 8));
    assertThat(told).containsExactly("a unknown", "b without effect");
  }

  @Test
  void aProposalWithoutAFateIsSeen() {
    propose(1, new ProposeResult.Accepted(3, 7, 8), "a", "b");
    outcomes.applied(1, Values.entry(3, 7, "a"));

    isViolation(
        () -> outcomes.checkAllEnded(1),
        "node 1 does not report how 1 accepted commands have ended");
  }
}
