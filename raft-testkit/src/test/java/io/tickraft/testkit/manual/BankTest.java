package io.tickraft.testkit.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.FuzzTests;
import io.tickraft.testkit.sim.Choices;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The manual's runs of a state machine that parses its commands. */
final class BankTest {

  static final Fuzz FUZZ =
      Fuzz.ofAnyGroup()
          .machines(Bank::new)
          .commands(
              (number, choices) ->
                  ByteString.copyFromUtf8("deposit " + choices.between("amount", 1, 9)));

  @TestFactory
  Stream<DynamicTest> allBanksAgree() {
    return FuzzTests.of(FUZZ).source("com.example.BankTest.FUZZ").seeds(100).tests();
  }

  /** As the manual says: without commands of its own it gets texts that it cannot parse. */
  @Test
  void withoutCommandsItGetsTexts() {
    Fuzz fuzz = Fuzz.ofAnyGroup().machines(Bank::new);
    assertThat(Failure.of(fuzz, Choices.random(8)))
        .hasValueSatisfying(
            failure ->
                assertThat(failure.cause())
                    .hasStackTraceContaining("IllegalArgumentException: unknown command command "));
  }
}
