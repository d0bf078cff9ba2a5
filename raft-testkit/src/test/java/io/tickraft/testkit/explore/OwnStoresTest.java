package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.Ready;
import io.tickraft.testkit.explore.OwnStore.Bug;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.HostedStore;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A storage of the user's is explored as the built-in one is, and a bug in it is found. */
class OwnStoresTest {

  private static final Exploration PLAIN =
      Exploration.of(3).configuration(config -> config.preVote(false).checkQuorum(false));

  private static final Exploration LEADER = PLAIN.startAfter(Prelude.leader());

  private static OwnStore correct(List<Long> voters) {
    return new OwnStore(Bug.NONE, voters);
  }

  // What is explored.

  @SuppressWarnings("ImmutableEnumChecker") // An exploration is immutable.
  enum Bounds {
    ELECTION(PLAIN.allow(EventKind.CAMPAIGN, 1)),
    REPLICATION(LEADER.allow(EventKind.PROPOSE, 1).allow(EventKind.TICK, 1).inFlight(3)),
    COMPACTION(LEADER.allow(EventKind.PROPOSE, 1).allow(EventKind.COMPACT, 1).inFlight(3)),
    SNAPSHOT(
        PLAIN
            .startAfter(Prelude.leader().propose(1).deliverAmong(1, 2).loseAll().compact(1))
            .allow(EventKind.TICK, 2)
            .inFlight(3)),
    JOINER(
        LEADER
            .joiners(1)
            .allow(EventKind.PROPOSE, 1)
            .allow(EventKind.READ, 1)
            .allow(EventKind.ENTRIES_NOT_YET, 1)
            .inFlight(2));

    final Exploration exploration;

    Bounds(Exploration exploration) {
      this.exploration = exploration;
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutCrashesAStoreLeadsToTheSameAsTheBuiltInOne(Bounds bounds) {
    Exploration.Result builtIn = bounds.exploration.run();
    assertThat(builtIn.isExhausted()).isTrue();
    assertThat(builtIn.states()).isGreaterThan(20);
    assertThat(bounds.exploration.stores(OwnStore::likeADisk).run()).isEqualTo(builtIn);
  }

  @Test
  void withTheSameCrashesAStoreHasTheSameStates() {
    Exploration exploration =
        LEADER.allow(EventKind.PROPOSE, 1).allow(EventKind.CRASH, 1).inFlight(3);
    Exploration.Result builtIn = exploration.run();
    Exploration.Result same = exploration.stores(OwnStore::likeADisk).run();
    assertThat(same.counterexample()).isEmpty();
    assertThat(same.isExhausted()).isTrue();
    assertThat(same.states()).isEqualTo(builtIn.states()).isGreaterThan(400);
    assertThat(same.depth()).isEqualTo(builtIn.depth());
    // A simulated disk also tells apart what makes no difference.
    assertThat(exploration.stores(OwnStoresTest::correct).run().states())
        .isBetween(builtIn.states() / 2, builtIn.states());
  }

  @Test
  void aCrashMeetsWritesThatAreNotComplete() {
    Exploration one =
        Exploration.of(1)
            .startAfter(Prelude.leader())
            .splitReadys()
            .allow(EventKind.PROPOSE, 2)
            .allow(EventKind.CRASH, 1)
            .stores(OwnStoresTest::correct);
    Exploration.Result result = one.run();
    assertThat(result.counterexample()).isEmpty();
    assertThat(result.isExhausted()).isTrue();
    assertThat(result.states()).isGreaterThan(one.allow(EventKind.CRASH, 0).run().states());
    // The first write in flight is complete, and the second one is not.
    Ordering ordering =
        Ordering.parse("campaign 1\ntake 1\nwrite 1\ntake 1\npropose 1\ntake 1\ncrash 1 #1\n");
    assertThat(one.play(ordering)).isEmpty();
  }

  @Test
  void livenessIsProbed() {
    Exploration.Result result =
        LEADER
            .allow(EventKind.PROPOSE, 1)
            .allow(EventKind.CRASH, 1)
            .inFlight(2)
            .stores(OwnStoresTest::correct)
            .checkLivenessOfOneIn(20)
            .run();
    assertThat(result.counterexample()).isEmpty();
    assertThat(result.probes()).isPositive();
  }

  // Bugs.

  private static Exploration with(Bug bug) {
    Exploration bounds =
        switch (bug) {
          case SUFFIX_KEPT ->
              PLAIN
                  .startAfter(Prelude.leader().propose(1).propose(1).loseAll())
                  .allow(EventKind.CAMPAIGN, 1);
          case OLD_SNAPSHOT_KEPT, SNAPSHOT_NOT_RESTORED ->
              PLAIN
                  .startAfter(Prelude.leader().propose(1).deliverAmong(1, 2).loseAll().compact(1))
                  .allow(EventKind.TICK, 1)
                  .allow(EventKind.CRASH, 1)
                  .inFlight(3);
          default -> PLAIN.allow(EventKind.CAMPAIGN, 1).allow(EventKind.CRASH, 1).inFlight(3);
        };
    return bounds.stores(voters -> new OwnStore(bug, voters));
  }

  @ParameterizedTest
  @CsvSource({
    "VOTE_LOST_IN_A_CRASH, RESTARTED_ON_ALL_THAT_WAS_ACKNOWLEDGED, 2",
    "LAST_ENTRY_LOST_IN_A_CRASH, acknowledged entries are on the disk, 3",
    "SYNC_FORGOTTEN, RESTARTED_ON_ALL_THAT_WAS_ACKNOWLEDGED, 2",
    "SUFFIX_KEPT, what the storage holds is no log, 17",
    "OLD_SNAPSHOT_KEPT, the snapshot is at 1, 23",
    "SNAPSHOT_NOT_RESTORED, equal states, 22",
  })
  void aBugIsFoundByAShortestRunThatCanBePlayed(Bug bug, String sentence, int events) {
    Exploration exploration = with(bug);
    Exploration.Result result = exploration.run();
    Counterexample found = result.counterexample().orElseThrow();
    assertThat(result.isExhausted()).isFalse();
    assertThat(found.sentence()).contains(sentence);
    assertThat(found.ordering().size()).as(found.toString()).isEqualTo(events);
    assertThat(exploration.play(Ordering.parse(found.ordering().text())).map(Failure::kind))
        .contains(found.failure().kind());
    assertThat(found.toString())
        .contains(found.ordering().text().lines().skip(1).findFirst().orElseThrow());
    assertThat(found.transcript()).anyMatch(line -> line.contains("is told to campaign"));
    assertThat(found.test("com.example.Own.EXPLORATION")).contains("campaign 1");
    assertThat(found.picture("own").html()).contains("campaign");
    // The same run with a store that has no such bug.
    assertThat(exploration.stores(OwnStoresTest::correct).play(found.ordering())).isEmpty();
  }

  @Test
  void aStoreWithoutABugPassesWhereTheOthersFail() {
    for (Bug bug : Bug.values()) {
      Exploration.Result result = with(bug).stores(OwnStoresTest::correct).run();
      assertThat(result.counterexample()).isEmpty();
      assertThat(result.isExhausted()).isTrue();
    }
  }

  @Test
  void aRunNamesWhatAStoreHasChosenInACrash() {
    Counterexample found = with(Bug.SYNC_FORGOTTEN).run().counterexample().orElseThrow();
    assertThat(found.orderingWithMessages())
        .isEqualTo("campaign 1\ncrash 1 #1  // writes lost 1\n");
    assertThat(found.ordering().text()).isEqualTo("campaign 1\ncrash 1 #1\n");
  }

  // What a store must not do.

  private static String sentence(Exploration exploration) {
    return exploration.run().counterexample().orElseThrow().sentence();
  }

  @Test
  void aFactoryThatReturnsAStoreThatWasUsedIsToldSo() {
    OwnStore one = correct(List.of(1L, 2L, 3L));
    assertThat(sentence(PLAIN.allow(EventKind.CAMPAIGN, 1).stores(voters -> one)))
        .contains("the same events lead to another state of node");
  }

  /** How many Readys any of these stores has written. */
  private static final int[] WRITES = new int[1];

  /** Its state depends on what other stores do. */
  private static final class Moody extends OwnStore {
    private int last;

    Moody(List<Long> voters) {
      super(Bug.NONE, voters);
    }

    @Override
    public void persist(Ready ready) {
      super.persist(ready);
      WRITES[0]++;
      last = WRITES[0];
    }

    @Override
    public ByteString state() {
      return super.state().concat(ByteString.copyFromUtf8(" " + last));
    }
  }

  @Test
  void aStoreThatDependsOnSomethingElseThanItsInputsIsToldSo() {
    assertThat(sentence(PLAIN.allow(EventKind.CAMPAIGN, 1).stores(Moody::new)))
        .contains("the same events lead to another state of node")
        .contains("it depends on something other than its inputs");
  }

  /** It shows only later how much it has written. */
  private static class Forgetful extends OwnStore {
    int writes;

    Forgetful(List<Long> voters) {
      super(Bug.NONE, voters);
    }

    @Override
    public void persist(Ready ready) {
      super.persist(ready);
      writes++;
    }

    @Override
    public ByteString state() {
      return writes < 7 ? super.state() : super.state().concat(ByteString.copyFromUtf8("!"));
    }
  }

  /** The same, and says so. */
  private static final class Honest extends Forgetful {
    Honest(List<Long> voters) {
      super(voters);
    }

    @Override
    public void digest(Digest digest) {
      digest.number(writes);
    }
  }

  @Test
  void aStoreThatRemembersMoreThanItShowsIsToldToAddIt() {
    Exploration exploration =
        LEADER.allow(EventKind.PROPOSE, 2).allow(EventKind.DUPLICATE, 1).inFlight(3);
    assertThat(sentence(exploration.stores(Forgetful::new)))
        .contains("have shown the same, and then differ after")
        .contains("HostedStore.digest has to add what makes the difference");
    // Then its bug is found, whatever it has remembered.
    assertThat(sentence(exploration.stores(Honest::new))).startsWith("equal states is violated");
  }

  /** It makes a choice for each of many files. */
  private static final class Choosy extends OwnStore {
    private final int files;

    Choosy(int files, List<Long> voters) {
      super(Bug.NONE, voters);
      this.files = files;
    }

    @Override
    public HostedStore crash(Choices choices) {
      for (int file = 0; file < files; file++) {
        choices.percent(50);
      }
      return super.crash(choices);
    }
  }

  @Test
  void aCrashWithTooManyOutcomesIsReported() {
    UnaryOperator<Exploration> bounds =
        exploration -> exploration.allow(EventKind.CAMPAIGN, 1).allow(EventKind.CRASH, 1).depth(2);
    Exploration few = bounds.apply(PLAIN).stores(voters -> new Choosy(9, voters));
    assertThat(few.run().counterexample()).isEmpty();
    Exploration many = bounds.apply(PLAIN).stores(voters -> new Choosy(10, voters));
    assertThatIllegalStateException()
        .isThrownBy(many::run)
        .withMessage("a crash of a store has more than 1000 outcomes: let it make fewer choices");
  }

  /** It cannot be opened after a crash. */
  private static final class Lost extends OwnStore {
    Lost(List<Long> voters) {
      super(Bug.NONE, voters);
    }

    @Override
    public HostedStore crash(Choices choices) {
      throw new IllegalStateException("the file is damaged");
    }
  }

  @Test
  void aStoreThatIsLostInACrashIsFoundIfACrashMayHappen() {
    Exploration exploration = PLAIN.allow(EventKind.CAMPAIGN, 1).stores(Lost::new);
    assertThat(exploration.run().counterexample()).isEmpty();
    Counterexample found =
        exploration.allow(EventKind.CRASH, 1).run().counterexample().orElseThrow();
    assertThat(found.sentence()).isEqualTo("IllegalStateException: the file is damaged");
    assertThat(found.ordering().text()).isEqualTo("crash 1\n");
  }

  // Open stores.

  @Test
  void eachStoreIsClosedAndFewAreOpenAtATime() {
    int[] open = new int[3];
    Exploration exploration =
        LEADER
            .allow(EventKind.PROPOSE, 1)
            .allow(EventKind.CAMPAIGN, 1)
            .inFlight(2)
            .stores(
                voters -> {
                  open[0]++;
                  open[1] = Math.max(open[1], open[0]);
                  open[2]++;
                  return new OwnStore(Bug.NONE, voters) {
                    @Override
                    public HostedStore crash(Choices choices) {
                      open[0]--;
                      return super.crash(choices);
                    }

                    @Override
                    public void close() {
                      open[0]--;
                    }
                  };
                });
    Exploration.Result result = exploration.checkLivenessOfOneIn(10).run();
    assertThat(result.counterexample()).isEmpty();
    exploration.play(exploration.walk(1, 10));
    assertThat(open[2]).as("all stores").isGreaterThan(200);
    assertThat(open[1]).as("most that were open at a time").isLessThan(10);
    assertThat(open[0]).as("stores that are still open").isZero();
  }
}
