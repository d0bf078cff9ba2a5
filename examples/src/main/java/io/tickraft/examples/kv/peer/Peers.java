package io.tickraft.examples.kv.peer;

import io.netty.channel.EventLoop;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.net.RepeatedLines;
import io.tickraft.examples.kv.store.KvMachine;
import io.tickraft.examples.kv.store.MapView;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.Message;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All connections between this node and the other nodes of the group. Used on the node's event
 * loop.
 *
 * <p>The members and their addresses are part of the replicated state: {@link Members}. A node that
 * connects to this one, but is not a known member, also gets a connection back for as long as it
 * stays connected: it may be the leader of the group that this node is joining, or a member whose
 * addition this node has not applied yet.
 *
 * <p>Each pair of nodes has two connections for messages, one opened by each side. A node sends
 * only on the connection that it opened. A snapshot has its own connection, so that no heartbeat
 * waits behind it.
 */
// A failed write or close closes the channel, and each connection handles that.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Peers {

  /** The time, after a snapshot was delivered, in which the follower's next entries are kept. */
  private static final long HOLD_MILLIS = 2_000;

  /** The time in which a removed node still gets messages, so that it learns of its removal. */
  private static final long LEAVE_MILLIS = 2_000;

  private final PeerSettings settings;
  private final KvMachine machine;
  private final PeerHost host;
  private final EventLoop loop;
  private final EventLoop background;
  private final Map<Long, PeerLink> links = new TreeMap<>();

  private final Map<Long, Integer> clientPorts = new HashMap<>();
  private final Map<Long, Sending> sendings = new HashMap<>();
  private final Callers callers;
  private final KnownAddresses addresses;

  /** The lines about lost connections. */
  private final RepeatedLines lines = new RepeatedLines(System::nanoTime);

  private record Sending(long index, SnapshotSender sender) {}

  /**
   * Creates it without opening connections.
   *
   * @param settings the identity and the addresses of this node
   * @param machine the members, and the map for snapshots
   * @param host receives messages and reports
   * @param loop the node's event loop
   * @param background an event loop for long work
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
    this.callers = new Callers(settings, machine, host, loop, background, new FromCallers());
    this.addresses = new KnownAddresses(settings.me().id(), settings.here());
    clientPorts.put(settings.me().id(), settings.clientPort());
  }

  /**
   * Listens for other nodes.
   *
   * @throws IOException if it cannot; the message says where and why
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public void listen() throws IOException, InterruptedException {
    callers.listen();
  }

  /**
   * Opens connections to all members, and closes those to removed members after {@value
   * #LEAVE_MILLIS} ms. Must be called after each change of the members.
   */
  public void meetMembers() {
    addresses.update(machine.members().addresses());
    machine.members().addresses().forEach(this::call);
    for (long id : machine.members().removed()) {
      if (links.containsKey(id)) {
        Later.runMillis(loop, LEAVE_MILLIS, () -> leave(id));
      }
    }
  }

  private void call(long id, HostAndPort address) {
    PeerLink known = links.get(id);
    if (id == settings.me().id()
        || (known != null && known.address().unresolved().equals(address))) {
      return;
    }
    if (known != null) {
      known.close(); // Its address has changed, or it had connected before it was a known member.
    }
    PeerLink link =
        new PeerLink(
            () -> hello(Hello.Use.MESSAGES, id),
            settings,
            new NodeAddress(address, background),
            loop,
            port -> clientPorts.put(id, port),
            () -> host.unreachable(id),
            lines);
    links.put(id, link);
    link.connect();
  }

  private void leave(long id) {
    PeerLink link = links.remove(id);
    if (link != null) {
      link.close();
    }
    callers.leave(id);
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

  /** Sends each message to the node that is its receiver. */
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
      // Not expected: the snapshot is taken at the applied index, and sent before more is applied.
      view.close();
      host.snapshotStatus(peer, attempt, SnapshotStatus.FAILED);
      return;
    }
    SnapshotSender[] self = new SnapshotSender[1];
    SnapshotSender sender =
        new SnapshotSender(
            hello(Hello.Use.SNAPSHOT, peer),
            settings,
            message,
            view,
            status -> loop.execute(() -> host.snapshotStatus(peer, attempt, status)),
            arrived ->
                Later.runMillis(loop, arrived ? HOLD_MILLIS : 0, () -> forget(peer, self[0])));
    self[0] = sender;
    sendings.put(peer, new Sending(index, sender));
    // Reported now: otherwise the leader could send another copy before the connection is open.
    host.snapshotStatus(peer, attempt, SnapshotStatus.IN_PROGRESS);
    background.execute(() -> sender.dial(link.address(), background, SnapshotSender.QUEUE));
  }

  private void forget(long peer, SnapshotSender sender) {
    Sending current = sendings.get(peer);
    if (current != null && current.sender == sender) {
      sendings.remove(peer);
    }
  }

  /**
   * {@return the index up to which the log may be compacted} A follower that is being sent a
   * snapshot needs the entries after it.
   */
  public long compactableIndex() {
    long index = Long.MAX_VALUE;
    for (Sending sending : sendings.values()) {
      index = Math.min(index, sending.index);
    }
    return index;
  }

  /** A node that this node sends messages to. */
  @FunctionalInterface
  public interface LinkVisitor {

    /**
     * Called for a node.
     *
     * @param id its id
     * @param isConnected whether the connection for messages to it is open
     * @param owedBytes the messages that wait to be sent to it, in bytes
     * @param refusal why it has refused this node since it last let it in; empty if it has not
     */
    void link(long id, boolean isConnected, long owedBytes, Optional<String> refusal);
  }

  /** Shows all nodes that this node sends messages to, in the order of their ids. */
  public void visitLinks(LinkVisitor visitor) {
    links.forEach(
        (id, link) -> visitor.link(id, link.isConnected(), link.owedBytes(), link.lastRefusal()));
  }

  /** {@return whether messages reach a member, or this node, at the address that the group has} */
  public boolean isConnected(long id) {
    if (id == settings.me().id()) {
      return !addresses.isCutOff();
    }
    PeerLink link = links.get(id);
    return link != null && link.isConnected();
  }

  // Receiving.

  /** {@return the address at which a node serves clients; empty until the node has sent it} */
  public Optional<HostAndPort> clientAddress(long id) {
    Integer port = clientPorts.get(id);
    PeerLink link = links.get(id);
    String itsHost = link == null ? settings.here().host() : link.address().unresolved().host();
    return port == null ? Optional.empty() : Optional.of(new HostAndPort(itsHost, port));
  }

  private final class FromCallers implements Callers.Events {

    @Override
    public void called(Hello hello) {
      long id = hello.from().id();
      if (!links.containsKey(id)) {
        call(id, hello.listensAt());
      }
      clientPorts.put(id, hello.clientPort());
    }

    @Override
    public void guestLeft(long id) {
      leave(id);
    }
  }

  /** Closes all connections. */
  public void close() {
    links.values().forEach(PeerLink::close);
    sendings.values().forEach(sending -> sending.sender.cancel());
    callers.close();
  }
}
