package io.tickraft.testkit.cli.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HuntersTest {

  private static final String QUORUM = "int quorum = voters.length / 2 + 1;";

  private static Hunters hunters(Duration time) {
    return new Hunters(
        Method.FUZZ, Core.COMPILER, time, Duration.ofSeconds(1), Duration.ofSeconds(20), 1);
  }

  private static Verdict hunt(Mutant mutant, Duration time) throws InterruptedException {
    return hunters(time).hunt(List.of(mutant), verdict -> {}).get(0);
  }

  @Test
  void findsABug() throws InterruptedException {
    Mutant mutant = Core.mutant(QUORUM, "int quorum = (voters.length + 1) / 2;");

    Verdict verdict = hunt(mutant, Duration.ofSeconds(30));

    Campaign.Find find = verdict.find().orElseThrow();
    assertThat(find.kind()).isEqualTo("election quorum");
    assertThat(find.shrunk()).isBetween(1, find.choices());
    assertThat(find.schedule().lines()).hasSize(find.shrunk());
    assertThat(verdict.isExpected()).isTrue();
  }

  @Test
  void aMutantThatChangesNothingIsNotFound() throws InterruptedException {
    Mutant mutant = Core.mutant(QUORUM, "int quorum = 1 + voters.length / 2;");

    Verdict verdict = hunt(mutant, Duration.ofSeconds(1));

    assertThat(verdict.find()).isEmpty();
    assertThat(verdict.hunt().orElseThrow().runs()).isPositive();
    assertThat(verdict.problem()).isEmpty();
    assertThat(verdict.isExpected()).isFalse();
  }

  @Test
  void aMutantThatCannotBeAppliedIsAProblem() throws InterruptedException {
    Verdict verdict = hunt(Core.mutant("no.such(code);", ""), Duration.ofSeconds(1));

    assertThat(verdict.problem().orElseThrow()).startsWith("test.mutant:6: this code is not in ");
    assertThat(verdict.isExpected()).isFalse();
  }

  @Test
  void aLoopOfTheCoreThatDoesNotEndIsFound() throws InterruptedException {
    Mutant mutant =
        Core.mutant("for (int i = 1; i < n; i++) {", "for (int i = 1; i < n; i += 0) {");

    Verdict verdict = hunt(mutant, Duration.ofSeconds(30));

    assertThat(verdict.find().orElseThrow().kind()).contains("a loop of the core does not end");
  }

  @Test
  void aCampaignThatDoesNotEndIsGivenUp() throws InterruptedException {
    Campaign endless =
        new Campaign() {
          @Override
          public Hunt hunt(Duration time, Duration shrinkTime) {
            long rounds = 0;
            while (!Thread.interrupted()) {
              rounds++;
            }
            throw new AssertionError("interrupted after " + rounds);
          }

          @Override
          public Optional<String> replay(String schedule) {
            throw new AssertionError();
          }
        };
    Duration none = Duration.ZERO;

    Verdict verdict =
        new Hunters(Method.FUZZ, Core.COMPILER, none, none, Duration.ofMillis(20), 1)
            .hunt(Core.mutant(QUORUM, QUORUM), endless);

    assertThat(verdict.problem()).contains("the campaign does not end, and was given up");
  }

  @Test
  void verdictsAreReportedOnceEach() throws InterruptedException {
    Mutant first = Core.mutant("no.such(code);", "");
    Mutant second = Core.mutant("nor.this(code);", "");
    List<Verdict> reported = new ArrayList<>();

    List<Verdict> verdicts = hunters(Duration.ZERO).hunt(List.of(first, second), reported::add);

    assertThat(verdicts).extracting(Verdict::mutant).containsExactly(first, second);
    assertThat(reported).containsExactlyInAnyOrderElementsOf(verdicts);
  }
}
