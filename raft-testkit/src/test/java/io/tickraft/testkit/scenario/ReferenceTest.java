package io.tickraft.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.RaftConfig;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reference page says what is so. */
class ReferenceTest {

  private static final Pattern EXAMPLE = Pattern.compile("```scenario\\n(.*?)```", Pattern.DOTALL);

  private static String page() throws IOException {
    return Files.readString(Path.of(System.getProperty("basedir", "."), "SCENARIOS.md"));
  }

  @Test
  void itsExampleIsAScenario() throws IOException {
    List<String> examples =
        EXAMPLE.matcher(page()).results().map((MatchResult found) -> found.group(1)).toList();
    assertThat(examples).hasSize(1);
    Scenario.parse("SCENARIOS.md", examples.get(0)).check();
  }

  @Test
  void namesEachCommand() throws IOException {
    String page = page();
    assertThat(Commands.names())
        .allSatisfy(name -> assertThat(page).containsPattern("\\| `" + name + "[ `]"));
  }

  @Test
  void namesEachOptionOfANode() throws IOException {
    String page = page();
    assertThat(NodeOptions.names()).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
  }

  @Test
  void aNodeHasEachSettingOfAConfiguration() {
    Stream<String> settings =
        Arrays.stream(RaftConfig.Builder.class.getMethods())
            .filter(method -> method.getReturnType() == RaftConfig.Builder.class)
            .map(Method::getName)
            // The scenario counts the starts of a node, and is the observer of each.
            .filter(name -> !List.of("incarnation", "observer").contains(name))
            .map(name -> name.replace("BytesPerReady", "Bytes"))
            .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));

    assertThat(NodeOptions.names()).containsAll(settings.toList());
  }
}
