package io.tickraft.examples.kv.peer;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.tickraft.examples.kv.net.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The address of another node, and the last answer of the name service for it. A connection is
 * opened with the last answer while the next one is awaited: the name service may be as slow to
 * come back as the network. May be used on any thread.
 */
final class NodeAddress {

  private final HostAndPort address;
  private final EventLoop resolver;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile @Nullable InetSocketAddress known;

  /**
   * Creates it, without asking.
   *
   * @param resolver an event loop that may block on the name service
   */
  NodeAddress(HostAndPort address, EventLoop resolver) {
    this.address = address;
    this.resolver = resolver;
    this.known = literal(address);
  }

  private static @Nullable InetSocketAddress literal(HostAndPort address) {
    // The JDK resolves a scope ("%eth0"); Netty ignores it.
    InetAddress literal =
        address.host().contains("%")
            ? null
            : NetUtil.createInetAddressFromIpAddressString(address.host());
    return literal == null ? null : new InetSocketAddress(literal, address.port());
  }

  HostAndPort unresolved() {
    return address;
  }

  /**
   * Resolves the address.
   *
   * @param loop the event loop that takes it, and that this is called on
   * @param then takes the address, during this call or later; it may be unresolved
   */
  void resolve(EventLoop loop, Consumer<InetSocketAddress> then) {
    InetSocketAddress last = known;
    if (last == null) {
      resolver.execute(
          () -> {
            InetSocketAddress answer = ask();
            loop.execute(() -> then.accept(answer));
          });
      return;
    }
    if (literal(address) == null && asking.compareAndSet(false, true)) {
      resolver.execute(
          () -> {
            asking.set(false);
            ask();
          });
    }
    then.accept(last);
  }

  private InetSocketAddress ask() {
    InetSocketAddress answer = new InetSocketAddress(address.host(), address.port());
    if (!answer.isUnresolved()) {
      known = answer;
    }
    return answer;
  }
}
