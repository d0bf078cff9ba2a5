package io.tickraft.testkit.explore;

import static io.tickraft.testkit.explore.FactsOf.node;
import static io.tickraft.testkit.explore.LocalStep.COMMITS;
import static io.tickraft.testkit.explore.LocalStep.DISK;
import static io.tickraft.testkit.explore.LocalStep.LOG;
import static io.tickraft.testkit.explore.LocalStep.MATCHES;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.oracle.OracleViolation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one node does is judged by what the other nodes have at that time. */
class PairsTest {

  private final Pasts pasts = new Pasts(Symmetry.none(3));

  /** Entry a is committed before the run begins. */
  private final Past first = pasts.first(node(0).durable("1a").commit(1).facts());

  /** Checks what one node does, while the others have these states. */
  private @Nullable OracleViolation broken(Past before, LocalStep step, FactsOf... others) {
    Past past = pasts.after(before, step, Event.of(EventKind.DELIVER, step.to().node(), 0));
    List<LocalState> locals = new ArrayList<>();
    locals.add(step.to());
    Arrays.stream(others).map(FactsOf::state).forEach(locals::add);
    return Pairs.broken(locals.toArray(LocalState[]::new), step, before, past);
  }

  private static void assertBroken(
      String promise, String evidence, @Nullable OracleViolation broken) {
    assertThat(broken)
        .isInstanceOfSatisfying(
            OracleViolation.class, e -> assertThat(e.promise()).isEqualTo(promise))
        .hasMessageContaining(evidence);
  }

  // Log matching.

  private static LocalStep appends(String log) {
    FactsOf before = node(0).term(9).durable("1a");
    return before.to(before.log(log), LOG);
  }

  @Test
  void entriesOfTheSameTermAndIndexAreTheSame() {
    assertBroken(
        "log matching",
        "nodes 1 and 3 have different entries at index 2 of term 2",
        broken(first, appends("1a 2b"), node(1).durable("1a 2b"), node(2).log("1a 2x")));
  }

  @Test
  void entriesOfTheSameTermAndIndexFollowTheSameEntries() {
    assertBroken(
        "log matching",
        "nodes 1 and 2 have different entries at index 3 of term 3",
        broken(first, appends("1a 1b 3c"), node(1).log("1a 2b 3c"), node(2)));
  }

  @Test
  void entriesOfDifferentTermsMayDiffer() {
    assertThat(broken(first, appends("1a 2b 2c"), node(1).log("1a 3x"), node(2).log("1a 2b 2c 2d")))
        .isNull();
  }

  // Committed by a quorum.

  private static LocalStep commits(FactsOf before) {
    return before.to(before.commit(2), COMMITS);
  }

  @Test
  void aCommittedEntryIsOnTheDisksOfAMajority() {
    LocalStep step = commits(node(0).leads(2).durable("1a 2b"));
    assertBroken(
        "commit quorum",
        "node 1 commits entry 2, which is not on the disks of a quorum",
        broken(first, step, node(1).durable("1a").log("1a 2b"), node(2).durable("1a 1x")));
    assertThat(broken(first, step, node(1).durable("1a 2b"), node(2).durable("1a"))).isNull();
  }

  @Test
  void theLeaderItselfNeedNotHaveItOnItsDisk() {
    LocalStep step = commits(node(0).leads(2).log("1a 2b").disk("1a"));
    assertThat(broken(first, step, node(1).durable("1a 2b"), node(2).durable("1a 2b"))).isNull();
    assertBroken(
        "commit quorum",
        "commits entry 2",
        broken(first, step, node(1).durable("1a 2b"), node(2).durable("1a")));
  }

  @Test
  void whatOthersHaveCommittedNeedsNoQuorumAgain() {
    Past past = pasts.after(first, commits(node(1).durable("1a 2b")), 0);
    LocalStep step = commits(node(0).log("1a 2b"));
    assertThat(broken(past, step, node(1).durable("1a 2b"), node(2))).isNull();
  }

  @Test
  void aNodeThatIsNoVoterDoesNotCount() {
    LocalStep step = commits(node(0).leads(2).durable("1a 2b").voters(0b011, 0));
    assertBroken(
        "commit quorum",
        "commits entry 2",
        broken(first, step, node(1).durable("1a"), node(2).durable("1a 2b")));
    assertThat(broken(first, step, node(1).durable("1a 2b"), node(2))).isNull();
  }

  @Test
  void aJointConfigurationNeedsBothMajorities() {
    LocalStep step = commits(node(0).leads(2).durable("1a 2b").voters(0b001, 0b111));
    assertBroken(
        "commit quorum",
        "commits entry 2",
        broken(first, step, node(1).durable("1a"), node(2).durable("1a")));
    assertThat(broken(first, step, node(1), node(2).durable("1a 2b"))).isNull();
    LocalStep other = commits(node(0).leads(2).durable("1a 2b").voters(0b110, 0b011));
    assertBroken(
        "commit quorum",
        "commits entry 2",
        broken(first, other, node(1).durable("1a 2b"), node(2)));
    assertThat(broken(first, other, node(1).durable("1a 2b"), node(2).durable("1a 2b"))).isNull();
  }

  @Test
  void aStepThatChangesTheConfigurationMayCommitByEither() {
    FactsOf before = node(0).leads(2).durable("1a 2b").voters(0b111, 0);
    LocalStep step = before.to(before.commit(2).voters(0b001, 0), COMMITS);
    assertThat(broken(first, step, node(1), node(2))).isNull();
    FactsOf alone = before.voters(0b001, 0);
    LocalStep grows = alone.to(alone.commit(2).voters(0b111, 0), COMMITS);
    assertThat(broken(first, grows, node(1), node(2))).isNull();
  }

  // Removal from a disk.

  private static LocalStep loses(long term, String from, String to) {
    FactsOf before = node(0).term(term).durable(from);
    return before.to(before.disk(to), DISK);
  }

  @Test
  void aCommittedEntryStaysOnTheDisksOfAQuorum() {
    // It is committed in term 3. Node 1 is still in term 2, so that its past does not object.
    Past past = pasts.after(first, commits(node(1).term(3).durable("1a 1b")), 0);
    assertBroken(
        "commit quorum",
        "node 1 removes from its disk entry 2",
        broken(past, loses(2, "1a 1b", "1a"), node(1).durable("1a 1b"), node(2).durable("1a")));
    assertThat(
            broken(
                past, loses(2, "1a 1b", "1a"), node(1).durable("1a 1b"), node(2).durable("1a 1b")))
        .isNull();
  }

  @Test
  void whatIsNotCommittedMayGoFromEveryDisk() {
    assertThat(broken(first, loses(2, "1a 1b", "1a"), node(1).durable("1a"), node(2))).isNull();
  }

  // Acknowledged entries are durable.

  private static LocalStep counts(FactsOf leader, int... matches) {
    return leader.to(leader.matches(matches), MATCHES);
  }

  @Test
  void aLeaderCountsOnlyWhatIsOnADisk() {
    FactsOf leader = node(0).leads(2).durable("1a 2b");
    assertBroken(
        "acknowledged entries are on the disk",
        "leader 1 counts the entries up to 2 of node 2, whose disk does not hold them",
        broken(first, counts(leader, 2, 2, 0), node(1).log("1a 2b").disk("1a"), node(2)));
    assertBroken(
        "acknowledged entries are on the disk",
        "of node 3",
        broken(first, counts(leader, 2, 0, 2), node(1), node(2).durable("1a 1x")));
    assertThat(
            broken(
                first,
                counts(leader, 2, 1, 2),
                node(1).durable("1a 1x"),
                node(2).term(2).durable("1a 2b 2c")))
        .isNull();
  }

  @Test
  void aLeaderCountsItselfOnceItsOwnDiskHoldsTheEntry() {
    FactsOf leader = node(0).leads(2).log("1a 2b").disk("1a");
    assertThat(broken(first, counts(leader, 1, 0, 0), node(1), node(2))).isNull();
    assertBroken(
        "acknowledged entries are on the disk",
        "of node 1",
        broken(first, counts(leader, 2, 0, 0), node(1), node(2)));
  }

  @Test
  void aLeaderMayCountWhatItIsStillWritingItself() {
    // The followers have entry c, which the leader has sent but not written.
    FactsOf leader = node(0).leads(2).durable("1a 2b");
    assertThat(broken(first, counts(leader, 2, 3, 0), node(1).term(2).durable("1a 2b 2c"), node(2)))
        .isNull();
  }

  @Test
  void aNodeOfALaterTermMayHaveReplacedWhatAnOldLeaderCounts() {
    FactsOf leader = node(0).leads(2).durable("1a 2b");
    assertThat(broken(first, counts(leader, 2, 2, 0), node(1).term(3).durable("1a 3x"), node(2)))
        .isNull();
    assertThat(broken(first, counts(leader, 2, 2, 0), node(1).term(2).durable("1a 1x"), node(2)))
        .isNotNull();
  }

  @Test
  void aNodeKeepsOnItsDiskWhatALeaderCounts() {
    FactsOf leader = node(1).leads(2).durable("1a 2b").matches(2, 2, 0);
    assertBroken(
        "acknowledged entries are on the disk",
        "leader 2 counts the entries up to 2 of node 1",
        broken(first, loses(2, "1a 2b", "1a"), leader, node(2)));
    assertThat(broken(first, loses(3, "1a 2b", "1a"), leader, node(2))).isNull();
    assertThat(broken(first, loses(2, "1a 2b 2c", "1a 2b"), leader, node(2))).isNull();
  }

  // Equal state machines.

  @Test
  void stateMachinesThatHaveAppliedTheSameAreInTheSameState() {
    FactsOf before = node(0).durable("1a").applied(1, 7);
    LocalStep applies = before.to(before.applied(2, 8), LocalStep.APPLIES);
    assertBroken(
        "equal states",
        "nodes 1 and 3 have applied all entries up to 2",
        broken(first, applies, node(1).applied(1, 7), node(2).applied(2, 9)));
    assertThat(broken(first, applies, node(1).applied(1, 9), node(2).applied(2, 8))).isNull();
  }
}
