package io.tickraft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioCommandTest {

  private static final String EXPECTED =
      """
      cluster 3
      quietly campaign 1; stabilize
      transfer 1 2
        1: starts a transfer to 2
        sends: 1→2 TimeoutNow t2 last (2,2)
      """;

  @TempDir Path dir;

  private final TestCommand command = new TestCommand();

  private Path file(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void aTranscriptAsExpectedIsExitCode0() throws IOException {
    Path file = file("good.txt", EXPECTED);
    assertThat(command.executeLine("scenario", file)).isZero();
    assertThat(command.out()).isEqualTo(file + ": as expected\n");
    assertThat(command.executeLine("scenario --transcript", file)).isZero();
    assertThat(command.out()).isEqualTo(EXPECTED + file + ": as expected\n");
  }

  @Test
  void aDifferenceIsShownAndExitCode1() throws IOException {
    Path file = file("bad.txt", EXPECTED.replace("transfer to 2", "transfer to 3"));
    assertThat(command.executeLine("scenario", file)).isEqualTo(1);
    assertThat(command.out())
        .startsWith(file + ":3: transfer 1 2\n")
        .contains("-  1: starts a transfer to 3\n+  1: starts a transfer to 2\n");
    assertThat(command.err()).isEmpty();
  }

  @Test
  void aScenarioThatExpectsNothingShowsItsTranscript() throws IOException {
    Path file = file("new.txt", "cluster 3\nquietly campaign 1; stabilize\ntransfer 1 2\n");
    assertThat(command.executeLine("scenario", file)).isZero();
    assertThat(command.out()).isEqualTo(EXPECTED);
  }

  @Test
  void rewrittenFilesAreAsExpected() throws IOException {
    Path file = file("bad.txt", EXPECTED.replace("transfer to 2", "transfer to 3"));
    assertThat(command.executeLine("scenario --rewrite", file)).isZero();
    assertThat(command.out()).isEqualTo(file + ": rewritten\n");
    assertThat(Files.readString(file)).isEqualTo(EXPECTED);
    assertThat(command.executeLine("scenario --rewrite", file)).isZero();
    assertThat(command.out()).isEqualTo(file + ": as expected\n");
  }

  @Test
  void ofADirectoryAllFilesAreRun() throws IOException {
    file("some/good.txt", EXPECTED);
    Path bad = file("some/below/bad.txt", EXPECTED.replace("to 2", "to 3"));
    file("some/README.md", "no scenario");
    assertThat(command.executeLine("scenario", dir.resolve("some"))).isEqualTo(1);
    assertThat(command.out()).contains(bad + ":3").contains("good.txt: as expected");
  }

  @Test
  void aMistakeInAFileNamesItsLineAndTheOthersAreRunAllTheSame() throws IOException {
    Path mistaken = file("mistaken.txt", "cluster 3\nfly 1\n");
    Path good = file("good.txt", EXPECTED);
    assertThat(command.executeLine("scenario", mistaken, good)).isEqualTo(2);
    assertThat(command.err()).startsWith("raft-testkit-cli: " + mistaken + ":2: ").hasLineCount(1);
    assertThat(command.out()).isEqualTo(good + ": as expected\n");

    Path bad = file("bad.txt", EXPECTED.replace("transfer to 2", "transfer to 3"));
    assertThat(command.executeLine("scenario", mistaken, bad)).isEqualTo(1);
  }

  @Test
  void aFileThatCannotBeReadIsOneLineAndExitCode2() throws IOException {
    assertThat(command.executeLine("scenario", dir.resolve("none.txt"))).isEqualTo(2);
    assertThat(command.err()).contains("none.txt: there is no such file").hasLineCount(1);
    assertThat(command.executeLine("scenario", dir)).isEqualTo(2);
    assertThat(command.err()).contains("has no file that ends in .txt").hasLineCount(1);
    Path binary = Files.write(dir.resolve("binary.txt"), new byte[] {(byte) 0xFF, 0});
    assertThat(command.executeLine("scenario", binary)).isEqualTo(2);
    assertThat(command.err()).contains("binary.txt:1: is not text in UTF-8").hasLineCount(1);
  }

  @Test
  void thePictureOfOneFileIsWritten() throws IOException {
    Path good = file("good.txt", EXPECTED);
    Path picture = dir.resolve("new").resolve("picture.html");
    assertThat(command.executeLine("scenario", good, "--picture", picture)).isZero();
    assertThat(command.out()).isEqualTo("picture: " + picture + "\n" + good + ": as expected\n");
    assertThat(Files.readString(picture)).startsWith("<!DOCTYPE html>").contains("TimeoutNow t2");

    Path other = file("other.txt", EXPECTED);
    assertThat(command.executeLine("scenario", good, other, "--picture", picture)).isEqualTo(2);
    assertThat(command.err()).contains("--picture: there are 2 scenario files").hasLineCount(1);
  }

  @Test
  void thePictureOfAFileThatBreaksAPromiseSaysSo() throws IOException {
    Path bad =
        file(
            "bad.txt",
            "cluster 3 pre-vote=off\ncampaign 1\nstabilize\ncrash 1 lose-synced=9\nfly 1\n");
    Path picture = dir.resolve("picture.html");
    assertThat(command.executeLine("scenario", bad, "--picture", picture)).isEqualTo(2);
    assertThat(Files.readString(picture)).contains("\"sentence\":\"ScenarioException: ");
  }
}
