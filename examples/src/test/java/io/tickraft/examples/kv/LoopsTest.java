package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LoopsTest {

  private final List<Throwable> reported = new ArrayList<>();
  private final Loops loops = new Loops(1, (thread, why) -> reported.add(why), 50);

  @Test
  void aThreadThatDoesNotEndIsGivenUp() {
    CountDownLatch never = new CountDownLatch(1);
    loops
        .node()
        .execute(
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    loops.run(() -> {});
    assertThat(loops.shutdown()).isFalse();
    never.countDown();
    assertThat(loops.node().terminationFuture().awaitUninterruptibly(10, TimeUnit.SECONDS))
        .isTrue();
    assertThat(reported).isEmpty();
  }

  @Test
  void whatIsRunIsDoneBeforeTheThreadsEnd() {
    List<String> done = new ArrayList<>();
    loops.run(() -> done.add("done"));
    assertThat(done).containsExactly("done");
    loops.run(
        () -> {
          throw new IllegalStateException("a fault while the node stops");
        });
    assertThat(loops.shutdown()).isTrue();
    loops.run(() -> done.add("too late"));
    assertThat(done).containsExactly("done");
    assertThat(reported).isEmpty();
  }
}
