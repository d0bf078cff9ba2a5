package io.tickraft.examples.kv.peer;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.net.Listener;
import io.tickraft.examples.kv.store.KvMachine;
import io.tickraft.examples.kv.store.MapView;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.Message;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The other nodes of the group, as this one reaches and hears them. Belongs to the node's event
 * loop.
 *
 * <p>Whom to call, and where, is part of the replicated state: {@link Members}. A node that calls
 * and is no member as far as is known here is called back, as long as it stays: it may lead a group
 * that this node is about to join, or has not heard of for a while.
 *
 * <p>Each pair of nodes has two connections for messages, one opened from each side and used in
 * that direction. A snapshot has a connection of its own, so that no heartbeat waits behind it.
 */
// Whatever goes wrong with a write or a close closes the channel, and that is listened for.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Peers {

  /** How long the log is still held for a follower that was just sent a snapshot, to install it. */
  private static final long HOLD_MILLIS = 2_000;

  /** How long a node that was removed is still talked to, so that it learns that it was. */
  private static final long LEAVE_MILLIS = 2_000;

  /** Of how many callers it is remembered why they were refused. */
  private static final int MAX_REFUSALS = 100;

  private final PeerSettings settings;
  private final KvMachine machine;
  private final PeerHost host;
  private final EventLoop loop;
  private final EventLoop background;
  private final Map<Long, PeerLink> links = new HashMap<>();
  private final Map<Long, Channel> callers = new HashMap<>();
  private final Map<Long, Integer> clientPorts = new HashMap<>();
  private final Map<Long, Sending> sendings = new HashMap<>();
  private final AtomicBoolean receiving = new AtomicBoolean();
  private final ChannelGroup incoming;

  /** By id, 0 for whoever did not say. */
  private final Map<Long, String> lastRefusals =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
          return size() > MAX_REFUSALS;
        }
      };

  private record Sending(long index, SnapshotSender sender) {}

  /**
   * Knows the other nodes, and does not talk to them yet.
   *
   * @param settings who this node is
   * @param machine who the others are, and whose map is sent and received as snapshots
   * @param host who gets what they say
   * @param loop the node's event loop
   * @param background a loop for what takes long
   */
  public Peers(
      PeerSettings settings,
      KvMachine machine,
      PeerHost host,
      EventLoop loop,
      EventLoop background) {
    this.settings = settings;
    this.machine = machine;
    this.host = host;
    this.loop = loop;
    this.background = background;
    this.incoming = new DefaultChannelGroup(loop);
    clientPorts.put(settings.me().id(), settings.clientPort());
  }

  /**
   * Listens for the others.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public void listen() throws InterruptedException {
    incoming.add(Listener.listen(settings.here(), loop, this::accept));
  }

  private void accept(Channel channel) {
    incoming.add(channel);
    channel.pipeline().addLast(Frames.decoder(), new IncomingConnection(this));
  }

  /** Calls all members, and soon no one who was removed. To be called whenever that changes. */
  public void meetMembers() {
    machine.members().addresses().forEach(this::call);
    for (long id : machine.members().removed()) {
      if (links.containsKey(id)) {
        Later.runMillis(loop, LEAVE_MILLIS, () -> leave(id));
      }
    }
  }

  private void call(long id, HostAndPort address) {
    PeerLink known = links.get(id);
    if (id == settings.me().id() || (known != null && known.address().equals(address))) {
      return;
    }
    if (known != null) {
      known.close(); // It was called back where it said that it listens.
    }
    PeerLink link =
        new PeerLink(
            () -> hello(Hello.Use.MESSAGES, id),
            address,
            loop,
            background,
            port -> clientPorts.put(id, (int) port),
            () -> host.unreachable(id));
    links.put(id, link);
    link.connect();
  }

  private void leave(long id) {
    PeerLink link = links.remove(id);
    if (link != null) {
      link.close();
    }
    Channel caller = callers.remove(id);
    if (caller != null) {
      caller.close();
    }
    clientPorts.remove(id);
  }

  private Hello hello(Hello.Use use, long to) {
    return new Hello(
        use,
        settings.me(),
        to,
        machine.members().founders(),
        settings.here(),
        settings.clientPort());
  }

  // Sending.

  /** Sends messages, each to the node that it is for. */
  public void send(List<Message> messages) {
    if (messages.isEmpty()) {
      return;
    }
    for (Message message : messages) {
      if (message.hasInstallSnapshot()) {
        sendSnapshot(message);
      } else {
        PeerLink link = links.get(message.getTo());
        if (link != null) {
          link.send(message);
        }
      }
    }
    links.values().forEach(PeerLink::flush);
  }

  private void sendSnapshot(Message message) {
    long peer = message.getTo();
    Sending before = sendings.remove(peer);
    if (before != null) {
      before.sender.cancel();
    }
    MapView view = machine.view();
    long index = message.getInstallSnapshot().getSnapshot().getMetadata().getIndex();
    long attempt = message.getInstallSnapshot().getAttempt();
    PeerLink link = links.get(peer);
    if (view.index() != index || link == null) {
      // The log offers the map as it is, and the message leaves before anything more is applied.
      view.close();
      host.snapshotStatus(peer, attempt, SnapshotStatus.FAILED);
      return;
    }
    SnapshotSender[] self = new SnapshotSender[1];
    SnapshotSender sender =
        new SnapshotSender(
            hello(Hello.Use.SNAPSHOT, peer),
            message,
            view,
            status -> loop.execute(() -> host.snapshotStatus(peer, attempt, status)),
            arrived ->
                Later.runMillis(loop, arrived ? HOLD_MILLIS : 0, () -> forget(peer, self[0])));
    self[0] = sender;
    sendings.put(peer, new Sending(index, sender));
    // From the start, or the leader would send another copy before the connection is up.
    host.snapshotStatus(peer, attempt, SnapshotStatus.IN_PROGRESS);
    sender.dial(link.address(), background, background, SnapshotSender.QUEUE);
  }

  private void forget(long peer, SnapshotSender sender) {
    Sending current = sendings.get(peer);
    if (current != null && current.sender == sender) {
      sendings.remove(peer);
    }
  }

  /**
   * Returns up to where the log may be compacted: a follower that is being sent a snapshot needs
   * what comes after it.
   */
  public long compactableIndex() {
    long index = Long.MAX_VALUE;
    for (Sending sending : sendings.values()) {
      index = Math.min(index, sending.index);
    }
    return index;
  }

  // Hearing.

  /** Returns where a node serves clients; empty as long as it has not said so. */
  public Optional<HostAndPort> clientAddress(long id) {
    Integer port = clientPorts.get(id);
    PeerLink link = links.get(id);
    String itsHost = link == null ? settings.here().host() : link.address().host();
    return port == null ? Optional.empty() : Optional.of(new HostAndPort(itsHost, port));
  }

  PeerSettings settings() {
    return settings;
  }

  PeerHost host() {
    return host;
  }

  /**
   * A node calls.
   *
   * @param channel the connection on which it does
   * @throws Hello.RefusedException if it has no business here
   */
  void greet(Hello hello, Channel channel) throws Hello.RefusedException {
    hello.check(settings.me(), machine.members());
    long id = hello.from().id();
    if (hello.use() == Hello.Use.MESSAGES) {
      if (!links.containsKey(id)) {
        call(id, hello.listensAt());
      }
      clientPorts.put(id, hello.clientPort());
      callers.put(id, channel);
      channel.closeFuture().addListener(closed -> hungUp(id, channel));
    }
  }

  private void hungUp(long id, Channel channel) {
    if (callers.remove(id, channel) && !machine.members().addresses().containsKey(id)) {
      leave(id);
    }
  }

  /**
   * A caller is refused. Whoever is tries again and again.
   *
   * @param from its id; 0 if it did not say
   * @param why the reason
   * @return whether it was not refused yet, or for another reason the last time
   */
  boolean isNewRefusal(long from, String why) {
    return !why.equals(lastRefusals.put(from, why));
  }

  SnapshotReceiver receiver(Hello hello) throws Hello.RefusedException {
    if (!receiving.compareAndSet(false, true)) {
      throw new Hello.RefusedException(
          "node " + hello.to() + " is receiving another snapshot already");
    }
    return new SnapshotReceiver(machine, host, background, () -> receiving.set(false));
  }

  /** Ends all connections. */
  public void close() {
    links.values().forEach(PeerLink::close);
    sendings.values().forEach(sending -> sending.sender.cancel());
    for (Channel channel : incoming) {
      channel.close();
    }
  }
}
