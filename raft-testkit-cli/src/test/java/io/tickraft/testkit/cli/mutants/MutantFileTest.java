package io.tickraft.testkit.cli.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MutantFileTest {

  private static final Path FILE = Path.of("dir", "no-quorum.mutant");

  private static final String TEXT =
      """
      // A comment.
      bug: Nobody is asked.
      source: Raft paper, section 5.2
      area: election
      file: A.java

      this:
        int quorum = 2;
      becomes:
        int quorum = 0;
      end

      this:
        ask();
      becomes:
      end
      file: B.java
      this:
        b();
      becomes:
        c();
        d();
      end
      """;

  private static Mutant parse(String text) {
    return MutantFile.parse(FILE, text);
  }

  @Test
  void readsTheHeader() {
    Mutant mutant = parse(TEXT);

    assertThat(mutant.name()).isEqualTo("no-quorum");
    assertThat(mutant.bug()).isEqualTo("Nobody is asked.");
    assertThat(mutant.source()).isEqualTo("Raft paper, section 5.2");
    assertThat(mutant.area()).isEqualTo("election");
    assertThat(mutant.missed()).isEmpty();
  }

  @Test
  void readsTheBlocksOfEachFile() {
    assertThat(parse(TEXT).replacements())
        .containsExactly(
            new Mutant.Replacement("A.java", 8, "  int quorum = 2;\n", "  int quorum = 0;\n"),
            new Mutant.Replacement("A.java", 14, "  ask();\n", ""),
            new Mutant.Replacement("B.java", 19, "  b();\n", "  c();\n  d();\n"));
  }

  @Test
  void readsWhyAMutantIsMissed() {
    assertThat(parse("missed: No oracle sees it.\n" + TEXT).missed())
        .contains("No oracle sees it.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bug: Nobody is asked. | bugs: Nobody is asked. | 2: the key 'bugs' is none of",
        "source: Raft paper, section 5.2 | source: | 3: expected 'key: value' or 'this:'",
        "area: election | bug: Another. | 4: a second 'bug'",
        "area: election | // area | 23: no line 'area: ...'",
        "file: A.java | // file | 7: 'this:' before a line 'file: ...'",
        "int quorum = 2; | // nothing | 11: there is no code between 'this:' and 'becomes:'",
        "int quorum = 0; | this: | 10: 'this:' where 'end' is due",
      })
  void aMalformedFileIsNamedWithTheLine(String part, String instead, String problem) {
    String text = TEXT.replaceFirst("( *)" + Pattern.quote(part), instead);

    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(FILE + ":" + problem);
  }

  @Test
  void aBlockWithoutAnEndIsNamedWithItsLine() {
    assertThatThrownBy(() -> parse(TEXT.substring(0, TEXT.lastIndexOf("end"))))
        .isInstanceOf(UsageException.class)
        .hasMessage(FILE + ":20: this block has no 'end'");
  }

  @Test
  void aFileWithoutABlockIsMalformed() {
    assertThatThrownBy(() -> parse("bug: None.\n"))
        .isInstanceOf(UsageException.class)
        .hasMessage(FILE + ":1: no block 'this:'");
  }

  @Test
  void aDirectoryWithoutMutantsIsNamed(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("README"), "");

    assertThatThrownBy(() -> MutantFile.readAll(directory))
        .isInstanceOf(UsageException.class)
        .hasMessage(directory + ": holds no file *.mutant");
    assertThatThrownBy(() -> MutantFile.readAll(directory.resolve("none")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("none: there is no such directory; run this in the root of");
  }
}
