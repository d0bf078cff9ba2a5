package io.tickraft.testkit.cli.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.cli.ExitCode;
import io.tickraft.testkit.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MutantsCommandTest {

  private static final String HEADER =
      "bug: A bug.\nsource: A source.\narea: election\nfile: " + Core.MAJORITY + "\n";

  private static final String QUORUM = "  int quorum = voters.length / 2 + 1;\n";

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeMutants() throws IOException {
    write("bad", "", "  int quorum = (voters.length + 1) / 2;\n");
  }

  private void write(String name, String more, String becomes) throws IOException {
    Files.writeString(
        directory.resolve(name + ".mutant"),
        more + HEADER + "this:\n" + QUORUM + "becomes:\n" + becomes + "end\n");
  }

  private int run(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "mutants", "--dir", directory.toString(), "--sources", Core.SOURCES.toString()));
    args.addAll(List.of(more));
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return command.execute(args.toArray(String[]::new));
  }

  @Test
  void anExplorationRecordsItsShortestRunBesideThatOfTheFuzzer() throws IOException {
    write("worse", "", "  int quorum = 1;\n");
    Path left = directory.resolve("left");

    assertThat(run("--explore", "--only", "worse", "--record", "--out", left.toString()))
        .isEqualTo(ExitCode.CLEAN);

    assertThat(out.toString()).startsWith("1/1 worse: found: ");
    assertThat(directory.resolve("worse.ordering"))
        .hasContent("// exploration: election\ncampaign 1\n");
    assertThat(directory.resolve("explored.tsv")).isNotEmptyFile();
    assertThat(directory.resolve("found.tsv")).doesNotExist();
    assertThat(left.resolve("worse-events.txt")).hasContent("campaign 1\n");
    assertThat(left.resolve("worse-picture.html")).content().contains("is violated");

    assertThat(run("--explore", "--only", "worse", "--stale")).isEqualTo(ExitCode.CLEAN);
    assertThat(out.toString()).contains("0 of 0 mutants found");
  }

  @Test
  void theRunOfTheFuzzerIsLeftAsAReportAndAsAPicture() {
    Path left = directory.resolve("left");

    assertThat(run("--out", left.toString())).isEqualTo(ExitCode.CLEAN);

    assertThat(left.resolve("bad-report.txt")).content().contains("is violated");
    assertThat(left.resolve("bad-picture.html")).content().contains("is violated");
  }

  @Test
  void aMutantThatIsFoundIsReportedAndRecorded() {
    assertThat(run("--record")).isEqualTo(ExitCode.CLEAN);

    assertThat(out.toString())
        .startsWith("1/1 bad: found: election quorum")
        .contains("1 of 1 mutants found, 0 not as expected");
    assertThat(directory.resolve("bad.schedule")).isNotEmptyFile();
    assertThat(directory.resolve("found.tsv")).content().contains("bad\t").contains("quorum");
  }

  @Test
  void aMutantWhoseRecordedRunShowsItIsNotStale() throws IOException {
    assertThat(run("--record")).isEqualTo(ExitCode.CLEAN);
    assertThat(run("--stale")).isEqualTo(ExitCode.CLEAN);
    assertThat(out.toString()).contains("0 of 0 mutants found");

    Files.writeString(directory.resolve("bad.schedule"), "");
    assertThat(run("--stale", "--record")).isEqualTo(ExitCode.CLEAN);

    assertThat(err.toString())
        .contains("bad: the recorded run breaks nothing, not election quorum");
    assertThat(directory.resolve("bad.schedule")).isNotEmptyFile();
  }

  @Test
  void aMutantOfWhichNothingIsRecordedIsStale() {
    assertThat(run("--stale")).isEqualTo(ExitCode.CLEAN);

    assertThat(err.toString()).contains("bad: no run is recorded");
    assertThat(out.toString()).contains("1 of 1 mutants found");
  }

  @Test
  void aMutantThatIsRecordedAsMissedIsHuntedAgainOnDemand() throws IOException {
    write("same", "missed: It changes nothing.\n", QUORUM);
    assertThat(run("--only", "same", "--time", "100ms", "--record")).isEqualTo(ExitCode.CLEAN);

    assertThat(run("--only", "same", "--stale")).isEqualTo(ExitCode.CLEAN);
    assertThat(out.toString()).contains("0 of 0 mutants found");
    assertThat(run("--missed", "--time", "100ms")).isEqualTo(ExitCode.CLEAN);
    assertThat(out.toString()).contains("0 of 1 mutants found");
  }

  @Test
  void aMutantThatIsNotFoundIsAViolation() throws IOException {
    write("same", "", QUORUM);

    assertThat(run("--only", "same", "--time", "100ms")).isEqualTo(ExitCode.VIOLATION);
    assertThat(out.toString())
        .startsWith("1/1 same: not found")
        .contains("0 of 1 mutants found, 1 not as expected");
  }

  @Test
  void aMutantThatIsKnownToBeMissedIsNoViolation() throws IOException {
    write("same", "missed: It changes nothing.\n", QUORUM);

    assertThat(run("--only", "same", "--time", "100ms")).isEqualTo(ExitCode.CLEAN);
    assertThat(out.toString()).startsWith("1/1 same: not found, as expected: It changes nothing.");
  }

  @Test
  void aMutantThatDoesNotFitIsAnError() throws IOException {
    write("bad", "", "  this.does.not.compile\n");

    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString()).contains("bad.mutant: cannot be compiled: " + Core.MAJORITY);
  }

  @Test
  void aMalformedFileIsAnError() throws IOException {
    Files.writeString(directory.resolve("odd.mutant"), "what: is this\n");

    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("odd.mutant:1: the key 'what' is none of");
  }

  @Test
  void anUnknownNameIsAnError() {
    assertThat(run("--only", "none")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("holds no mutant none");
  }

  @Test
  void printsJson() {
    assertThat(run("--json", "--time", "0s")).isEqualTo(ExitCode.VIOLATION);
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"mutant\":\"bad\",\"area\":\"election\",\"found\":false,\"runs\":0,\"seconds\":0.0}",
            "{\"mutants\":1,\"found\":0,\"unexpected\":1}");
  }

  @Test
  void writesTheTableIntoADocument() throws IOException {
    Path document = directory.resolve("doc.md");
    Files.writeString(
        document,
        "<!-- Written by: mutants --document. -->\n<!-- The end of what is written. -->\n");

    assertThat(run("--record")).isEqualTo(ExitCode.CLEAN);

    assertThat(run("--document", document.toString())).isEqualTo(ExitCode.CLEAN);
    assertThat(document).content().contains("1 of 1 are found.").contains("| bad | A bug. |");
  }
}
