package io.tickraft.testkit.cli.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is recorded of the mutants is true: each run that is recorded still shows its mutant. */
class RecordedMutantsTest {

  private static final List<Mutant> ALL = MutantFile.readAll(Core.MUTANTS);
  private static final Found FOUND = Found.read(Core.MUTANTS, Method.FUZZ);

  private static final Replays REPLAYS = new Replays(Core.COMPILER, FOUND);

  @TestFactory
  Stream<DynamicTest> theRecordedRunFailsWithTheMutantOnly() {
    assumeThat(FOUND.isEmpty()).as("nothing is recorded").isFalse();
    return ALL.stream().map(mutant -> dynamicTest(mutant.name(), () -> check(mutant)));
  }

  private static void check(Mutant mutant) {
    assertThat(REPLAYS.problem(mutant))
        .withFailMessage(
            () ->
                mutant.name()
                    + ": "
                    + REPLAYS.problem(mutant).orElse("")
                    + ".\nRecord it anew, and all others like it: mutants --stale --record")
        .isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> aMutantSaysWhyItIsMissedIfItIs() {
    assumeThat(FOUND.isEmpty()).as("nothing is recorded").isFalse();
    return ALL.stream().map(mutant -> dynamicTest(mutant.name(), () -> checkMissed(mutant)));
  }

  private static void checkMissed(Mutant mutant) {
    assertThat(mutant.missed().isPresent())
        .withFailMessage(
            mutant.missed().isPresent()
                ? "%s is not recorded as missed: remove its line 'missed: ...'"
                : "%s is recorded as missed: say why in a line 'missed: ...', or mend the fuzzer",
            mutant.file())
        .isEqualTo(FOUND.isMissed(mutant));
  }

  @Test
  void thereAreAtLeastEightyMutants() {
    assertThat(ALL).hasSizeGreaterThanOrEqualTo(80);
  }

  @Test
  void theDocumentedTableIsThatOfTheRecords() throws IOException {
    Path document = Path.of("..", "docs", "testing.md");
    String text = Files.readString(document);

    assertThat(text)
        .withFailMessage("%s is stale: mutants --document docs/testing.md", document)
        .isEqualTo(MutantsTable.in(text, document.toString(), ALL, FOUND));
  }
}
