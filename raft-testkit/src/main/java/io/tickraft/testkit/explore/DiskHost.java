package io.tickraft.testkit.explore;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.SimDisk;
import io.tickraft.testkit.sim.SimHost;
import java.util.List;
import java.util.function.Consumer;

/** The testkit's own host, on a simulated disk. */
final class DiskHost implements NodeHost {

  private final SimHost host;

  DiskHost(SimHost host) {
    this.host = host;
  }

  DiskHost copy(Oracle oracle, Consumer<Message> network) {
    return new DiskHost(host.copy(oracle, network));
  }

  @Override
  public void start(RaftConfig config) {
    host.start(config);
  }

  @Override
  public void crash(int argument) {
    host.crash(Event.keptWrites(argument), Event.keptParts(argument));
  }

  @Override
  public void step(Message message) {
    host.step(message);
  }

  @Override
  public void tick() {
    host.tick();
  }

  @Override
  public void campaign() {
    host.campaign();
  }

  @Override
  public void forgetLeader() {
    host.forgetLeader();
  }

  @Override
  public void propose(ByteString command) {
    host.propose(List.of(command));
  }

  @Override
  public void proposeConfChange(ConfChange change) {
    host.proposeConfChange(change);
  }

  @Override
  public boolean readIndex(ByteString context) {
    return host.readIndex(context) instanceof ReadResult.Accepted;
  }

  @Override
  public void transferLeadership(long target) {
    host.transferLeadership(target);
  }

  @Override
  public void reportUnreachable(long peer) {
    host.reportUnreachable(peer);
  }

  @Override
  public void compact() {
    host.compact(0);
    host.sync();
  }

  @Override
  public void pauseEntries() {
    host.pauseEntries();
  }

  @Override
  public void pauseSnapshot() {
    host.pauseSnapshot();
  }

  @Override
  public boolean areReadsPaused() {
    return host.areReadsPaused();
  }

  @Override
  public void resumeReads() {
    host.resumeReads();
  }

  @Override
  public void storageReady() {
    host.storageReady();
  }

  @Override
  public boolean hasReady() {
    return host.node().hasReady();
  }

  @Override
  public List<ReadState> take() {
    return host.take().readStates();
  }

  @Override
  public boolean isWriting() {
    return host.unwritten() > 0;
  }

  @Override
  public void write() {
    host.completeAndAcknowledge();
  }

  @Override
  public void apply() {
    host.applyTo(Long.MAX_VALUE);
  }

  @Override
  public void stepped() {
    host.stepped();
  }

  @Override
  public Status status() {
    return host.status();
  }

  @Override
  public long appliedIndex() {
    return host.appliedIndex();
  }

  @Override
  public ByteString state() {
    return host.machine().save();
  }

  @Override
  public boolean isDrained() {
    return host.isDrained();
  }

  @Override
  public SimDisk written() {
    return host.disk();
  }

  @Override
  public void digest(Digest digest) {
    host.digest(digest);
  }
}
