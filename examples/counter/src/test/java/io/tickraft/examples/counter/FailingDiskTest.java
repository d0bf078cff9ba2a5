package io.tickraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.Bootstrap;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a write fails, the node ends, and nothing is answered that the write was for. */
final class FailingDiskTest {

  @TempDir Path dir;

  private static final class FailingLog extends CounterLog {
    private volatile boolean fails;

    FailingLog(Path dir) {
      super(dir);
    }

    @Override
    void force(FileChannel channel) throws IOException {
      if (fails) {
        throw new IOException("the disk fails");
      }
    }
  }

  private static CompletableFuture<String> add(CounterNode node) throws InterruptedException {
    CompletableFuture<String> reply = new CompletableFuture<>();
    node.inbox.put((CounterNode.Job) () -> node.requests.add(1, reply));
    return reply;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theNodeEnds(boolean isAsync) throws Exception {
    FailingLog log = new FailingLog(dir);
    log.create(1, 7, "127.0.0.1:0", Bootstrap.snapshot(1));
    log.open();
    CounterNode node = isAsync ? new AsyncCounterNode(log) : new CounterNode(log);
    node.tickMillis = 5;
    CompletableFuture<Exception> end = new CompletableFuture<>();
    Thread loop =
        new Thread(
            () -> {
              try {
                node.run();
              } catch (Exception e) {
                end.complete(e);
              }
            });
    loop.start();
    while (!add(node).get(60, TimeUnit.SECONDS).equals("1")) {
      // The only member has yet to elect itself.
      Thread.onSpinWait();
    }

    log.fails = true;
    CompletableFuture<String> reply = add(node);

    assertThat(end.get(60, TimeUnit.SECONDS))
        .satisfies(
            e -> assertThat(e.getCause() == null ? e : e.getCause()).hasMessage("the disk fails"));
    loop.join();
    assertThat(reply).isNotDone();
    log.close();
  }
}
