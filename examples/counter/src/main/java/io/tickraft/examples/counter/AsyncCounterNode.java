package io.tickraft.examples.counter;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.Ready;
import io.tickraft.proto.ConfState;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The same node, but its loop does not wait for the disk: a second thread writes. Meanwhile the
 * loop answers heartbeats and takes further Readys.
 *
 * <p>The second thread has {@link CounterLog} for itself. The node reads a storage of the loop's
 * own, which gets each Ready when its write is done.
 */
class AsyncCounterNode extends CounterNode {

  // The node limits how many writes are outstanding: RaftConfig.maxOutstandingReadys.
  private final BlockingQueue<Job> writes = new LinkedBlockingQueue<>();

  AsyncCounterNode(CounterLog log) {
    this(log, config(log));
  }

  AsyncCounterNode(CounterLog log, RaftConfig config) {
    super(log, log.stored.copy(), config);
    start(
        () -> {
          while (true) {
            writes.take().run(); // If it throws, the loop ends, and with it the process.
          }
        });
  }

  void write(Job job) {
    writes.add(job);
  }

  @Override
  void handle(Ready ready) throws IOException {
    send(ready.messages());
    if (ready.snapshot().isEmpty()) {
      applyAndAcknowledge(ready); // What is committed was on this disk before: it need not wait.
    }
    if (ready.mustPersist()) {
      write(
          () -> {
            log.persist(ready);
            inbox.put((Job) () -> written(ready));
          });
    }
  }

  private void written(Ready ready) throws IOException {
    storage.persist(ready);
    send(ready.messagesAfterPersist());
    node.persisted(ready);
    if (ready.snapshot().isPresent()) {
      applyAndAcknowledge(ready); // The counter must not be ahead of the disk.
    }
  }

  private void applyAndAcknowledge(Ready ready) throws IOException {
    long before = counter.applied;
    apply(ready);
    if (counter.applied > before) {
      node.applied(counter.applied);
    }
  }

  @Override
  void compact(long index, ByteString state) throws IOException {
    ConfState after = configuration;
    storage.createSnapshot(index, after, state);
    storage.compact(index);
    write(() -> log.compact(index, after, state));
  }

  public static void main(String[] args) throws Exception {
    start(args, AsyncCounterNode::new);
  }
}
