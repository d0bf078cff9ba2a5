package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.sim.Choices;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a database in the fuzzer has after its machine has lost its power. */
class PowerLossDatabaseTest {

  @TempDir Path dir;

  private Path left = Path.of("");

  private PowerLossDatabase written() {
    PowerLossDatabase database = PowerLossDatabase.open(dir.resolve("db"));
    database.write(true, batch -> database.putValue(batch, "synced", new byte[] {1}));
    database.write(false, batch -> database.putValue(batch, "unsynced", new byte[] {2}));
    left = database.synced();
    database.close();
    return database;
  }

  @Test
  void whatIsNotSyncedIsLost() {
    written();

    try (NodeDatabase after = PowerLossDatabase.open(left)) {
      assertThat(after.value("synced")).isPresent();
      assertThat(after.value("unsynced")).isEmpty();
    }
  }

  @Test
  void orItIsKept() {
    written().keepSome(left, Choices.harmless());

    try (NodeDatabase after = PowerLossDatabase.open(left)) {
      assertThat(after.value("synced")).isPresent();
      assertThat(after.value("unsynced")).isPresent();
    }
  }
}
