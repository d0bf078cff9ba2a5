package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A driver does each part of the Ready contract when it is told so. */
class StoreDriverTest {

  private static final class Store implements HostedStore {
    private final MemoryStorage disk;
    private final CommandLog machine = new CommandLog();

    Store(MemoryStorage disk) {
      this.disk = disk;
      machine.restore(disk.snapshot().snapshot());
    }

    @Override
    public Storage storage() {
      return disk;
    }

    @Override
    public void persist(Ready ready) {
      disk.persist(ready);
    }

    @Override
    public void apply(Ready ready) {
      ready.committedEntries().forEach(machine::apply);
    }

    @Override
    public void compact(long index, ConfState confState) {
      disk.createSnapshot(index, confState, machine.save());
      disk.compact(index);
    }

    @Override
    public ByteString state() {
      return machine.save();
    }

    @Override
    public HostedStore crash(Choices choices) {
      return new Store(disk);
    }

    @Override
    public void close() {}
  }

  private final List<Message> sent = new ArrayList<>();
  private final StoreDriver driver =
      new StoreDriver(new Store(MemoryStorage.bootstrapped(1)), new Oracle() {}, sent::add);

  private static RaftConfig config(long incarnation) {
    return RaftConfig.builder(1).incarnation(incarnation).preVote(false).build();
  }

  private void finish() {
    while (driver.node().hasReady()) {
      driver.take();
      if (driver.write()) {
        driver.apply((entry, reply) -> {});
      }
    }
  }

  @Test
  void aNodeIsStartedOnceAndDownAfterACrash() {
    assertThatIllegalStateException().isThrownBy(driver::node).withMessageContaining("is down");
    driver.start(config(1));
    assertThat(driver.isUp()).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(() -> driver.start(config(2)))
        .withMessage("node 1 is up");
    driver.crash(Choices.harmless());
    assertThat(driver.isUp()).isFalse();
    driver.start(config(2));
    assertThat(driver.node().term()).isEqualTo(1);
  }

  @Test
  void aCrashMeetsWritesInFlight() {
    driver.start(config(1));
    driver.node().campaign();
    driver.node().hasReady();
    driver.take();
    assertThat(driver.writing()).hasSize(1);
    driver.crash(ChoicePath.of(1).choices());
    assertThat(driver.store().storage().initialState().getTerm()).isEqualTo(1);
    driver.start(config(2));
    driver.node().campaign();
    driver.node().hasReady();
    driver.take();
    driver.crash(Choices.harmless());
    assertThat(driver.store().storage().initialState().getTerm()).isEqualTo(2);
  }

  @Test
  void appliedEntriesAreCompactedOnce() {
    driver.start(config(1));
    assertThat(driver.compact()).isFalse();
    driver.node().campaign();
    finish();
    assertThat(driver.appliedIndex()).isEqualTo(2);
    assertThat(driver.compact()).isTrue();
    assertThat(driver.compact()).isFalse();
    assertThat(driver.store().storage().firstIndex()).isEqualTo(3);
  }

  private long digest() {
    Digest digest = new Digest(id -> id, 100);
    driver.digest(digest);
    return digest.value();
  }

  @Test
  void pausedReadsDelayWhatIsApplied() {
    driver.start(config(1));
    driver.node().campaign();
    driver.take();
    driver.write();
    long before = digest();
    driver.pauseEntries();
    assertThat(driver.areReadsPaused()).isTrue();
    assertThat(digest()).isNotEqualTo(before);
    finish();
    driver.node().propose(ByteString.copyFromUtf8("x"));
    finish();
    // What is applied is read from the storage.
    assertThat(driver.appliedIndex()).isEqualTo(1);
    driver.resumeReads();
    assertThat(driver.node().hasReady()).isFalse();
    driver.node().storageReady();
    finish();
    assertThat(driver.appliedIndex()).isEqualTo(3);
  }

  @Test
  void aCrashEndsThePause() {
    driver.start(config(1));
    driver.pauseSnapshot();
    driver.crash(Choices.harmless());
    driver.start(config(2));
    assertThat(driver.areReadsPaused()).isFalse();
  }
}
