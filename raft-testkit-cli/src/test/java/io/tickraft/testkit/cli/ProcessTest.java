package io.tickraft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ProcessTest {

  @TempDir Path dir;

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(dir.toFile())
        .redirectOutput(dir.resolve("out").toFile())
        .redirectError(dir.resolve("err").toFile())
        .start();
  }

  private String out() throws IOException {
    return Files.readString(dir.resolve("out"));
  }

  @Test
  void aViolationIsTheExitCodeOfTheProcess() throws Exception {
    Process process = start("fuzz", "--seeds", "500", "--trial", PlantedBug.class.getName());
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(out()).contains("replay: java -jar raft-testkit-cli.jar replay failures/seed-");
    assertThat(dir.resolve("failures")).isDirectory();
  }

  @Test
  void anInterruptedCampaignPrintsItsSum() throws Exception {
    Process process = start("fuzz", "--time", "2m", "--steps", "20");
    try {
      while (!Files.readString(dir.resolve("err")).contains("seeds from 1")) {
        assertThat(process.isAlive()).isTrue();
        Thread.sleep(20);
      }
      process.destroy();
      assertThat(process.waitFor()).isNotZero();
    } finally {
      process.destroyForcibly();
    }
    assertThat(out()).contains("interrupted, clean so far: ").contains(" 0 violations");
  }
}
