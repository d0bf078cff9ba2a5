package io.tickraft.examples.counter;

import io.tickraft.test.RawNode;
import io.tickraft.testkit.contract.HostWatch;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Runs a node in the calling thread. Loaded by {@link Watching}. */
final class NodeRun implements Callable<Void> {

  private final Path dir;
  private final boolean isAsync;
  private final HostWatch watch;

  NodeRun(Path dir, boolean isAsync, HostWatch watch) {
    this.dir = dir;
    this.isAsync = isAsync;
    this.watch = watch;
  }

  @Override
  public Void call() throws Exception {
    RawNode.WATCH.set(watch);
    try (CounterLog log = new CounterLog(dir)) {
      log.open();
      CounterNode node = isAsync ? new AsyncCounterNode(log) : new CounterNode(log);
      node.tickMillis = TestCluster.TICK_MILLIS;
      node.entriesPerSnapshot = TestCluster.ENTRIES_PER_SNAPSHOT;
      node.run();
    }
    return null;
  }
}
