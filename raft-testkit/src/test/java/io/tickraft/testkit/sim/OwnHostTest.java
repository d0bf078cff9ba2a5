package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.Ready;
import io.tickraft.proto.Message;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.FuzzTests;
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
}
