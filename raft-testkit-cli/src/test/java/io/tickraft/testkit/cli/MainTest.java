package io.tickraft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  @Test
  void anUnknownSubcommandIsOneLineAndExitCode2() {
    assertThat(execute("fuss")).isEqualTo(2);
    assertThat(err.toString()).startsWith("raft-testkit-cli: ").contains("fuss").hasLineCount(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void versionNamesTheProductAndTheJvm() {
    assertThat(execute("--version")).isZero();
    assertThat(out.toString()).startsWith("Tickraft ").contains("Java ").hasLineCount(1);
  }
}
