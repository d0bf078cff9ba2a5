package io.tickraft.testkit.cli.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.cli.UsageException;
import io.tickraft.testkit.fuzz.Trouble;
import io.tickraft.testkit.sim.Schedule;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleFileTest {

  private static final TrialSettings NOTHING =
      new TrialSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final Schedule TWO =
      Schedule.parse("step 12: crash 2\nAppend 1→2 t3 #4: delay 180\n");

  @TempDir Path dir;

  private Path file(String text) throws IOException {
    return Files.writeString(dir.resolve("file"), text);
  }

  private void isRefused(Path file, String problem) {
    assertThatThrownBy(() -> ScheduleFile.read(file))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(file.toString() + ":")
        .hasMessageContaining(problem)
        .message()
        .hasLineCount(1);
  }

  @Test
  void aFileIsReadAsItWasWritten() throws IOException {
    ScheduleFile written =
        new ScheduleFile(
            "seed 17",
            new TrialSettings(
                Optional.of("com.example.Mine"),
                Optional.of(List.of(3, 5)),
                Optional.of(80),
                Optional.of(new TreeSet<>(List.of(Trouble.CRASHES, Trouble.TORN_WRITES)))),
            Optional.of("election safety"),
            "1.0",
            TWO);
    written.write(dir.resolve("new/file"));

    assertThat(ScheduleFile.read(dir.resolve("new/file"))).isEqualTo(written);
    assertThat(Files.readString(dir.resolve("new/file")))
        .isEqualTo(
            """
            // tickraft schedule 1
            // choices: 2
            // run: seed 17
            // trial: com.example.Mine
            // nodes: 3,5
            // steps: 80
            // troubles: crashes,torn-writes
            // fails: election safety
            // version: 1.0
            step 12: crash 2
            Append 1→2 t3 #4: delay 180
            """);
    try (var left = Files.list(dir.resolve("new"))) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void noTroubleAtAllIsASettingToo() {
    TrialSettings calm =
        new TrialSettings(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(new TreeSet<>()));
    new ScheduleFile("r", calm, Optional.empty(), "1", TWO).write(dir.resolve("file"));
    assertThat(ScheduleFile.read(dir.resolve("file")).settings()).isEqualTo(calm);
  }

  @Test
  void aKindWithLineBreaksIsOneLine() {
    new ScheduleFile("r", NOTHING, Optional.of("a\nb"), "1", TWO).write(dir.resolve("file"));
    assertThat(ScheduleFile.read(dir.resolve("file")).kind()).contains("a b");
  }

  @Test
  void onlyTheFirstLineOfTheHeaderIsNeeded() throws IOException {
    ScheduleFile read = ScheduleFile.read(file("// tickraft schedule 1\n" + TWO.text()));
    assertThat(read.schedule()).isEqualTo(TWO);
    assertThat(read.settings()).isEqualTo(NOTHING);
    assertThat(read.kind()).isEmpty();
    assertThat(read.run()).isEqualTo("file");
  }

  @Test
  void commentsOfAPersonAndOtherLineEndsAreRead() throws IOException {
    String text =
        "\uFEFF// tickraft schedule 1\r\n// steps: 5\r\n\r\n// note: look here\r\n"
            + TWO.text().replace("\n", "\r\n");
    ScheduleFile read = ScheduleFile.read(file(text));
    assertThat(read.schedule()).isEqualTo(TWO);
    assertThat(read.settings().steps()).contains(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"                               | :1: not a schedule: its first line would be",
        "cluster 3                        | :1: not a schedule",
        "step 12: crash 2                 | :1: not a schedule",
        "// tickraft schedule             | :1: format '', and this version reads 1",
        "// tickraft schedule 2           | :1: format '2', and this version reads 1",
        "// tickraft schedule 1/crash     | :2: 'crash': expected 'occasion: label number'",
        "// tickraft schedule 1/s: crash x | :2: 's: crash x': not a number: 'x'",
        "// tickraft schedule 1/s: crash 0 | :2: 's: crash 0': number: at least 1: 0",
        "// tickraft schedule 1/s: crash 1/s: crash 1 | the choice occurs twice: s: crash 1",
        "// tickraft schedule 1 | :1: the file has no choice",
        "// tickraft schedule 1/// choices: 2/s: crash 1/ | :2: 2 choices were written, and 1 are there",
        "// tickraft schedule 1/// choices: 1/s: crash 1 | :2: 1 choices were written, and 1 are there, the last",
        "// tickraft schedule 1/// choices: x | :2: choices: not a number: 'x'",
        "// tickraft schedule 1/// step: 5 | :2: unknown: 'step'; one of choices, run, trial, nodes",
        "// tickraft schedule 1/// steps: 5/// steps: 5 | :3: a second 'steps'",
        "// tickraft schedule 1/// nodes: 3,x | :2: nodes: not a number: '3,x'",
        "// tickraft schedule 1/// nodes: 0 | nodes: at least 1: 0",
        "// tickraft schedule 1/// steps: -1 | steps: at least 0: -1",
        "// tickraft schedule 1/// troubles: rain | :2: troubles: 'rain' is no kind of trouble",
      })
  void aDamagedOrForeignFileIsRefused(String lines, String problem) throws IOException {
    String text = lines.replace("///", "\n//").replaceAll("(?<!/)/(?!/)", "\n");
    isRefused(file(text), problem);
  }

  @Test
  void aFileThatEndsTooEarlyIsRefused() throws IOException {
    String whole = new ScheduleFile("r", NOTHING, Optional.empty(), "1", TWO).text();
    for (int end = 0; end < whole.length(); end++) {
      Path cut = file(whole.substring(0, end));
      assertThatThrownBy(() -> ScheduleFile.read(cut)).isInstanceOf(UsageException.class);
    }
    assertThat(ScheduleFile.read(file(whole)).schedule()).isEqualTo(TWO);
  }

  @Test
  void whatIsNoTextFileIsRefused() throws IOException {
    isRefused(dir.resolve("none"), "there is no such file");
    isRefused(dir, "is a directory");
    Path binary = dir.resolve("binary");
    Files.write(binary, new byte[] {'/', '/', '\n', (byte) 0xC3, '('});
    isRefused(binary, ":2: is not text in UTF-8");
    Path huge = dir.resolve("huge");
    try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
      sparse.setLength(65L << 20);
    }
    isRefused(huge, "is larger than");
  }
}
