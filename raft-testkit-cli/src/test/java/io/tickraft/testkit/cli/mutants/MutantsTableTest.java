package io.tickraft.testkit.cli.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutantsTableTest {

  private static final String DOCUMENT =
      """
      Before.
      <!-- Written by: mutants --document. -->
      An old table.
      <!-- The end of what is written. -->
      After.
      """;

  @TempDir private Path directory;

  private static Mutant mutant(String name, Optional<String> missed) {
    return new Mutant(name, Path.of(name), "A | bug.", "A source.", "election", missed, List.of());
  }

  @Test
  void writesFoundAndMissedMutants() throws IOException {
    Files.write(
        directory.resolve("found.tsv"),
        List.of("one\t1234\t5.68\t1200\t2\t0.47\telection safety", "two\t99\t30.00\t0\t0\t0.00\t"));
    List<Mutant> mutants =
        List.of(mutant("one", Optional.empty()), mutant("two", Optional.of("No oracle.")));

    assertThat(MutantsTable.in(DOCUMENT, "doc.md", mutants, Found.read(directory, Method.FUZZ)))
        .isEqualTo(
            """
            Before.
            <!-- Written by: mutants --document. -->

            1 of 2 are found. After shrinking, a run has a median of 2 choices and at most 2. \
            Shrinking took a median of 0.5 s and at most 0.5 s.

            | mutant | bug | source | what is broken | runs | s | choices | shrunk | in s |
            | --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: |
            | one | A \\| bug. | A source. | election safety | 1,234 | 5.7 | 1,200 | 2 | 0.5 |

            Not found:

            | mutant | bug | source | runs | s | why |
            | --- | --- | --- | ---: | ---: | --- |
            | two | A \\| bug. | A source. | 99 | 30.0 | No oracle. |

            <!-- The end of what is written. -->
            After.
            """);
  }

  @Test
  void withoutRecordsThereIsNoTable() {
    assertThat(
            MutantsTable.in(
                DOCUMENT,
                "doc.md",
                List.of(mutant("one", Optional.empty())),
                Found.read(directory, Method.FUZZ)))
        .isEqualTo(DOCUMENT.replace("An old table.\n", ""));
  }

  @Test
  void aDocumentWithoutAPlaceForTheTableIsNamed() {
    assertThatThrownBy(
            () ->
                MutantsTable.in(
                    "No place.", "doc.md", List.of(), Found.read(directory, Method.FUZZ)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("doc.md: has no lines ");
  }

  @Test
  void shortensTheKindsOfExceptions() {
    assertThat(
            MutantsTable.shortened(
                "NodeFailedException: node % has failed: java.lang.IllegalStateException:"
                    + " invariant: a hole"))
        .isEqualTo("invariant: a hole");
    assertThat(MutantsTable.shortened("election safety")).isEqualTo("election safety");
  }
}
