package io.tickraft.testkit.oracle;

import static io.tickraft.testkit.oracle.Histories.add;
import static io.tickraft.testkit.oracle.Histories.auto;
import static io.tickraft.testkit.oracle.Histories.candidate;
import static io.tickraft.testkit.oracle.Histories.change;
import static io.tickraft.testkit.oracle.Histories.durable;
import static io.tickraft.testkit.oracle.Histories.entry;
import static io.tickraft.testkit.oracle.Histories.follower;
import static io.tickraft.testkit.oracle.Histories.grant;
import static io.tickraft.testkit.oracle.Histories.leader;
import static io.tickraft.testkit.oracle.Histories.learn;
import static io.tickraft.testkit.oracle.Histories.leave;
import static io.tickraft.testkit.oracle.Histories.message;
import static io.tickraft.testkit.oracle.Histories.preCandidate;
import static io.tickraft.testkit.oracle.Histories.remove;
import static io.tickraft.testkit.oracle.Histories.violated;
import static io.tickraft.testkit.oracle.Histories.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracles of configurations, and of the quorums that they ask for. */
final class MembershipOraclesTest {

  private static final ConfState JOINT =
      ConfState.newBuilder()
          .addAllVoters(List.of(3L, 4L, 5L))
          .addAllVotersOutgoing(List.of(1L, 2L, 3L))
          .setAutoLeave(true)
          .build();

  private final GhostLogs logs = new GhostLogs();
  private final CommittedLog committed = new CommittedLog(logs);
  private final ConfigurationHistory history = new ConfigurationHistory(logs, committed);
  private final Disks disks = new Disks();

  /** Those that know, and one that judges. */
  private Oracles with(Oracle judge) {
    Oracles oracles = new Oracles(List.of(logs, disks, committed, history, judge));
    for (long node = 1; node <= 3; node++) {
      oracles.opened(node, MemoryStorage.bootstrapped(1, 2, 3));
    }
    return oracles;
  }

  private Oracles oracles = new Oracles(List.of());

  @BeforeEach
  void open() {
    oracles = with(new Oracle() {});
  }

  /** An entry is written by node 1 and committed. */
  private void commit(Entry... entries) {
    oracles.appended(1, List.of(entries));
    long last = entries[entries.length - 1].getIndex();
    oracles.stepped(leader(1, 2).last(last).commit(last).view());
  }

  private void onDisk(long node, Storage durable) {
    oracles.written(node, new ReadyOf(1).view(), durable);
  }

  // Configurations.

  @Test
  void theConfigurationAfterAChangeIsRight() {
    commit(change(2, 2, auto(add(4))));
    assertThatCode(
            () ->
                oracles.stepped(
                    leader(1, 2)
                        .last(2)
                        .commit(2)
                        .applied(2)
                        .confState(voters(1L, 2L, 3L, 4L))
                        .view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aChangeThatTakesEffectBeforeItIsAppliedIsSeen() {
    oracles.appended(1, List.of(change(2, 2, auto(add(4)))));
    violated(
        "configuration",
        () ->
            oracles.stepped(
                leader(1, 2).last(2).commit(2).confState(voters(1L, 2L, 3L, 4L)).view()));
  }

  @Test
  void aChangeThatIsForgottenIsSeen() {
    commit(change(2, 2, auto(add(4))));
    violated(
        "configuration", () -> oracles.stepped(leader(1, 2).last(2).commit(2).applied(2).view()));
  }

  @Test
  void aChangeThatWasReplacedIsNone() {
    oracles.appended(1, List.of(change(2, 2, auto(add(4)))));
    oracles.appended(1, List.of(entry(3, 2, "a")));
    assertThatCode(() -> oracles.stepped(leader(1, 3).last(2).commit(2).applied(2).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void snapshotsCarryTheConfigurationOfTheirIndex() {
    commit(entry(2, 2, "a"), change(2, 3, auto(add(4))));
    ConfState four = voters(1L, 2L, 3L, 4L);
    assertThatCode(() -> oracles.sent(install(snapshot(3, four)), durable(2, 0)))
        .doesNotThrowAnyException();
    violated("configuration", () -> oracles.sent(install(snapshot(2, four)), durable(2, 0)));
    violated("configuration", () -> oracles.snapshotInstalled(2, snapshot(3, voters(1L, 2L, 3L))));
    MemoryStorage storage = new MemoryStorage();
    storage.installSnapshot(snapshot(3, voters(1L)));
    violated("configuration", () -> oracles.opened(4, storage));
  }

  private static Snapshot snapshot(long index, ConfState configuration) {
    return Snapshot.newBuilder()
        .setMetadata(
            SnapshotMetadata.newBuilder().setTerm(2).setIndex(index).setConfState(configuration))
        .build();
  }

  private static Message install(Snapshot snapshot) {
    return message(2)
        .setInstallSnapshot(InstallSnapshot.newBuilder().setSnapshot(snapshot))
        .build();
  }

  @Test
  void theArithmeticOfConfigurations() {
    Members three = Members.of(voters(1L, 2L, 3L));
    assertThat(three.after(auto(learn(3)).toByteString()))
        .isEqualTo(Members.of(voters(1L, 2L).toBuilder().addLearners(3).build()));
    Members joint = Objects.requireNonNull(three.after(auto(learn(3), add(4), remove(1))));
    assertThat(joint)
        .isEqualTo(
            Members.of(
                voters(2L, 4L).toBuilder()
                    .addAllVotersOutgoing(List.of(1L, 2L, 3L))
                    .addLearnersNext(3)
                    .setAutoLeave(true)
                    .build()));
    assertThat(joint.hasQuorum(List.of(2L, 4L))).isFalse();
    assertThat(joint.hasQuorum(List.of(1L, 3L))).isFalse();
    assertThat(joint.hasQuorum(List.of(2L, 3L, 4L))).isTrue();
    assertThat(joint.after(auto(add(5)))).isNull();
    assertThat(joint.after(leave()))
        .isEqualTo(Members.of(voters(2L, 4L).toBuilder().addLearners(3).build()));
    assertThat(three.after(leave())).isNull();
    assertThat(three.after(auto(remove(1), remove(2), remove(3)))).isNull();
    ConfChange explicit =
        change(ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT, add(1));
    assertThat(three.after(explicit))
        .isEqualTo(
            Members.of(
                voters(1L, 2L, 3L).toBuilder().addAllVotersOutgoing(List.of(1L, 2L, 3L)).build()));
  }

  // One change at a time.

  @Test
  void aSecondChangeWhenTheFirstIsAppliedIsRight() {
    oracles = with(new OneChangeAtATime(logs));
    commit(change(2, 2, auto(add(4))));
    oracles.stepped(
        leader(1, 2).last(2).commit(2).applied(2).confState(voters(1L, 2L, 3L, 4L)).view());
    assertThatCode(() -> oracles.appended(1, List.of(change(2, 3, auto(add(5))))))
        .doesNotThrowAnyException();
  }

  @Test
  void aSecondChangeBeforeTheFirstIsAppliedIsSeen() {
    oracles = with(new OneChangeAtATime(logs));
    commit(change(2, 2, auto(add(4))));
    violated(
        "one change at a time", () -> oracles.appended(1, List.of(change(2, 3, auto(add(5))))));
  }

  @Test
  void aFollowerTakesWhatItsLeaderHas() {
    oracles = with(new OneChangeAtATime(logs));
    oracles.stepped(follower(2, 2).view());
    assertThatCode(
            () ->
                oracles.appended(
                    2, List.of(change(2, 2, auto(add(4))), change(2, 3, auto(add(5))))))
        .doesNotThrowAnyException();
  }

  @Test
  void aJointConfigurationThatIsNotLeftIsSeen() {
    oracles = with(new OneChangeAtATime(logs));
    commit(change(2, 2, auto(add(4), add(5), remove(1), remove(2))));
    NodeView joint = leader(1, 2).last(2).commit(2).applied(2).confState(JOINT).view();
    oracles.stepped(joint);
    for (int i = 0; i < 2; i++) {
      oracles.ticked(1);
      oracles.stepped(joint);
    }
    oracles.ticked(1);
    violated("joint configurations are left", () -> oracles.stepped(joint));
  }

  @Test
  void aJointConfigurationThatIsNotLeftIsSeenAlsoIfEachTickBringsAReady() {
    oracles = with(new OneChangeAtATime(logs));
    commit(change(2, 2, auto(add(4), add(5), remove(1), remove(2))));
    NodeView joint = leader(1, 2).last(2).commit(2).applied(2).confState(JOINT).view();
    NodeView withReady =
        leader(1, 2).last(2).commit(2).applied(2).confState(JOINT).undrained().view();
    oracles.stepped(joint);
    for (int i = 0; i < 3; i++) {
      oracles.ticked(1);
      oracles.stepped(withReady);
    }
    violated("joint configurations are left", () -> oracles.stepped(joint));
  }

  @Test
  void aJointConfigurationThatIsAboutToBeLeftIsRight() {
    oracles = with(new OneChangeAtATime(logs));
    commit(change(2, 2, auto(add(4), add(5), remove(1), remove(2))));
    NodeView joint = leader(1, 2).last(3).commit(2).applied(2).confState(JOINT).view();
    oracles.stepped(leader(1, 2).last(2).commit(2).applied(2).confState(JOINT).view());
    oracles.appended(1, List.of(change(2, 3, leave())));
    for (int i = 0; i < 5; i++) {
      oracles.ticked(1);
      assertThatCode(() -> oracles.stepped(joint)).doesNotThrowAnyException();
    }
  }

  // Commits.

  @Test
  void aCommitThatIsOnTheDisksOfAQuorumIsRight() {
    oracles = with(new CommitQuorum(logs, history, disks));
    onDisk(1, durable(2, 1, entry(2, 2, "a")));
    onDisk(3, durable(2, 1, entry(2, 2, "a")));
    oracles.stepped(leader(1, 2).view());
    assertThatCode(() -> commit(entry(2, 2, "a"))).doesNotThrowAnyException();
  }

  @Test
  void aCommitThatIsOnTooFewDisksIsSeen() {
    oracles = with(new CommitQuorum(logs, history, disks));
    onDisk(1, durable(2, 1, entry(2, 2, "a")));
    onDisk(2, durable(2, 1));
    onDisk(3, durable(2, 1, entry(1, 2, "another")));
    oracles.stepped(leader(1, 2).view());
    violated("commit quorum", () -> commit(entry(2, 2, "a")));
  }

  @Test
  void aCommitThatCountsLearnersIsSeen() {
    oracles = with(new CommitQuorum(logs, history, disks));
    ConfState learner = voters(1L, 2L, 3L).toBuilder().addLearners(4).build();
    for (long node : new long[] {1, 4}) {
      onDisk(node, durable(2, 1, change(2, 2, auto(learn(4))), entry(2, 3, "a")));
    }
    commit(change(2, 2, auto(learn(4))));
    oracles.stepped(leader(1, 2).last(2).commit(2).applied(2).confState(learner).view());
    oracles.appended(1, List.of(entry(2, 3, "a")));
    violated(
        "commit quorum",
        () -> oracles.stepped(leader(1, 2).last(3).commit(3).applied(2).confState(learner).view()));
  }

  @Test
  void aLeaderThatCountsItselfAfterItsRemovalIsSeen() {
    oracles = with(new CommitQuorum(logs, history, disks));
    for (long node : new long[] {1, 2}) {
      onDisk(node, durable(2, 1, change(2, 2, auto(remove(1))), entry(2, 3, "a")));
    }
    commit(change(2, 2, auto(remove(1))));
    oracles.stepped(leader(1, 2).last(2).commit(2).applied(2).confState(voters(2L, 3L)).view());
    oracles.appended(1, List.of(entry(2, 3, "a")));
    violated(
        "commit quorum",
        () ->
            oracles.stepped(
                leader(1, 2).last(3).commit(3).applied(2).confState(voters(2L, 3L)).view()));
  }

  @Test
  void aCommitByOneHalfOfAJointConfigurationIsSeen() {
    oracles = with(new CommitQuorum(logs, history, disks));
    Entry joint = change(2, 2, auto(add(4), add(5), remove(1), remove(2)));
    for (long node : new long[] {1, 2, 4}) {
      onDisk(node, durable(2, 1, joint, entry(2, 3, "a")));
    }
    commit(joint);
    oracles.stepped(leader(1, 2).last(2).commit(2).applied(2).confState(JOINT).view());
    oracles.appended(1, List.of(entry(2, 3, "a")));
    NodeView commits = leader(1, 2).last(3).commit(3).applied(2).confState(JOINT).view();
    violated("commit quorum", () -> oracles.stepped(commits));
  }

  // Elections.

  @Test
  void aLeaderWithTheVotesOfAQuorumIsRight() {
    oracles = with(new ElectionQuorum(logs, history, disks));
    onDisk(1, durable(2, 1));
    oracles.sent(grant(2, 3, 1), durable(2, 1));
    assertThatCode(() -> oracles.stepped(leader(1, 2).view())).doesNotThrowAnyException();
  }

  @Test
  void aLeaderWithTooFewVotesIsSeen() {
    oracles = with(new ElectionQuorum(logs, history, disks));
    onDisk(1, durable(2, 0));
    oracles.sent(grant(2, 3, 1), durable(2, 1));
    violated("election quorum", () -> oracles.stepped(leader(1, 2).view()));
  }

  @Test
  void aLeaderWithTheVotesOfOneHalfOfAJointConfigurationIsSeen() {
    oracles = with(new ElectionQuorum(logs, history, disks));
    oracles.appended(1, List.of(change(2, 2, auto(add(4), add(5), remove(1), remove(2)))));
    oracles.stepped(follower(1, 2).last(2).commit(2).view());
    onDisk(1, durable(3, 1));
    oracles.sent(grant(3, 2, 1), durable(3, 1));
    oracles.sent(grant(3, 3, 1), durable(3, 1));
    violated(
        "election quorum",
        () -> oracles.stepped(leader(1, 3).last(2).commit(2).applied(2).confState(JOINT).view()));
  }

  @Test
  void aSecondVoteOfATermIsSeenEvenAfterARestart() {
    oracles = with(new ElectionQuorum(logs, history, disks));
    oracles.sent(grant(2, 3, 1), durable(2, 1));
    oracles.opened(3, MemoryStorage.bootstrapped(1, 2, 3));
    oracles.sent(grant(2, 3, 1), durable(2, 1));
    violated("one vote", () -> oracles.sent(grant(2, 3, 2), durable(2, 2)));
  }

  @Test
  void aCampaignOfANodeThatDoesNotVoteIsSeen() {
    oracles = with(new ElectionQuorum(logs, history, disks));
    oracles.opened(4, MemoryStorage.bootstrapped(1, 2, 3));
    violated("voters campaign", () -> oracles.stepped(preCandidate(4, 2).view()));
    violated("voters campaign", () -> oracles.stepped(candidate(4, 2).view()));
    violated("voters campaign", () -> oracles.stepped(leader(4, 2).view()));
  }

  @Test
  void aCampaignBeforeACommittedChangeIsAppliedIsSeen() {
    oracles = with(new ElectionQuorum(logs, history, disks));
    oracles.appended(2, List.of(change(1, 2, auto(remove(2)))));
    assertThatCode(() -> oracles.stepped(preCandidate(2, 2).last(2).view()))
        .doesNotThrowAnyException();
    violated(
        "campaigns wait for changes",
        () -> oracles.stepped(preCandidate(2, 2).last(2).commit(2).view()));
    violated(
        "campaigns wait for changes",
        () -> oracles.stepped(candidate(2, 3).last(2).commit(2).view()));
  }

  @Test
  void aCandidateThatLearnsOfACommittedChangeMayWaitAndNotWin() {
    oracles = with(new ElectionQuorum(logs, history, disks));
    oracles.appended(2, List.of(change(1, 2, auto(remove(3)))));
    oracles.stepped(candidate(2, 2).last(2).view());
    assertThatCode(() -> oracles.stepped(candidate(2, 2).last(2).commit(2).view()))
        .doesNotThrowAnyException();
    violated(
        "campaigns wait for changes", () -> oracles.stepped(leader(2, 2).last(2).commit(2).view()));
  }
}
