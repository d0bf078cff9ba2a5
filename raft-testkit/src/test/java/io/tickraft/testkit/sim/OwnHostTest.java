package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.Ready;
import io.tickraft.proto.Message;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.FuzzTests;
import io.tickraft.testkit.fuzz.Workload;
import io.tickraft.testkit.history.Completion;
import io.tickraft.testkit.history.Model;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A whole host of one's own runs in virtual time, and a bug in it is found. */
final class OwnHostTest {

  /** Fewer than of other runs: the search for an order of the clients' operations takes long. */
  private static final int SEEDS = 1 + Integer.getInteger("tickraft.seeds", 100) * 3 / 10;

  private static Fuzz fuzz(LongFunction<OwnHost> hosts) {
    return Fuzz.ofAnyGroup().hosts(hosts).clients(new TextRequests()).steps(60);
  }

  @TestFactory
  Stream<DynamicTest> aHostOfOnesOwnKeepsAllPromises() {
    return FuzzTests.of(fuzz(id -> new OwnHost())).tests().limit(SEEDS);
  }

  private static String firstFailure(LongFunction<OwnHost> hosts) {
    for (long seed = 1; seed <= 100; seed++) {
      Optional<Failure> failure = Failure.of(fuzz(hosts), Choices.random(seed));
      if (failure.isPresent()) {
        return failure.get().toString();
      }
    }
    throw new AssertionError("no run fails");
  }

  /** Sends everything at once, as if the Ready was synced. */
  private static final class SendsBeforeSync extends OwnHost {
    @Override
    void take(Ready ready) {
      send(ready.messagesAfterPersist());
      super.take(ready);
    }

    @Override
    void sendAfterSync(List<Message> messages) {}
  }

  @Test
  void aHostThatSendsBeforeItsSyncIsFound() {
    assertThat(firstFailure(id -> new SendsBeforeSync())).contains("SENT_AFTER_PERSIST");
  }

  /** Answers a read before everything up to its read index is applied. */
  private static final class AnswersTooEarly extends OwnHost {
    @Override
    boolean mayAnswer(long readIndex) {
      return true;
    }
  }

  @Test
  void aHostThatAnswersReadsTooEarlyIsFound() {
    assertThat(firstFailure(id -> new AnswersTooEarly())).contains("linearizability");
  }

  /** The same requests, with a state machine that hosts do not use. */
  private static final class TextWorkload implements Workload<CommandLog, String, String> {
    private final TextRequests requests = new TextRequests();

    @Override
    public CommandLog machine() {
      return new CommandLog();
    }

    @Override
    public String answer(CommandLog machine, String input) {
      throw new UnsupportedOperationException("the host answers");
    }

    @Override
    public ByteString command(long number, Choices choices) {
      return requests.command(number, choices);
    }

    @Override
    public String input(ByteString command) {
      return requests.input(command);
    }

    @Override
    public String query(long number, Choices choices) {
      return requests.query(number, choices);
    }

    @Override
    public Model<?, String, String> model() {
      return requests.model();
    }
  }

  @Test
  void theClientsOfAWorkloadAreServedByHostsToo() {
    Fuzz fuzz = Fuzz.ofAnyGroup().hosts(id -> new OwnHost()).clients(new TextWorkload()).steps(60);
    assertThat(fuzz.play(Choices.random(1)).history().operations())
        .extracting(operation -> operation.completion() instanceof Completion.Ok)
        .contains(true);
  }

  @Test
  void aWorkloadIsNotForHosts() {
    Fuzz fuzz = Fuzz.ofAnyGroup().hosts(id -> new OwnHost()).workload(new TextWorkload());
    assertThatThrownBy(() -> fuzz.run(Choices.random(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("clients()");
  }
}
