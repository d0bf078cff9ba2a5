package io.tickraft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureCommandTest {

  @TempDir Path dir;

  private final TestCommand command = new TestCommand();

  @Test
  void drawsWhatSeveralNodesHaveLogged() throws IOException {
    Path one =
        Files.writeString(
            dir.resolve("one.log"),
            """
            2026-02-03T04:05:06.000Z node 1 starts
            2026-02-03T04:05:08.000Z node 1 candidate in term 2, was follower
            """);
    Path two =
        Files.writeString(
            dir.resolve("two.log"), "2026-02-03T04:05:07.000Z node 2 starts\nanother line\n");
    Path picture = dir.resolve("picture.html");
    assertThat(command.executeLine("picture", one, two, "--out", picture)).isZero();
    assertThat(command.out()).isEqualTo("picture: " + picture + "\n");
    assertThat(Files.readString(picture))
        .contains("candidate in term 2, was follower", "\"nodes\":[1,2]")
        .doesNotContain("another line");
  }

  @Test
  void aFileWithoutEventsIsOneLineAndExitCode2() throws IOException {
    Path other = Files.writeString(dir.resolve("other.log"), "nothing\n");
    assertThat(command.executeLine("picture", other, "--out", dir.resolve("p"))).isEqualTo(2);
    assertThat(command.err()).contains("no line that EventLog has written").hasLineCount(1);
    assertThat(dir.resolve("p")).doesNotExist();
  }
}
