package io.tickraft.testkit.cli.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundTest {

  private static final Mutant MUTANT = Core.mutant("a;", "b;");

  private static final Campaign.Find FIND =
      new Campaign.Find(
          "election safety",
          120,
          2,
          Duration.ofMillis(1_250),
          "step 1: crash 1\nstep 2: read 1\n",
          Map.of());

  @TempDir private Path directory;

  private static Verdict verdict(Optional<Campaign.Find> find) {
    return Verdict.of(MUTANT, new Campaign.Hunt(1_234, Duration.ofMillis(5_678), find));
  }

  private Found recorded(Verdict verdict) {
    Found.read(directory, Method.FUZZ).record(verdict);
    return Found.read(directory, Method.FUZZ);
  }

  @Test
  void whatIsRecordedIsRead() {
    Found found = recorded(verdict(Optional.of(FIND)));

    assertThat(found.row(MUTANT))
        .contains(new Found.Row(1_234, 5.68, 120, 2, 1.25, "election safety"));
    assertThat(found.schedule(MUTANT)).contains(FIND.schedule());
  }

  @Test
  void aMutantThatIsNotFoundAnyMoreLosesItsRun() {
    recorded(verdict(Optional.of(FIND)));

    Found found = recorded(verdict(Optional.empty()));

    assertThat(found.row(MUTANT)).contains(new Found.Row(1_234, 5.68, 0, 0, 0.0, ""));
    assertThat(found.schedule(MUTANT)).isEmpty();
  }

  @Test
  void aProblemIsNotRecorded() {
    Found found = recorded(Verdict.problem(MUTANT, "cannot be compiled"));

    assertThat(found.row(MUTANT)).isEmpty();
  }

  @Test
  void aMalformedTableIsNamedWithTheLine() throws IOException {
    Path table = directory.resolve("found.tsv");
    Files.write(table, List.of("a\t1\t2.0\t3\t4\t0.5\tkind", "b\tone\t2.0\t3\t4\t0.5\tkind"));

    assertThatThrownBy(() -> Found.read(directory, Method.FUZZ))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(table + ":2: not a number");
    Files.write(table, List.of("a\t1"));
    assertThatThrownBy(() -> Found.read(directory, Method.FUZZ))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(table + ":1: expected 7 fields");
  }
}
