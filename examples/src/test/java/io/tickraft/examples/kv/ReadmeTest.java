package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the README quotes is what is compiled and tested. */
class ReadmeTest {

  private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).resolve("..");

  @Test
  void theLoopIsThatOfTheServer() throws IOException {
    String source = read("examples/src/main/java/io/tickraft/examples/kv/RaftLoop.java");
    String run = source.substring(source.indexOf("  void run() {"));
    String method = run.substring(0, run.indexOf("\n  }\n") + 4);
    assertThat(read("README.md")).contains(method.stripIndent().strip());
  }

  @Test
  void theTableIsThatOfTheTestkit() throws IOException {
    String tests =
        withoutIndent(
            read("raft-testkit/src/test/java/io/tickraft/testkit/DocumentedUseTest.java"));
    String readme = withoutIndent(read("README.md"));
    String quote = readme.substring(readme.indexOf("NodeFixture node ="));
    assertThat(tests).contains(quote.substring(0, quote.indexOf("```")).strip());
  }

  @Test
  void theCommandOfCiIsTheReadmes() throws IOException {
    assertThat(read("README.md")).contains("\n./mvnw -B -ntp verify\n");
    assertThat(read(".ci/run")).contains("exec ./mvnw -B -ntp verify\n");
  }

  private static String withoutIndent(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n"));
  }

  private static String read(String path) throws IOException {
    return Files.readString(ROOT.resolve(path));
  }
}
