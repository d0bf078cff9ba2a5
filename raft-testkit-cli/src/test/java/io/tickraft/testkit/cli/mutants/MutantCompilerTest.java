package io.tickraft.testkit.cli.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.cli.UsageException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MutantCompilerTest {

  private static final String NAME = "io.tickraft.core.quorum.Majority";

  @Test
  void onlyTheChangedFileIsAnotherOne() {
    Map<String, byte[]> healthy = Core.COMPILER.healthy();

    Map<String, byte[]> changed =
        Core.COMPILER.compile(Core.mutant("voters.length / 2 + 1", "voters.length / 2 + 2"));

    assertThat(changed.keySet()).isEqualTo(healthy.keySet());
    assertThat(changed.get(NAME)).isNotEqualTo(healthy.get(NAME));
    assertThat(changed.get("io.tickraft.core.quorum.Voters"))
        .isSameAs(healthy.get("io.tickraft.core.quorum.Voters"));
  }

  @Test
  void aMutantThatDoesNotFitIsNamed() {
    assertThatThrownBy(() -> Core.COMPILER.compile(Core.mutant("no.such(code);", "")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "test.mutant:6: this code is not in " + Core.MAJORITY + ", and has to be there once");
  }

  @Test
  void aMutantThatFitsSeveralTimesIsNamed() {
    assertThatThrownBy(() -> Core.COMPILER.compile(Core.mutant("voters.length == 0", "false")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "test.mutant:6: this code is 3 times in "
                + Core.MAJORITY
                + ", and has to be there once");
  }

  @Test
  void aMutantThatDoesNotCompileIsNamed() {
    assertThatThrownBy(() -> Core.COMPILER.compile(Core.mutant("return EMPTY;", "return 1;")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("test.mutant: cannot be compiled: " + Core.MAJORITY + ":")
        .hasMessageContaining("incompatible types");
  }

  @Test
  void aMutantOfAnUnknownFileIsNamed() {
    Mutant mutant = Core.mutant(new Mutant.Replacement("io/none/None.java", 6, "a", "b"));

    assertThatThrownBy(() -> Core.COMPILER.compile(mutant))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("test.mutant: there is no file ")
        .hasMessageEndingWith("None.java");
  }

  @Test
  void blocksMustNotOverlap() {
    Mutant mutant =
        Core.mutant(
            new Mutant.Replacement(Core.MAJORITY, 6, "if (n == 0) {", "if (n == 1) {"),
            new Mutant.Replacement(Core.MAJORITY, 10, "n == 0", "n == 2"));

    assertThatThrownBy(() -> Core.COMPILER.compile(mutant))
        .isInstanceOf(UsageException.class)
        .hasMessage("test.mutant: two blocks change the same code of " + Core.MAJORITY);
  }

  @Test
  void aDirectoryWithoutTheCoreIsNamed() {
    assertThatThrownBy(() -> new Sources(Path.of("src")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("src: holds no sources of the core");
  }
}
