package io.tickraft.testkit.explore;

import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.SimDisk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The testkit's own hosts. One is kept for each state, and copied when it is needed. */
final class CopiedHosts implements Hosts {

  private static final Oracle NO_ORACLE = new Oracle() {};
  private static final long[] NO_HASHES = {};

  private final Factory factory;
  private final List<DiskHost> hosts = new ArrayList<>();

  CopiedHosts(Factory factory) {
    this.factory = factory;
  }

  @Override
  public NodeHost create(int node, List<Message> sent) {
    return factory.create(node, NO_ORACLE, sent::add);
  }

  @Override
  public NodeHost in(LocalState state, List<Message> sent) {
    return hosts.get(state.number()).copy(NO_ORACLE, sent::add);
  }

  @Override
  public List<Left> crashes(NodeHost host, int node, @Nullable LocalState from, int event) {
    SimDisk disk = ((DiskHost) host).written();
    List<Left> all = new ArrayList<>();
    for (int writes = 0; writes <= disk.unsynced(); writes++) {
      int parts = Math.max(1, disk.parts(writes));
      for (int kept = 0; kept < parts; kept++) {
        // The first crash keeps no unsynced write, so it leaves what survives every crash.
        all.add(
            new Left(Event.crash(writes, kept), all.isEmpty() ? disk.durable() : null, NO_HASHES));
      }
    }
    return all;
  }

  @Override
  public void found(LocalState state, NodeHost host, @Nullable LocalState from, int event) {
    hosts.add((DiskHost) host);
  }

  @Override
  public boolean areReplayed() {
    return false;
  }
}
