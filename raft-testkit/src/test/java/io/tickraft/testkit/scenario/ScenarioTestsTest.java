package io.tickraft.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of scenarios as tests. */
class ScenarioTestsTest {

  private static final String TOLD = "cluster 1\ncampaign 1; log\n";

  @TempDir private Path folder;

  private ScenarioTests tests(boolean rewrite) {
    return tests(rewrite, false);
  }

  private ScenarioTests tests(boolean rewrite, boolean isCi) {
    return new ScenarioTests(folder, rewrite, isCi) {};
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** The names of all tests, each behind those of its containers. */
  private static List<String> names(List<? extends DynamicNode> nodes) {
    List<String> names = new ArrayList<>();
    for (DynamicNode node : nodes) {
      if (node instanceof DynamicContainer container) {
        List<DynamicNode> children = container.getChildren().map(DynamicNode.class::cast).toList();
        names(children).forEach(name -> names.add(container.getDisplayName() + "/" + name));
      } else {
        names.add(node.getDisplayName());
      }
    }
    return names;
  }

  private void runAll(boolean rewrite) throws Throwable {
    runAll(tests(rewrite));
  }

  private static void runAll(ScenarioTests tests) throws Throwable {
    for (DynamicNode container : tests.scenarios()) {
      for (DynamicNode test : ((DynamicContainer) container).getChildren().toList()) {
        ((DynamicTest) test).getExecutable().execute();
      }
    }
  }

  @Test
  void makesATestOfEachTextFileInAlphabeticalOrder() throws IOException {
    write("reads/two.txt", TOLD);
    write("reads/one.txt", TOLD);
    write("elections/deep/three.txt", TOLD);
    write("reads/README.md", "no scenario");
    assertThat(names(tests(false).scenarios()))
        .containsExactly("elections/deep/three", "reads/one", "reads/two");
  }

  @Test
  void aFileRightInTheFolderIsATestOutsideOfAnyContainer() throws IOException {
    write("story.txt", TOLD);
    write("another.txt", TOLD);
    write("reads/one.txt", TOLD);
    assertThat(names(tests(false).scenarios())).containsExactly("another", "story", "reads/one");
  }

  @Test
  void aFolderWithoutScenariosIsAMistake() {
    assertThatThrownBy(() -> tests(false).scenarios())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no file that ends in .txt");
  }

  @Test
  void withoutTheFlagAMismatchFailsAndTheFileStays() throws Throwable {
    write("a/story.txt", TOLD);
    assertThatThrownBy(() -> runAll(false))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(Path.of("a", "story.txt") + ":2: campaign 1; log\n");
    assertThat(folder.resolve("a/story.txt")).hasContent(TOLD);
  }

  @Test
  void withTheFlagTheFileIsRewrittenAndPassesThen() throws Throwable {
    write("a/story.txt", TOLD);
    runAll(true);
    assertThat(folder.resolve("a/story.txt"))
        .content()
        .startsWith("cluster 1\ncampaign 1; log\n  1: leader in term 2");
    runAll(false);
  }

  @Test
  void whatCannotBeCarriedOutIsNotRewritten() throws Throwable {
    write("a/story.txt", "cluster 1\nfly\n");
    assertThatThrownBy(() -> runAll(true)).isInstanceOf(ScenarioException.class);
    assertThat(folder.resolve("a/story.txt")).hasContent("cluster 1\nfly\n");
  }

  @Test
  void ciNeverRewrites() throws IOException {
    write("a/story.txt", TOLD);
    assertThatThrownBy(() -> runAll(tests(true, true)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("CI never rewrites");
    assertThat(folder.resolve("a/story.txt")).hasContent(TOLD);
  }

  @Test
  void withoutTheFlagCiRunsThem() throws IOException {
    write("a/story.txt", TOLD);
    assertThatThrownBy(() -> runAll(tests(false, true)))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(Path.of("a", "story.txt") + ":2: campaign 1; log\n");
  }

  @Test
  void aFileThatFailsLeavesItsPicture() throws IOException {
    write("a/picture.txt", TOLD + "  nothing of this kind\n");
    String message = String.valueOf(catchThrowable(() -> runAll(false)).getMessage());
    String label = "\nThe picture of the run, for a browser: ";
    assertThat(message).contains(label);
    String file = message.substring(message.indexOf(label) + label.length());
    assertThat(Path.of(file))
        .content()
        .contains("<title>scenario a/picture.txt</title>", "is told to campaign");
  }
}
