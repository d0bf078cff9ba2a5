package io.tickraft.examples.kv.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tickraft.examples.kv.net.HostAndPort;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NodeAddressTest {

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private final EventLoop resolver = loops.next();
  private final CountDownLatch answer = new CountDownLatch(1);

  @AfterEach
  void stop() {
    answer.countDown();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private InetSocketAddress resolve(NodeAddress address) throws Exception {
    CompletableFuture<InetSocketAddress> resolved = new CompletableFuture<>();
    loop.execute(() -> address.resolve(loop, resolved::complete));
    return resolved.get();
  }

  /** Lets the name service hang. */
  private void hang() {
    resolver.execute(
        () -> {
          try {
            answer.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @Test
  void aNameIsResolvedAndTheLastAnswerIsUsedWhileTheNextOneIsAwaited() throws Exception {
    NodeAddress address = new NodeAddress(new HostAndPort("localhost", 17001), resolver);
    assertThat(resolve(address)).isEqualTo(new InetSocketAddress("localhost", 17001));
    hang();
    assertThat(resolve(address)).isEqualTo(new InetSocketAddress("localhost", 17001));
    assertThat(resolve(address)).isEqualTo(new InetSocketAddress("localhost", 17001));
  }

  @Test
  void anAddressNeedsNoNameService() throws Exception {
    hang();
    for (String host : new String[] {"127.0.0.1", "::1"}) {
      NodeAddress address = new NodeAddress(new HostAndPort(host, 17001), resolver);
      assertThat(resolve(address)).isEqualTo(new InetSocketAddress(host, 17001));
    }
  }

  @Test
  void anUnknownNameIsUnresolved() throws Exception {
    NodeAddress address = new NodeAddress(new HostAndPort("no-such-host.invalid", 1), resolver);
    assertThat(resolve(address).isUnresolved()).isTrue();
  }
}
