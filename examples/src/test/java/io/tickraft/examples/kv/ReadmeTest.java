package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the README quotes is what is compiled and tested. */
class ReadmeTest {

  private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).resolve("..");

  @Test
  void theLoopIsThatOfTheJavadoc() throws IOException {
    String javadoc = read("raft-core/src/main/java/io/tickraft/core/RawNode.java");
    String loop =
        javadoc
            .substring(javadoc.indexOf(" * node.tick();"), javadoc.indexOf("\n * }</pre>"))
            .replaceAll("(?m)^ \\* ?", "");
    assertThat(read("README.md")).contains("```java\n" + loop + "\n```");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Simulation group =", "MessageCodec codec =", "@TestFactory"})
  void theSnippetsAreThoseOfTheTestkit(String beginning) throws IOException {
    String readme = withoutIndent(read("README.md"));
    String quote = readme.substring(readme.indexOf("\n" + beginning));
    assertThat(documentedUse()).contains(quote.substring(0, quote.indexOf("```")).strip());
  }

  @Test
  void whatTheSnippetsImportIsThere() throws IOException {
    List<String> imports =
        read("README.md").lines().map(String::strip).filter(l -> l.startsWith("import ")).toList();
    assertThat(imports).isNotEmpty();
    assertThat(documentedUse().lines()).containsAll(imports);
  }

  private static String documentedUse() throws IOException {
    return withoutIndent(
        read("raft-testkit/src/test/java/io/tickraft/testkit/DocumentedUseTest.java"));
  }

  @Test
  void theCommandOfCiIsTheReadmes() throws IOException {
    assertThat(read("README.md")).contains("\n./mvnw -B -ntp verify\n");
    assertThat(read(".ci/run")).contains("exec ./mvnw -B -ntp verify\n");
  }

  @Test
  void everyCommandAndOptionOfTheServerIsInItsManual() throws IOException {
    String manual = read("examples/README.md");
    Map<String, CommandLine> commands = Main.commandLine().getSubcommands();
    assertThat(commands).isNotEmpty();
    commands.forEach(
        (name, command) -> {
          assertThat(manual).contains("**`" + name + "`**");
          command
              .getCommandSpec()
              .options()
              .forEach(option -> assertThat(manual).contains("`" + option.longestName() + "`"));
        });
  }

  @Test
  void theReadmeLeadsToTheManual() throws IOException {
    assertThat(read("README.md")).contains("](examples/README.md)");
  }

  private static String withoutIndent(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n"));
  }

  private static String read(String path) throws IOException {
    return Files.readString(ROOT.resolve(path));
  }
}
