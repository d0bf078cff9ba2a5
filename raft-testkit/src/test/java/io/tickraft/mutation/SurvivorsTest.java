package io.tickraft.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.tickraft.mutation.Survivors.Mutant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of surviving mutants is held to what survives. */
final class SurvivorsTest {

  private static final Mutant BOUNDARY =
      new Mutant("Log.last", "ConditionalsBoundaryMutator", "if (a < b || c) {");

  private static final Mutant MATH = new Mutant("Log$View.get", "MathMutator", "return from + i;");

  @TempDir private Path folder;

  private static String mutation(String status, String type, String method, int line, String kind) {
    return "<mutation detected='false' status='"
        + status
        + "'><sourceFile>Log.java</sourceFile><mutatedClass>some.log."
        + type
        + "</mutatedClass><mutatedMethod>"
        + method
        + "</mutatedMethod><lineNumber>"
        + line
        + "</lineNumber><mutator>org.pitest.mutators."
        + kind
        + "</mutator></mutation>";
  }

  private List<Mutant> survivors(String... mutations) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("some/log"));
    Files.writeString(sources.resolve("Log.java"), "{\n  if (a < b || c) {\n  return from + i;\n");
    Path report = folder.resolve("mutations.xml");
    Files.writeString(report, "<mutations>" + String.join("", mutations) + "</mutations>");
    return Survivors.survived(report, folder);
  }

  @Test
  void survivorsAreTakenFromTheReportWithTheirLines() throws IOException {
    assertThat(
            survivors(
                mutation("KILLED", "Log", "first", 1, "MathMutator"),
                mutation("SURVIVED", "Log", "last", 2, "ConditionalsBoundaryMutator"),
                mutation("TIMED_OUT", "Log", "first", 3, "MathMutator"),
                mutation("NO_COVERAGE", "Log$View", "get", 3, "MathMutator")))
        .containsExactly(BOUNDARY, MATH);
  }

  @Test
  void aReportThatIsNoneIsRefused() {
    assertThatIOException().isThrownBy(() -> survivors("<mutation")).withMessageContaining("PIT");
  }

  @Test
  void theListIsReadAsItIsWritten() {
    String list =
        "# Survivors\n\n" + BOUNDARY + "\nBoth are right.\n\n" + MATH + "\nUnreachable.\n";

    assertThat(Survivors.listed(list.lines().toList())).containsExactly(BOUNDARY, MATH);
  }

  @Test
  void aHeadingWithoutItsLineListsNothing() {
    assertThat(Survivors.listed(List.of("### `Log.last`: MathMutator", "", "text", ""))).isEmpty();
  }

  @Test
  void eachReasonIsGoodForOneSurvivor() {
    assertThat(Survivors.without(List.of(MATH, BOUNDARY), List.of(BOUNDARY))).containsExactly(MATH);
    assertThat(Survivors.without(List.of(MATH, MATH), List.of(MATH))).containsExactly(MATH);
    assertThat(Survivors.without(List.of(MATH), List.of(MATH, BOUNDARY))).isEmpty();
  }
}
