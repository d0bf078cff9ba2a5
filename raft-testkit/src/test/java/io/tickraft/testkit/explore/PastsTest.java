package io.tickraft.testkit.explore;

import static io.tickraft.testkit.explore.FactsOf.node;
import static io.tickraft.testkit.explore.LocalStep.COMMITS;
import static io.tickraft.testkit.explore.LocalStep.DISK;
import static io.tickraft.testkit.explore.LocalStep.LEADS;
import static io.tickraft.testkit.explore.LocalStep.LOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.oracle.OracleViolation;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one node does is judged by what has happened to the whole group before. */
class PastsTest {

  private static final int DELIVER = Event.of(EventKind.DELIVER, 0, 0);
  private static final int CRASH = Event.of(EventKind.CRASH, 0, 0);

  private final Pasts pasts = new Pasts(Symmetry.among(3, 3));

  /** Entry a is committed before the run begins. */
  private final Past first = pasts.first(node(0).durable("1a").commit(1).facts());

  private Past after(Past past, LocalStep... steps) {
    Past after = past;
    for (LocalStep step : steps) {
      after = pasts.after(after, step, DELIVER);
    }
    return after;
  }

  private static void assertBroken(String promise, String evidence, ThrowingCallable step) {
    assertThatThrownBy(step)
        .isInstanceOfSatisfying(
            OracleViolation.class, e -> assertThat(e.promise()).isEqualTo(promise))
        .hasMessageContaining(evidence);
  }

  private static LocalStep elected(int node, long term, String log) {
    FactsOf before = node(node).term(term).durable(log);
    return before.to(before.leads(term), LEADS);
  }

  private static LocalStep commits(int node, long term, String log, int commit) {
    FactsOf before = node(node).term(term).durable(log);
    return before.to(before.commit(commit), COMMITS);
  }

  // Election safety.

  @Test
  void aTermHasOneLeader() {
    Past past = after(first, elected(0, 2, "1a"));
    assertBroken(
        "election safety", "term 2 has leaders 1 and 2", () -> after(past, elected(1, 2, "1a")));
  }

  @Test
  void anotherTermMayHaveAnotherLeader() {
    Past past = after(first, elected(0, 3, "1a"), elected(1, 2, "1a"), elected(2, 4, "1a"));
    assertThat(past.leaders()).containsExactly(0, 0, 2, 1, 3);
  }

  @Test
  void theSameNodeMayBeSeenToLeadTwice() {
    Past past = after(first, elected(0, 2, "1a"));
    assertThat(after(past, elected(0, 2, "1a"))).isSameAs(past);
  }

  // Leader completeness.

  @ParameterizedTest
  @ValueSource(strings = {"1a", "1a 2x", "1x 2b"})
  void aLeaderHasAllEntriesThatWereCommittedInEarlierTerms(String log) {
    Past past = after(first, commits(0, 2, "1a 2b", 2));
    assertBroken(
        "leader completeness",
        "leader 2 of term 3 lacks entry 2",
        () -> after(past, elected(1, 3, log)));
  }

  @Test
  void aLeaderMayLackWhatIsNotCommitted() {
    Past past = after(first, commits(0, 2, "1a 2b 2c", 2));
    assertThat(after(past, elected(1, 3, "1a 2b")).leaders()).containsExactly(0, 0, 0, 2);
  }

  @Test
  void aLeaderOfAnEarlierTermMayLackWhatIsCommittedLater() {
    Past past = after(first, commits(0, 3, "1a 3b", 2));
    after(past, elected(1, 2, "1a"), elected(2, 3, "1a"));
  }

  @Test
  void anEntryIsCommittedInTheLowestTermOfANodeThatHasCommittedIt() {
    // Node 1 has committed it in term 3, node 2 tells that it had done so in term 2.
    Past past = after(first, commits(0, 3, "1a 2b", 2));
    assertThat(past.byTerm()).containsExactly(0, 0, 3);
    assertThat(past.lastBefore(3)).isEqualTo(1);
    assertThat(past.lastIn(3)).isEqualTo(2);
    Past later = after(past, commits(1, 2, "1a 2b", 2));
    assertThat(later.byTerm()).containsExactly(0, 0, 2);
    assertBroken("leader completeness", "lacks entry 2", () -> after(later, elected(2, 3, "1a")));
  }

  // Committed entries stay.

  private static LocalStep changesLog(long term, String from, String to) {
    FactsOf before = node(1).term(term).log(from).disk("1a");
    return before.to(before.log(to), LOG);
  }

  private static LocalStep changesDisk(long term, String from, String to) {
    FactsOf before = node(1).term(term).durable(from);
    return before.to(before.disk(to), DISK);
  }

  @Test
  void aCommittedEntryStaysInTheLog() {
    Past past = after(first, commits(0, 2, "1a 2b", 2));
    assertBroken(
        "committed entries stay",
        "node 2 removes the committed entry 2 from its log",
        () -> after(past, changesLog(2, "1a 2b", "1a")));
    assertBroken(
        "committed entries stay", "entry 2", () -> after(past, changesLog(3, "1a 2b", "1a 3x")));
    assertBroken(
        "committed entries stay", "entry 1", () -> after(past, changesLog(3, "1a 2x", "1y")));
  }

  @Test
  void aCommittedEntryStaysOnTheDisk() {
    Past past = after(first, commits(0, 2, "1a 2b", 2));
    assertBroken(
        "committed entries stay",
        "node 2 removes the committed entry 2 from its disk",
        () -> after(past, changesDisk(2, "1a 2b", "1a")));
  }

  @Test
  void whatIsNotCommittedMayGo() {
    Past past = after(first, commits(0, 2, "1a 2b", 2));
    after(
        past,
        changesLog(3, "1a 2b 2c", "1a 2b 3d"),
        changesLog(3, "1a 1x", "1a"),
        changesLog(3, "1a", "1a 2b"),
        changesDisk(3, "1a 2b 2c", "1a 2b"));
  }

  @Test
  void anOlderLeaderMayReplaceAnEntryOnANodeThatHasNotReachedTheTermOfItsCommit() {
    // Node 2 is still in term 2 and has the entry by chance; it is committed in term 3 elsewhere.
    Past past = after(first, commits(0, 3, "1a 1b", 2));
    after(past, changesLog(2, "1a 1b", "1a 2x"), changesDisk(2, "1a 1b", "1a"));
    assertBroken(
        "committed entries stay", "entry 2", () -> after(past, changesLog(3, "1a 1b", "1a 2x")));
    // What was committed in its own term stays even so.
    assertBroken(
        "committed entries stay", "entry 1", () -> after(past, changesLog(2, "1a 1b", "1x")));
  }

  @Test
  void aCrashMayRemoveFromTheLogWhatIsNotOnTheDisk() {
    Past past = after(first, commits(0, 2, "1a 2b", 2));
    LocalStep crash = changesLog(2, "1a 2b", "1a");
    assertThat(pasts.after(past, crash, CRASH)).isSameAs(past);
    LocalStep loss = changesDisk(2, "1a 2b", "1a");
    assertBroken("committed entries stay", "disk", () -> pasts.after(past, loss, CRASH));
  }

  // State-machine safety, and log contiguity.

  @ParameterizedTest
  @ValueSource(strings = {"1a 2x", "1a 3b", "1x 2b"})
  void allNodesCommitTheSameEntries(String log) {
    Past past = after(first, commits(0, 2, "1a 2b", 2));
    assertBroken(
        "state-machine safety",
        "node 2 has committed an entry of term",
        () -> after(past, commits(1, 3, log, 2)));
  }

  @Test
  void aNodeMayCommitLessThanAnother() {
    Past past = after(first, commits(0, 2, "1a 2b", 2));
    Past later = after(past, commits(1, 3, "1a 3x", 1));
    assertThat(later).isSameAs(past);
  }

  @Test
  void aNodeThatCommitsMoreExtendsTheCommittedLog() {
    Past past = after(first, commits(0, 2, "1a 2b", 2), commits(1, 2, "1a 2b 2c 2d", 3));
    assertThat(past.committed().hash(3)).isEqualTo(Logs.log("1a 2b 2c").hash(3));
    assertThat(past.committed().last()).isEqualTo(3);
    assertBroken(
        "state-machine safety", "index 3", () -> after(past, commits(2, 2, "1a 2b 2x", 3)));
  }

  @Test
  void aNodeCommitsNothingBeyondItsLog() {
    assertBroken(
        "log contiguity",
        "node 2 has committed 3 beyond its log",
        () -> after(first, commits(1, 2, "1a 2b", 3)));
    after(first, commits(1, 2, "1a 2b", 2));
  }

  // Linearizable reads.

  private static int read(int number) {
    return Event.of(EventKind.READ, 0, number);
  }

  @Test
  void aReadSeesWhatWasCommittedWhenItWasAskedFor() {
    LocalStep asks = node(0).durable("1a").asksRead();
    Past past = pasts.after(after(first, commits(1, 2, "1a 2b", 2)), asks, read(0));
    assertThat(past.floors()).containsExactly(2);
    assertBroken(
        "linearizable reads",
        "node 1 confirms a read at index 1, though 2 was committed",
        () -> after(past, node(0).endsReads(0, 1)));
    after(past, node(0).endsReads(0, 2), node(0).endsReads(0, 3));
  }

  @Test
  void aReadMayMissWhatIsCommittedAfterItWasAskedFor() {
    Past past = pasts.after(first, node(0).durable("1a").asksRead(), read(0));
    after(past, commits(1, 2, "1a 2b", 2), node(0).endsReads(0, 1));
  }

  @Test
  void eachReadHasAFloorOfItsOwn() {
    Past past = pasts.after(first, node(0).asksRead(), read(0));
    past = pasts.after(after(past, commits(1, 2, "1a 2b", 2)), node(2).asksRead(), read(1));
    assertThat(past.floors()).containsExactly(1, 2);
    Past asked = past;
    after(asked, node(0).endsReads(1, 2, 0, 1));
    assertBroken(
        "linearizable reads", "index 1", () -> after(asked, node(0).endsReads(0, 2, 1, 1)));
  }

  // Numbers.

  @Test
  void equalPastsAreOne() {
    Past one = after(first, elected(0, 2, "1a"), commits(0, 2, "1a 2b", 2));
    Past other = after(first, commits(0, 2, "1a 2b", 2), elected(0, 2, "1a"));
    assertThat(other).isSameAs(one);
    assertThat(pasts.get(one.number())).isSameAs(one);
    // The first one, the leader, both, and the commit without the leader.
    assertThat(after(first, elected(1, 2, "1a")).number()).isEqualTo(4);
  }

  @Test
  void differentPastsHaveDifferentNumbers() {
    FactsOf joint = node(0).term(2).durable("1a 2b").voters(0b011, 0b111);
    assertThat(
            new Past[] {
              first,
              after(first, elected(0, 2, "1a")),
              after(first, elected(1, 2, "1a")),
              after(first, elected(0, 3, "1a")),
              after(first, commits(0, 2, "1a 2b", 2)),
              after(first, commits(0, 2, "1a 2x", 2)),
              after(first, commits(0, 2, "1a 1b", 2)),
              after(first, commits(0, 3, "1a 2b", 2)),
              after(first, joint.to(joint.commit(2), COMMITS)),
              pasts.after(first, node(0).asksRead(), read(0)),
              pasts.after(first, node(0).asksRead(), read(1))
            })
        .extracting(Past::number)
        .doesNotHaveDuplicates();
  }

  @Test
  void pastsThatDifferInWhichNodeLedHaveTheSameHashesInAnotherOrder() {
    long[] one = after(first, elected(0, 2, "1a")).hashes();
    long[] other = after(first, elected(1, 2, "1a")).hashes();
    assertThat(one).containsExactlyInAnyOrder(other).isNotEqualTo(other);
  }
}
