package io.tickraft.testkit.explore;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import io.tickraft.testkit.sim.ChoicePath;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.HostedStore;
import io.tickraft.testkit.sim.Schedule;
import io.tickraft.testkit.sim.StoreDriver;
import java.util.List;
import java.util.stream.Collectors;

/** A host on a user's store. The argument of a crash is the number of a path of choices. */
final class OwnStoreHost implements NodeHost {

  private final long id;
  private final StoreDriver driver;

  /** The choices of the last crash that are not 0. */
  private List<Schedule.Choice> chosen = List.of();

  OwnStoreHost(long id, StoreDriver driver) {
    this.id = id;
    this.driver = driver;
  }

  @Override
  public void start(RaftConfig config) {
    driver.start(config);
  }

  @Override
  public void crash(int argument) {
    crash(ChoicePath.of(argument));
  }

  void crash(ChoicePath path) {
    Choices choices = path.choices();
    try {
      driver.crash(choices);
    } finally {
      chosen = choices.recordFrom(0);
    }
  }

  /** {@return the choices of the last crash that are not 0, as text} */
  String chosen() {
    return chosen.stream()
        .map(choice -> choice.label() + " " + choice.number())
        .collect(Collectors.joining(", "));
  }

  @Override
  public void step(Message message) {
    driver.step(message);
  }

  @Override
  public void tick() {
    driver.node().tick();
  }

  @Override
  public void campaign() {
    driver.node().campaign();
  }

  @Override
  public void forgetLeader() {
    driver.node().forgetLeader();
  }

  @Override
  public void propose(ByteString command) {
    driver.node().propose(List.of(command));
  }

  @Override
  public void proposeConfChange(ConfChange change) {
    driver.node().proposeConfChange(change);
  }

  @Override
  public boolean readIndex(ByteString context) {
    return driver.node().readIndex(context) instanceof ReadResult.Accepted;
  }

  @Override
  public void transferLeadership(long target) {
    driver.node().transferLeadership(target);
  }

  @Override
  public void reportUnreachable(long peer) {
    driver.node().reportUnreachable(peer);
  }

  @Override
  public void compact() {
    driver.compact();
  }

  @Override
  public void pauseEntries() {
    driver.pauseEntries();
  }

  @Override
  public void pauseSnapshot() {
    driver.pauseSnapshot();
  }

  @Override
  public boolean areReadsPaused() {
    return driver.areReadsPaused();
  }

  @Override
  public void resumeReads() {
    driver.resumeReads();
  }

  @Override
  public void storageReady() {
    driver.node().storageReady();
  }

  @Override
  public boolean hasReady() {
    return driver.node().hasReady();
  }

  @Override
  public List<ReadState> take() {
    return driver.take().readStates();
  }

  @Override
  public boolean isWriting() {
    return !driver.writing().isEmpty();
  }

  @Override
  public void write() {
    driver.write();
  }

  @Override
  public void apply() {
    while (!driver.applying().isEmpty()) {
      driver.apply((entry, reply) -> {});
    }
  }

  @Override
  public void stepped() {
    driver.node().hasReady();
  }

  @Override
  public Status status() {
    return driver.node().status();
  }

  @Override
  public long appliedIndex() {
    return driver.appliedIndex();
  }

  @Override
  public ByteString state() {
    return driver.store().state();
  }

  @Override
  public boolean isDrained() {
    return driver.isDrained();
  }

  @Override
  public Storage written() {
    return StoreContent.of(driver.store()).with(driver.writing());
  }

  @Override
  public void digest(Digest digest) {
    digest.id(id);
    driver.digest(digest);
    StoreContent.of(driver.store()).digest(digest);
    driver.store().digest(digest);
  }

  /** {@return the store that a crash has left} */
  HostedStore left() {
    return driver.store();
  }

  @Override
  public void close() {
    driver.close();
  }
}
