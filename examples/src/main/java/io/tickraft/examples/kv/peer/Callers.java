package io.tickraft.examples.kv.peer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.EventLoop;
import io.tickraft.examples.kv.net.Listener;
import io.tickraft.examples.kv.net.Uncaught;
import io.tickraft.examples.kv.peer.RefusedException.Kind;
import io.tickraft.examples.kv.store.KvMachine;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections that other nodes have opened: at most one for messages from each node, and one
 * for a snapshot. A new connection takes the place of the one before, which is dead, or of no more
 * use to its caller. Used on the node's event loop.
 */
// A failed close closes the channel, too.
@SuppressWarnings("FutureReturnValueIgnored")
final class Callers {

  /** The limit of connections without a hello. One more takes the place of the oldest. */
  static final int MAX_STRANGERS = 100;

  /** The limit of callers that are not members, as far as this node knows. */
  static final int MAX_GUESTS = 100;

  /** Learns of callers. */
  interface Events {

    /** Called when a node has opened a connection for messages. */
    void called(Hello hello);

    /** Called when a node that is not a member has no connection for messages any more. */
    void guestLeft(long id);
  }

  private final PeerSettings settings;
  private final KvMachine machine;
  private final PeerHost host;
  private final EventLoop loop;
  private final EventLoop background;
  private final Complaints complaints;
  private final Events events;

  /** The connections that have sent no hello yet; the oldest first. */
  private final Set<Channel> strangers = new LinkedHashSet<>();

  /** The connection for messages of each node, by id. */
  private final Map<Long, Channel> callers = new HashMap<>();

  private @Nullable Channel snapshot;
  private @Nullable Channel listening;

  Callers(
      PeerSettings settings,
      KvMachine machine,
      PeerHost host,
      EventLoop loop,
      EventLoop background,
      Events events) {
    this.settings = settings;
    this.machine = machine;
    this.host = host;
    this.loop = loop;
    this.background = background;
    this.complaints = new Complaints(settings.me().id(), loop, System::nanoTime);
    this.events = events;
  }

  void listen() throws IOException, InterruptedException {
    listening = Listener.listen(settings.here(), loop, this::accept);
  }

  private void accept(Channel channel) {
    if (strangers.size() == MAX_STRANGERS) {
      Iterator<Channel> oldest = strangers.iterator();
      Channel replaced = oldest.next();
      oldest.remove();
      replaced.close();
    }
    strangers.add(channel);
    channel.closeFuture().addListener(Uncaught.reporting(closed -> strangers.remove(channel)));
    channel.pipeline().addLast(Handshake.decoder(), new IncomingConnection(this, settings));
    settings.tls().ifPresent(tls -> tls.fromNode(channel, settings.silenceNanos()));
  }

  /**
   * Called when a node has opened a connection and sent its hello.
   *
   * @return the receiver of what the node will send
   * @throws RefusedException if the connection is refused
   */
  ChannelInboundHandler greet(Hello hello, Channel channel) throws RefusedException {
    settings.checkCertificate(channel, hello.from());
    hello.check(settings.me(), machine.members());
    ChannelInboundHandler receiver =
        switch (hello.use()) {
          case MESSAGES -> messages(hello, channel);
          case SNAPSHOT -> snapshot(hello, channel);
        };
    strangers.remove(channel);
    return receiver;
  }

  private MessageReceiver messages(Hello hello, Channel channel) throws RefusedException {
    long id = hello.from().id();
    if (!isMember(id) && !callers.containsKey(id) && guests() >= MAX_GUESTS) {
      throw new RefusedException(Kind.BUSY, "too many callers are not members of the group");
    }
    close(callers.put(id, channel));
    channel.closeFuture().addListener(Uncaught.reporting(closed -> hungUp(id, channel)));
    events.called(hello);
    return new MessageReceiver(hello, host, complaints);
  }

  private boolean isMember(long id) {
    return machine.members().addresses().containsKey(id);
  }

  private long guests() {
    return callers.keySet().stream().filter(id -> !isMember(id)).count();
  }

  private void hungUp(long id, Channel channel) {
    if (callers.remove(id, channel) && !isMember(id)) {
      events.guestLeft(id);
    }
  }

  private SnapshotReceiver snapshot(Hello hello, Channel channel) {
    close(snapshot);
    snapshot = channel;
    return new SnapshotReceiver(hello, machine, host, background, complaints);
  }

  /** Closes the connection for messages of a node. */
  void leave(long id) {
    close(callers.remove(id));
  }

  private static void close(@Nullable Channel channel) {
    if (channel != null) {
      channel.close();
    }
  }

  Complaints complaints() {
    return complaints;
  }

  /** Closes all connections. */
  void close() {
    close(listening);
    close(snapshot);
    List<Channel> all = Stream.concat(strangers.stream(), callers.values().stream()).toList();
    all.forEach(Channel::close);
  }
}
