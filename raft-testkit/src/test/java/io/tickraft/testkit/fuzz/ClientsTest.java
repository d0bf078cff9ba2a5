package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.history.Completion;
import io.tickraft.testkit.history.History;
import io.tickraft.testkit.history.KeyValueModel;
import io.tickraft.testkit.history.KeyValueRequest;
import io.tickraft.testkit.history.LinearizabilityChecker;
import io.tickraft.testkit.history.Operation;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.Choices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What clients see in a run is checked, whatever the state machine is. */
class ClientsTest {

  private static final int SEEDS = 15;

  /** Steps of a run whose history a full search can decide. */
  private static final int SHORT = 60;

  /** In which a planted bug must be found. */
  private static final int MANY_SEEDS = 300;

  /** Returns the first failure of a run in which nothing but the clients' view is checked. */
  private static Failure failure(Fuzz fuzz) {
    fuzz.oracles(() -> new Oracle() {});
    for (long seed = 1; seed <= MANY_SEEDS; seed++) {
      Optional<Failure> failure = Failure.of(fuzz, Choices.random(seed));
      if (failure.isPresent()) {
        return failure.get();
      }
    }
    throw new AssertionError("no run fails");
  }

  // Right ones.

  @SuppressWarnings("unchecked")
  private static History<KeyValueRequest, String> history(Fuzz.Played played) {
    return (History<KeyValueRequest, String>) played.history();
  }

  @Test
  void theFullSearchAgreesWithTheCheckInLinearTime() {
    LinearizabilityChecker<String, KeyValueRequest, String> checker =
        new LinearizabilityChecker<>(new KeyValueModel());
    List<Operation<KeyValueRequest, String>> all = new ArrayList<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      Fuzz.Played played = Fuzz.ofAnyGroup().steps(SHORT).play(Choices.random(seed));
      History<KeyValueRequest, String> history = history(played);
      assertThat(played.isHistoryDecided()).isTrue();
      assertThat(checker.verify(history)).as("seed %d is decided", seed).isTrue();
      assertThat(KeyValueModel.FORMAT.read(KeyValueModel.FORMAT.write(history))).isEqualTo(history);
      all.addAll(history.operations());
    }
    assertThat(all)
        .anyMatch(operation -> is(operation, KeyValueRequest.Put.class, Completion.Ok.class))
        .anyMatch(operation -> is(operation, KeyValueRequest.Put.class, Completion.Failed.class))
        .anyMatch(operation -> is(operation, KeyValueRequest.Put.class, Completion.Unknown.class))
        .anyMatch(operation -> is(operation, KeyValueRequest.Get.class, Completion.Unknown.class));
    assertThat(all)
        .filteredOn(operation -> is(operation, KeyValueRequest.Get.class, Completion.Ok.class))
        .hasSizeGreaterThan(10 * SEEDS);
  }

  private static boolean is(
      Operation<KeyValueRequest, String> operation, Class<?> input, Class<?> completion) {
    return input.isInstance(operation.input()) && completion.isInstance(operation.completion());
  }

  @Test
  void aStateMachineOfOnesOwnIsCheckedByItsModel() {
    Fuzz fuzz = Fuzz.ofAnyGroup().workload(new CounterWorkload(CounterWorkload.Counter::new));
    long decided = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Fuzz.Played played = fuzz.play(Choices.random(seed));
      decided += played.isHistoryDecided() ? 1 : 0;
      assertThat(played.history().size()).isGreaterThan(10);
    }
    assertThat(decided).as("decided").isEqualTo(SEEDS);
  }

  @Test
  void aMachineThatIsUsedTwiceIsRefused() {
    CounterWorkload.Counter shared = new CounterWorkload.Counter();
    Fuzz fuzz = Fuzz.ofAnyGroup().machines(() -> shared);

    assertThatThrownBy(() -> fuzz.run(Choices.random(1)))
        .hasStackTraceContaining("the same object twice");
  }

  // Planted bugs.

  private static final class TwiceAfterRestart extends CounterWorkload.Counter {
    private boolean hasRestarted;

    @Override
    public void restore(Snapshot snapshot) {
      super.restore(snapshot);
      hasRestarted = value > 0;
    }

    @Override
    public void apply(Entry entry) {
      super.apply(entry);
      if (hasRestarted && entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
        super.apply(entry);
        hasRestarted = false;
      }
    }
  }

  @Test
  void aCommandThatIsAppliedTwiceAfterARestartIsSeen() {
    Failure failure =
        failure(Fuzz.ofAnyGroup().workload(new CounterWorkload(TwiceAfterRestart::new)));

    assertThat(failure.kind()).isEqualTo("linearizability");
    assertThat(failure.cause()).hasMessageContaining("explains this answer: ");
  }

  /** Why nodes do not forward proposals to a state machine that applies a command twice. */
  @Test
  void aProposalThatIsForwardedTwiceIsSeen() {
    Fuzz fuzz =
        Fuzz.ofAnyGroup()
            .workload(new CounterWorkload(CounterWorkload.Counter::new))
            .configuration(
                (config, id) -> config.forwardProposals(true).acceptForwardedProposals(true));

    assertThat(failure(fuzz).kind()).isEqualTo("linearizability");
  }

  private static final class WithoutKeyB extends KeyValueMachine {
    @Override
    public ByteString save() {
      byte[] state = super.save().toByteArray();
      state[2 * Long.BYTES + Long.BYTES - 1] = 0;
      return ByteString.copyFrom(state);
    }
  }

  @Test
  void aSnapshotThatLacksAKeyIsSeen() {
    Failure failure = failure(Fuzz.ofAnyGroup().workload(new KeyValueWorkload(WithoutKeyB::new)));

    assertThat(failure.kind()).isEqualTo("linearizability");
    assertThat(failure.cause()).hasMessageContaining("key b: a get from ");
  }

  private static Fuzz withQueries(Queries queries) {
    Fuzz fuzz = Fuzz.ofAnyGroup();
    fuzz.queries = queries;
    return fuzz;
  }

  @Test
  void aQueryThatDoesNotWaitForItsReadIndexIsSeen() {
    assertThat(failure(withQueries(Queries.BEFORE_APPLIED)).kind()).isEqualTo("linearizability");
  }

  @Test
  void aLeaderThatAnswersQueriesWithoutALeaseIsSeen() {
    assertThat(failure(withQueries(Queries.LEADER_WITHOUT_LEASE)).kind())
        .isEqualTo("linearizability");
  }

  // Plain ones.

  @Test
  void ofAPlainStateMachineNothingIsKnown() {
    Fuzz fuzz = Fuzz.ofAnyGroup().machines(CounterWorkload.Counter::new);
    for (long seed = 1; seed <= 5; seed++) {
      fuzz.run(Choices.random(seed));
    }
  }
}
