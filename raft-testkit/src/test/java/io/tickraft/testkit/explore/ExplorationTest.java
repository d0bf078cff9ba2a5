package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ReadResult;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.StateMachine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExplorationTest {

  private static final Exploration THREE =
      Exploration.of(3).configuration(config -> config.preVote(false).checkQuorum(false));

  private static final Exploration LEADER =
      Exploration.of(2)
          .configuration(config -> config.preVote(false).checkQuorum(false))
          .startAfter(Prelude.leader());

  private static ConfChange add(long voter) {
    return ConfChange.newBuilder()
        .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
        .addChanges(
            ConfChangeSingle.newBuilder()
                .setType(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER)
                .setNode(voter))
        .build();
  }

  // Events.

  /** Counts the events of one run, and remembers the highest count of all runs. */
  private static final class Counts implements Oracle {
    private final Map<EventKind, Integer> counts = new EnumMap<>(EventKind.class);
    private final Map<EventKind, Integer> most;

    Counts(Map<EventKind, Integer> most) {
      this.most = most;
    }

    private void count(EventKind kind) {
      most.merge(kind, counts.merge(kind, 1, Integer::sum), Math::max);
    }

    @Override
    public void received(long node, Message message) {
      count(EventKind.DELIVER);
    }

    @Override
    public void campaigning(long node) {
      count(EventKind.CAMPAIGN);
    }

    @Override
    public void ticked(long node) {
      count(EventKind.TICK);
    }

    @Override
    public void leaderForgotten(long node) {
      count(EventKind.FORGET_LEADER);
    }

    @Override
    public void proposing(long node, List<ByteString> commands) {
      count(EventKind.PROPOSE);
    }

    @Override
    public void changeProposed(long node, ConfChange change, ConfChangeResult result) {
      count(EventKind.CHANGE);
    }

    @Override
    public void readRequested(long node, ByteString context, ReadResult result) {
      count(EventKind.READ);
    }

    @Override
    public void transferRequested(long node, long target, TransferResult result) {
      count(EventKind.TRANSFER);
    }

    @Override
    public void compacted(long node, int kept) {
      count(EventKind.COMPACT);
    }

    @Override
    public void crashed(long node, int keptWrites, int keptParts) {
      count(EventKind.CRASH);
    }
  }

  private static Map<EventKind, Integer> most(Exploration exploration) {
    Map<EventKind, Integer> most = new EnumMap<>(EventKind.class);
    Exploration.Result result = exploration.oracles(() -> new Counts(most)).run();
    assertThat(result.isExhausted()).isTrue();
    most.remove(EventKind.DELIVER);
    return most;
  }

  @Test
  void nothingHappensThatIsNotAllowed() {
    Exploration.Result result = Exploration.of(3).run();
    assertThat(result.states()).isEqualTo(1);
    assertThat(result.depth()).isZero();
    assertThat(result.transitions()).isZero();
    assertThat(result.isExhausted()).isTrue();
    assertThat(result.counterexample()).isEmpty();
    assertThat(result.collisionOdds()).isBetween(0.0, 1e-18);
  }

  /** An oracle is not told of duplicates, of what is unreachable, and of slow storages. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "DELIVER",
        "STORAGE_READY",
        "TAKE",
        "WRITE",
        "APPLY",
        "DUPLICATE",
        "UNREACHABLE",
        "ENTRIES_NOT_YET",
        "SNAPSHOT_NOT_YET",
        "CAMPAIGN"
      },
      mode = EnumSource.Mode.EXCLUDE)
  void whatIsAllowedHappensAsOftenAndNothingElse(EventKind kind) {
    // The campaign is that of the prelude.
    assertThat(most(LEADER.changes(add(3)).allow(kind, 1)))
        .containsOnly(Map.entry(EventKind.CAMPAIGN, 1), Map.entry(kind, 1));
  }

  @Test
  void anEventHappensUpToTheNumberOfTimesThatIsAllowed() {
    assertThat(most(LEADER.allow(EventKind.PROPOSE, 3).allow(EventKind.CAMPAIGN, 1).inFlight(2)))
        .containsOnly(Map.entry(EventKind.CAMPAIGN, 2), Map.entry(EventKind.PROPOSE, 3));
  }

  @Test
  void aMessageThatIsDuplicatedLeadsToMoreStates() {
    Exploration once = LEADER.allow(EventKind.PROPOSE, 1);
    assertThat(once.allow(EventKind.DUPLICATE, 1).run().states())
        .isGreaterThan(once.run().states());
  }

  @Test
  void aReportThatANodeIsUnreachableLeadsToMoreStates() {
    Exploration without = LEADER.allow(EventKind.PROPOSE, 1);
    assertThat(without.allow(EventKind.UNREACHABLE, 1).run().states())
        .isGreaterThan(without.run().states());
  }

  @Test
  void hostsTakeWriteAndApplyAtAnyTimeIfReadysAreSplit() {
    Exploration whole = LEADER.allow(EventKind.PROPOSE, 1);
    Exploration split = whole.splitReadys();
    assertThat(split.run().states()).isGreaterThan(whole.run().states());
    // The prelude leaves nothing to take, write or apply.
    assertThat(LEADER.splitReadys().run().states()).isEqualTo(1);
  }

  @Test
  void aCrashKeepsAnyNumberOfWritesAndAnyFirstPartsOfTheNext() {
    Set<String> kept = new TreeSet<>();
    Oracle diary =
        new Oracle() {
          @Override
          public void crashed(long node, int keptWrites, int keptParts) {
            kept.add(keptWrites + " and " + keptParts + " parts");
          }
        };
    Exploration one =
        Exploration.of(1)
            .startAfter(Prelude.leader())
            .splitReadys()
            .allow(EventKind.PROPOSE, 2)
            .allow(EventKind.CRASH, 1);
    assertThat(one.oracles(() -> diary).run().isExhausted()).isTrue();
    // The largest write is a command, and the commit index of the one before.
    assertThat(kept)
        .containsExactly(
            "0 and 0 parts",
            "0 and 1 parts",
            "1 and 0 parts",
            "1 and 1 parts",
            "2 and 0 parts",
            "3 and 0 parts");
  }

  /** Returns the kinds of messages that node 1 sends to node 2. */
  private static Oracle sentTo2(List<Message.BodyCase> sent) {
    return new Oracle() {
      @Override
      public void sent(Message message, Storage durable) {
        if (message.getFrom() == 1 && message.getTo() == 2) {
          sent.add(message.getBodyCase());
        }
      }
    };
  }

  /** Node 2 has lost an append, and node 1 learns this from a heartbeat. */
  private static final String LOST_APPEND =
      """
      campaign 1
      deliver 1>2 #1
      deliver 2>1 #1
      deliver 1>2 #2
      deliver 2>1 #2
      deliver 1>2 #3
      propose 1
      %s
      tick 1
      deliver 1>2 #5
      deliver 2>1 #3
      deliver 1>2 #6
      deliver 2>1 #4
      %s
      """;

  @Test
  void aLeaderSendsEntriesOnceItsSlowStorageHasThem() {
    Exploration two = LEADER.startAfter(Prelude.none());
    List<Message.BodyCase> fast = new ArrayList<>();
    assertThat(two.play(Ordering.parse(LOST_APPEND.formatted("", "")), sentTo2(fast))).isEmpty();
    List<Message.BodyCase> slow = new ArrayList<>();
    String pause = "entries-not-yet 1";
    assertThat(two.play(Ordering.parse(LOST_APPEND.formatted(pause, "")), sentTo2(slow))).isEmpty();
    List<Message.BodyCase> ready = new ArrayList<>();
    String resume = "storage-ready 1";
    assertThat(two.play(Ordering.parse(LOST_APPEND.formatted(pause, resume)), sentTo2(ready)))
        .isEmpty();
    assertThat(ready).isEqualTo(fast).hasSize(slow.size() + 1);
    // Without a pause there is nothing to be reported.
    assertThat(Ordering.parse(resume).size()).isEqualTo(1);
    assertThat(two.play(Ordering.parse(resume))).isEmpty();
  }

  @Test
  void slowStoragesLeadToMoreStates() {
    Exploration without = LEADER.allow(EventKind.PROPOSE, 1).allow(EventKind.TICK, 1).inFlight(3);
    long states = without.run().states();
    assertThat(without.allow(EventKind.ENTRIES_NOT_YET, 1).run().states())
        .isGreaterThan(2 * states);
    assertThat(without.allow(EventKind.SNAPSHOT_NOT_YET, 1).run().states())
        .isGreaterThan(2 * states);
  }

  @Test
  void eachMethodReturnsACopy() {
    Exploration.of(3).joiners(1);
    LEADER.allow(EventKind.CAMPAIGN, 1).splitReadys().inFlight(0).depth(0).maxStates(1).maxBytes(1);
    assertThat(LEADER.run().states()).isEqualTo(1);
    assertThat(LEADER.run().isExhausted()).isTrue();
  }

  // Settings.

  @ParameterizedTest
  @EnumSource(names = {"DELIVER", "STORAGE_READY", "TAKE", "WRITE", "APPLY"})
  void aKindThatIsNotLimitedIsRefused(EventKind kind) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Exploration.of(3).allow(kind, 1))
        .withMessage("kind: not limited: " + kind);
  }

  static Stream<Arguments> badNumbers() {
    return Stream.of(
        bad("voters: 1 to 16: 0", () -> Exploration.of(0)),
        bad("voters: 1 to 16: 17", () -> Exploration.of(17)),
        bad("joiners: 0 to 13: -1", () -> Exploration.of(3).joiners(-1)),
        bad("joiners: 0 to 13: 14", () -> Exploration.of(3).joiners(14)),
        bad("joiners: 0 to 13: 2147483647", () -> Exploration.of(3).joiners(Integer.MAX_VALUE)),
        bad("changes: ids of at most 16: 17", () -> Exploration.of(3).changes(add(17))),
        bad("crash: 0 to 15 times: -1", () -> Exploration.of(3).allow(EventKind.CRASH, -1)),
        bad("tick: 0 to 15 times: 16", () -> Exploration.of(3).allow(EventKind.TICK, 16)),
        bad("inFlight: at least 0: -1", () -> Exploration.of(3).inFlight(-1)),
        bad("depth: at least 0: -1", () -> Exploration.of(3).depth(-1)),
        bad("maxStates: at least 1: 0", () -> Exploration.of(3).maxStates(0)),
        bad("maxBytes: at least 1: 0", () -> Exploration.of(3).maxBytes(0)),
        bad(
            "checkLivenessOfOneIn: at least 0: -1",
            () -> Exploration.of(3).checkLivenessOfOneIn(-1)));
  }

  private static Arguments bad(String message, ThrowingCallable setting) {
    return Arguments.of(message, setting);
  }

  @ParameterizedTest
  @MethodSource("badNumbers")
  void aBadNumberIsRefusedWithTheNameOfTheSetting(String message, ThrowingCallable setting) {
    assertThatIllegalArgumentException().isThrownBy(setting).withMessage(message);
  }

  // Bounds.

  private static final Exploration ELECTION = THREE.allow(EventKind.CAMPAIGN, 2);

  @Test
  void theDepthEndsIt() {
    Exploration.Result result = ELECTION.depth(4).run();
    assertThat(result.isExhausted()).isFalse();
    assertThat(result.depth()).isEqualTo(4);
    assertThat(ELECTION.depth(0).run().states()).isEqualTo(1);
    // One campaign ends by itself.
    Exploration one = THREE.allow(EventKind.CAMPAIGN, 1);
    int depth = one.run().depth();
    assertThat(one.depth(depth + 1).run().isExhausted()).isTrue();
    assertThat(one.depth(depth - 1).run().isExhausted()).isFalse();
  }

  @Test
  void theNumberOfStatesEndsIt() {
    Exploration.Result result = ELECTION.maxStates(100).run();
    assertThat(result.isExhausted()).isFalse();
    // The state that is being expanded is expanded to its end.
    assertThat(result.states()).isBetween(100L, 150L);
  }

  @Test
  void theSizeOfTheTablesEndsIt() {
    Exploration.Result result = ELECTION.maxBytes(1).run();
    assertThat(result.isExhausted()).isFalse();
    assertThat(result.states()).isBetween(1L, 10L);
  }

  @Test
  void statesWithMoreMessagesInFlightAreLeftOutAndCounted() {
    Exploration one = THREE.allow(EventKind.CAMPAIGN, 1);
    Exploration.Result all = one.run();
    Exploration.Result some = one.inFlight(2).run();
    assertThat(all.transitionsLeftOut()).isZero();
    assertThat(some.transitionsLeftOut()).isPositive();
    assertThat(some.states()).isLessThan(all.states());
    assertThat(some.isExhausted()).isTrue();
    // A campaign asks two nodes for their votes.
    assertThat(one.inFlight(1).run().states()).isEqualTo(1);
    assertThat(one.inFlight(1).run().transitionsLeftOut()).isEqualTo(3);
  }

  @Test
  void itGoesOnWhileItIsToldTo() {
    Exploration exploration = NamedExploration.named("overthrow").orElseThrow().exploration();
    List<Exploration.Progress> seen = new ArrayList<>();
    Exploration.Result result =
        exploration.run(
            progress -> {
              seen.add(progress);
              return seen.size() < 2;
            });
    assertThat(result.isExhausted()).isFalse();
    assertThat(result.counterexample()).isEmpty();
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0).transitions()).isBetween(1L << 16, (1L << 16) + 100);
    assertThat(seen.get(1).transitions()).isGreaterThan(seen.get(0).transitions());
    assertThat(seen.get(1).transitions()).isEqualTo(result.transitions());
    assertThat(seen.get(1).states()).isEqualTo(result.states());
    assertThat(seen)
        .allSatisfy(
            progress -> {
              assertThat(progress.depth()).isPositive();
              assertThat(progress.waiting()).isPositive().isLessThan(progress.states());
              assertThat(progress.localStates()).isPositive();
              assertThat(progress.bytes()).isGreaterThan(16 * progress.states());
              assertThat(progress.collisionOdds()).isBetween(0.0, 1e-6);
            });
  }

  // Symmetry.

  @Test
  void nodesWithConfigurationsOfTheirOwnAreNotAlike() {
    Exploration one = THREE.allow(EventKind.CAMPAIGN, 1);
    long alike = one.run().states();
    long own = one.configuration((config, id) -> config.priority(0)).run().states();
    assertThat(own).isGreaterThan(3 * alike);
  }

  @Test
  void nodesAreNotAlikeIfTheirTimeoutsCount() {
    Exploration ticks = Exploration.of(3).allow(EventKind.TICK, 3);
    Exploration longTimeouts = ticks.configuration(config -> config.electionTicks(10));
    Exploration shortTimeouts =
        ticks.configuration(config -> config.electionTicks(2).heartbeatTicks(1));
    assertThat(longTimeouts.symmetry().size()).isEqualTo(6);
    assertThat(shortTimeouts.symmetry().size()).isEqualTo(1);
    assertThat(longTimeouts.changes(add(3)).symmetry().size()).isEqualTo(1);
    assertThat(longTimeouts.joiners(1).symmetry().size()).isEqualTo(6);
  }

  // Membership.

  @Test
  void aJoinerJoins() {
    Map<Long, Long> applied = new TreeMap<>();
    Exploration.Result result =
        LEADER
            .joiners(1)
            .changes(add(3))
            .allow(EventKind.CHANGE, 1)
            .inFlight(2)
            .oracles(
                () ->
                    new Oracle() {
                      @Override
                      public void restored(long node, Snapshot snapshot) {
                        applied.merge(node, snapshot.getMetadata().getIndex(), Math::max);
                      }

                      @Override
                      public void applied(long node, Entry entry) {
                        applied.merge(node, entry.getIndex(), Math::max);
                      }
                    })
            .run();
    assertThat(result.isExhausted()).isTrue();
    assertThat(result.counterexample()).isEmpty();
    // The bootstrap, the first entry of the leader, and the change.
    assertThat(applied).containsEntry(3L, 3L);
  }

  // Preludes.

  @Test
  void aPreludeLeavesInFlightWhatItDoesNotDeliver() {
    Prelude apart = Prelude.none().campaign(1).deliverAmong(1, 2);
    Exploration three = THREE.startAfter(apart);
    assertThat(three.run().states()).isGreaterThan(1);
    assertThat(THREE.startAfter(apart.loseAll()).run().states()).isEqualTo(1);
    assertThat(THREE.startAfter(apart.deliverAll()).run().states()).isEqualTo(1);
  }

  @Test
  void allPartsOfAPreludeHappen() {
    Map<EventKind, Integer> most = new EnumMap<>(EventKind.class);
    Prelude prelude =
        Prelude.leader()
            .propose(1)
            .propose(1)
            .deliverAll()
            .tick(1)
            .deliverAll()
            .forgetLeader(2)
            .compact(3)
            .crash(2)
            .change(1, add(4));
    THREE
        .joiners(1)
        .changes(add(5), add(4))
        .startAfter(prelude)
        .depth(1)
        .oracles(() -> new Counts(most))
        .run();
    most.remove(EventKind.DELIVER);
    assertThat(most)
        .containsOnly(
            Map.entry(EventKind.CAMPAIGN, 1),
            Map.entry(EventKind.PROPOSE, 2),
            Map.entry(EventKind.TICK, 1),
            Map.entry(EventKind.FORGET_LEADER, 1),
            Map.entry(EventKind.COMPACT, 1),
            Map.entry(EventKind.CRASH, 1),
            Map.entry(EventKind.CHANGE, 1));
  }

  @Test
  void commandsAfterAPreludeAreOtherOnes() {
    List<String> commands = new ArrayList<>();
    Oracle diary =
        new Oracle() {
          @Override
          public void proposing(long node, List<ByteString> proposed) {
            proposed.forEach(command -> commands.add(command.toStringUtf8()));
          }
        };
    LEADER
        .startAfter(Prelude.leader().propose(1).propose(1).deliverAll())
        .allow(EventKind.PROPOSE, 1)
        .oracles(() -> diary)
        .run();
    assertThat(commands).contains("c1", "c2", "c3").doesNotContain("c4");
  }

  @Test
  void commandsAreThoseOfTheUser() {
    Set<String> applied = new TreeSet<>();
    Oracle diary =
        new Oracle() {
          @Override
          public void applied(long node, Entry entry) {
            applied.add(entry.getData().toStringUtf8());
          }
        };
    LEADER
        .commands(number -> ByteString.copyFromUtf8("set x " + number))
        .startAfter(Prelude.leader().propose(1).deliverAll())
        .allow(EventKind.PROPOSE, 1)
        .oracles(() -> diary)
        .run();
    assertThat(applied).containsExactly("", "set x 1", "set x 2");
  }

  @Test
  void anOrderingIsAPrelude() {
    Ordering leader = Ordering.parse("campaign 1\ndeliver 1>2 #1\ndeliver 2>1 #1\n");
    Exploration ordered =
        LEADER.startAfter(Prelude.of(leader)).allow(EventKind.PROPOSE, 1).allow(EventKind.READ, 1);
    // What leads to the same state is the same prelude.
    Prelude same = Prelude.none().campaign(1).deliverAmong(1, 2);
    assertThat(LEADER.startAfter(Prelude.of(leader).deliverAll()).run())
        .isEqualTo(LEADER.startAfter(same).run());
    assertThat(ordered.run().states())
        .isGreaterThan(ordered.startAfter(Prelude.of(leader).loseAll()).run().states());
    // What does not apply is skipped.
    Prelude nothing = Prelude.of(Ordering.parse("deliver 1>2 #1\ncampaign 9\n"));
    assertThat(LEADER.startAfter(nothing).run()).isEqualTo(LEADER.startAfter(Prelude.none()).run());
  }

  @Test
  void aPreludeOfANodeThatDoesNotExistIsRefused() {
    for (long node : new long[] {0, 4, Long.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> THREE.startAfter(Prelude.none().campaign(node)).run())
          .withMessage("prelude: there is no node " + node);
    }
  }

  @Test
  void aPreludeWithAChangeThatIsNoneOfTheChangesIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> THREE.changes(add(4)).startAfter(Prelude.leader().change(1, add(5))).run())
        .withMessageStartingWith("prelude: not one of the changes: ");
  }

  // Determinism.

  @Test
  void theSameExplorationFindsTheSame() {
    Exploration exploration =
        LEADER.allow(EventKind.PROPOSE, 1).allow(EventKind.CRASH, 1).allow(EventKind.CAMPAIGN, 1);
    assertThat(exploration.run()).isEqualTo(exploration.run());
  }

  /** How often any state was saved. */
  private static final AtomicInteger SAVED = new AtomicInteger();

  /** Its state changes when it is looked at. */
  private static final class Moody implements StateMachine {
    @Override
    public void apply(Entry entry) {}

    @Override
    public ByteString save() {
      return ByteString.copyFromUtf8(String.valueOf(SAVED.getAndIncrement()));
    }

    @Override
    public void restore(Snapshot snapshot) {}
  }

  @Test
  void aStateMachineThatDependsOnSomethingElseThanItsInputsIsToldSo() {
    Exploration.Result result = THREE.allow(EventKind.CAMPAIGN, 1).machines(Moody::new).run();
    assertThat(result.isExhausted()).isFalse();
    assertThat(result.counterexample().orElseThrow().sentence())
        .contains("it depends on something other than its inputs");
  }

  // Counterexamples.

  /** A user's state machine that has room for one command. */
  private static final class OneCommand implements StateMachine {
    private int commands;

    @Override
    public void apply(Entry entry) {
      if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
        commands++;
        if (commands == 2) {
          throw new IllegalStateException("no room for " + entry.getData().toStringUtf8());
        }
      }
    }

    @Override
    public ByteString save() {
      return ByteString.copyFromUtf8("x".repeat(commands));
    }

    @Override
    public void restore(Snapshot snapshot) {
      commands = snapshot.getData().size();
    }
  }

  @Test
  void aBugInAStateMachineOfTheUserIsFoundWithARunThatShowsIt() {
    Exploration exploration =
        LEADER
            .machines(OneCommand::new)
            .allow(EventKind.PROPOSE, 2)
            .allow(EventKind.CRASH, 1)
            .inFlight(3);
    Exploration.Result result = exploration.run();
    Counterexample found = result.counterexample().orElseThrow();
    assertThat(result.isExhausted()).isFalse();
    assertThat(found.sentence()).isEqualTo("IllegalStateException: no room for c2");
    assertThat(exploration.play(found.ordering()).map(Failure::kind))
        .contains(found.failure().kind());
    assertThat(exploration.play(Ordering.parse(found.ordering().text())).map(Failure::kind))
        .contains(found.failure().kind());
    assertThat(found.toString()).startsWith(found.sentence() + "\n").endsWith("\n");
    // Scenarios have a state machine of their own, which has no such bug.
    assertThat(found.scenario()).isEmpty();
    assertThat(exploration.run().counterexample().orElseThrow()).hasToString(found.toString());
    // With a command less there is no bug to be seen.
    assertThat(exploration.allow(EventKind.PROPOSE, 1).run().isExhausted()).isTrue();
  }

  /** Objects if node 2 applies a command. */
  private static Oracle noCommandOnNode2() {
    return new Oracle() {
      @Override
      public void applied(long node, Entry entry) {
        if (node == 2 && entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
          throw new OracleViolation("node 2 rests", "it applies " + entry.getIndex());
        }
      }
    };
  }

  @Test
  void anOracleOfTheUserIsHeardAndTheRunIsAShortestOne() {
    Exploration exploration =
        LEADER
            .allow(EventKind.PROPOSE, 1)
            .allow(EventKind.TICK, 1)
            .allow(EventKind.DUPLICATE, 1)
            .oracles(ExplorationTest::noCommandOnNode2);
    Counterexample found = exploration.run().counterexample().orElseThrow();
    assertThat(found.failure().kind()).isEqualTo("node 2 rests");
    assertThat(found.sentence()).isEqualTo("node 2 rests is violated: it applies 3");
    List<String> lines = found.ordering().text().lines().toList();
    // The append, its answer, and the append with the commit index.
    assertThat(lines.subList(lines.size() - 4, lines.size()))
        .containsExactly("propose 1", "deliver 1>2 #4", "deliver 2>1 #3", "deliver 1>2 #5");
    assertThat(exploration.depth(3).run().counterexample()).isEmpty();
    assertThat(exploration.depth(4).run().counterexample()).isPresent();
    assertThat(exploration.play(found.ordering()).map(Failure::kind)).contains("node 2 rests");
  }

  @Test
  void aPromiseThatThePreludeBreaksIsFound() {
    Exploration exploration =
        THREE
            .startAfter(Prelude.leader().propose(1).deliverAll())
            .oracles(ExplorationTest::noCommandOnNode2);
    Counterexample found = exploration.run().counterexample().orElseThrow();
    assertThat(found.sentence()).isEqualTo("node 2 rests is violated: it applies 3");
    assertThat(exploration.play(found.ordering()).map(Failure::kind)).contains("node 2 rests");
  }

  @Test
  void whatAStateMachineThrowsInThePreludeIsFound() {
    Exploration exploration =
        THREE
            .machines(OneCommand::new)
            .startAfter(Prelude.leader().propose(1).propose(1).deliverAll());
    Exploration.Result result = exploration.run();
    assertThat(result.isExhausted()).isFalse();
    Counterexample found = result.counterexample().orElseThrow();
    assertThat(found.sentence()).isEqualTo("IllegalStateException: no room for c2");
    assertThat(exploration.play(found.ordering()).map(Failure::kind))
        .contains(found.failure().kind());
  }

  /** Objects to a leader in term 3. */
  private static Oracle noThirdTerm() {
    return new Oracle() {
      @Override
      public void stepped(NodeView view) {
        if (view.role() == RoleName.LEADER && view.term() == 3) {
          throw new OracleViolation("no third term", "node " + view.node() + " leads");
        }
      }
    };
  }

  @Test
  void aRandomRunDependsOnItsSeedAndEndsBeforeAnEventThatBreaksAPromise() {
    Exploration exploration =
        Exploration.of(2).allow(EventKind.CAMPAIGN, 1).oracles(ExplorationTest::noThirdTerm);
    int broken = 0;
    for (long seed = 1; seed <= 20; seed++) {
      Ordering walk = exploration.walk(seed, 40);
      assertThat(exploration.walk(seed, 40).text()).isEqualTo(walk.text());
      assertThat(exploration.play(walk)).isEmpty();
      assertThat(walk.size()).isLessThanOrEqualTo(40);
      boolean isShort = walk.size() < 40;
      Exploration.Result next = exploration.startAfter(Prelude.of(walk)).depth(1).run();
      assertThat(next.counterexample().isPresent()).isEqualTo(isShort);
      broken += isShort ? 1 : 0;
    }
    assertThat(broken).isBetween(1, 19);
    assertThat(exploration.walk(1, 40).text()).isNotEqualTo(exploration.walk(2, 40).text());
    assertThat(exploration.walk(1, 0).size()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exploration.walk(1, -1))
        .withMessage("events: at least 0: -1");
  }

  @Test
  void aRandomRunProposesAnotherCommandEachTime() {
    List<ByteString> proposed = new ArrayList<>();
    Oracle listener =
        new Oracle() {
          @Override
          public void proposing(long node, List<ByteString> commands) {
            proposed.addAll(commands);
          }
        };
    LEADER.allow(EventKind.PROPOSE, 1).oracles(() -> listener).walk(1, 20);
    assertThat(proposed).hasSizeGreaterThan(2).doesNotHaveDuplicates();
  }

  @Test
  void anObserverSeesARunBeforeTheOracles() {
    Map<EventKind, Integer> most = new EnumMap<>(EventKind.class);
    Exploration exploration = LEADER.oracles(ExplorationTest::noCommandOnNode2);
    Ordering ordering = Ordering.parse("campaign 1\ndeliver 1>2 #1\ntick 1\n");
    assertThat(exploration.play(ordering, new Counts(most))).isEmpty();
    assertThat(most)
        .containsOnly(
            Map.entry(EventKind.CAMPAIGN, 1),
            Map.entry(EventKind.DELIVER, 1),
            Map.entry(EventKind.TICK, 1));
  }
}
