package io.tickraft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

  private final TestCommand command = new TestCommand();

  @Test
  void anUnknownSubcommandIsOneLineAndExitCode2() {
    assertThat(command.execute("fuss")).isEqualTo(2);
    assertThat(command.err())
        .startsWith(
            "raft-testkit-cli: no command 'fuss'; the commands are "
                + "fuzz, replay, shrink, scenario, explore, picture, mutants (")
        .hasLineCount(1);
    assertThat(command.out()).isEmpty();
  }

  @Test
  void withoutASubcommandOneIsAskedFor() {
    assertThat(command.execute()).isEqualTo(2);
    assertThat(command.err()).startsWith("raft-testkit-cli: ").hasLineCount(1);
  }

  @Test
  void versionNamesTheProductAndTheJvm() {
    assertThat(command.execute("--version")).isZero();
    assertThat(command.out()).startsWith("Tickraft ").contains("Java ").hasLineCount(1);
    assertThat(command.execute("fuzz", "--version")).isZero();
    assertThat(command.out()).startsWith("Tickraft ");
  }

  @Test
  void helpOfAllSubcommandsIsThere() {
    CommandLine all = Main.commandLine();
    assertThat(all.getSubcommands()).containsKeys("fuzz", "replay", "shrink", "scenario");
    for (String name : all.getSubcommands().keySet()) {
      assertThat(command.execute(name, "--help")).as(name).isZero();
      assertThat(command.out()).as(name).contains(name, "--help", "Exit codes:");
      assertThat(command.err()).as(name).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"replay", "shrink", "scenario"})
  void aFileIsNeeded(String subcommand) {
    assertThat(command.execute(subcommand)).isEqualTo(2);
    assertThat(command.err()).contains("Missing required").contains("FILE").hasLineCount(1);
  }
}
