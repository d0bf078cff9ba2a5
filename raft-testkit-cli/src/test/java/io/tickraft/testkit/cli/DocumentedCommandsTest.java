package io.tickraft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that the documents show have options that exist. */
class DocumentedCommandsTest {

  private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).resolve("..");

  /** In the repository, or in a project beside it. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "java -jar (?:\\.\\./tickraft/)?raft-testkit-cli/target/"
              + Pattern.quote(Main.NAME)
              + " +(.+)");

  @ParameterizedTest
  @ValueSource(
      strings = {"README.md", "raft-testkit/README.md", "docs/testing.md", "docs/learn/README.md"})
  void canBeParsed(String document) throws IOException {
    List<String> commands =
        Files.readString(ROOT.resolve(document))
            .lines()
            .map(String::strip)
            .map(COMMAND::matcher)
            .filter(Matcher::matches)
            .map(command -> command.group(1))
            .toList();
    assertThat(commands).isNotEmpty();
    for (String command : commands) {
      String[] arguments = command.split(" +", -1);
      CommandLine.ParseResult parsed = Main.commandLine().parseArgs(arguments);
      assertThat(parsed.hasSubcommand()).as(command).isTrue();
    }
  }
}
