package io.tickraft.examples.counter;

import io.tickraft.proto.Message;
import io.tickraft.proto.MessageCodec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The connections of a node, each with a thread that blocks. One port serves peers and clients.
 *
 * <p>A node sends to a peer on a connection that it opens, and receives on those that peers open.
 * Such a connection begins with a zero byte and with the id and address of its sender: so a node
 * that joins can answer a leader of which it knows nothing. Then come frames: a size, a checksum, a
 * message of this sender.
 */
final class Network {

  private static final int PEER = 0; // No line of a client begins so.
  private static final int MAX_FRAME_BYTES = 1 << 20; // More than a message can have here.
  private static final int MAX_LINE = 200;
  private static final long CLIENT_SECONDS = 10;
  static final int MAX_CONNECTIONS = 100;

  private final CounterNode node;
  private final Map<Long, String> addresses = new ConcurrentHashMap<>();
  private final Map<Long, BlockingQueue<Message>> outboxes = new ConcurrentHashMap<>();
  private final Queue<SocketChannel> accepted = new ConcurrentLinkedQueue<>(); // Oldest first.

  Network(CounterNode node) {
    this.node = node;
  }

  /** Adds addresses. None is ever removed: a node that leaves the group is sent a last message. */
  void learn(Map<Long, String> members) {
    addresses.putAll(members);
  }

  String addressOf(long id) {
    return addresses.getOrDefault(id, "unknown");
  }

  static InetSocketAddress parse(String address) {
    String[] parts = address.split(":", 2);
    return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
  }

  // Out.

  /** Sends a message, or loses it, which Raft bears. Never waits: the loop has ticks to deliver. */
  void send(Message message) {
    outboxes.computeIfAbsent(message.getTo(), this::openOutbox).offer(message);
  }

  private BlockingQueue<Message> openOutbox(long peer) {
    BlockingQueue<Message> outbox = new ArrayBlockingQueue<>(1_000);
    node.start(
        () -> {
          while (true) {
            try {
              send(peer, outbox.take(), outbox);
            } catch (IOException | RuntimeException e) { // Refused, cut, or a host of no such name.
              outbox.clear(); // Old by the time it would arrive. The next heartbeat tries again.
            }
          }
        });
    return outbox;
  }

  private void send(long peer, Message first, BlockingQueue<Message> outbox) throws Exception {
    MessageCodec codec = new MessageCodec();
    String address = addressOf(peer);
    try (SocketChannel socket = SocketChannel.open(parse(address));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(socket)))) {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true); // Else a message can wait 40 ms.
      out.write(PEER);
      out.writeLong(node.log.group);
      out.writeLong(node.log.id);
      out.writeUTF(node.log.address);
      // A JOIN may give the peer another address. Raft repeats the message that is lost then.
      for (Message message = first; address.equals(addressOf(peer)); message = outbox.take()) {
        byte[] frame = codec.encode(message);
        out.writeInt(frame.length);
        out.writeInt(CounterLog.checksum(frame, 0, frame.length)); // TCP's own is weak.
        out.write(frame);
        if (outbox.isEmpty()) {
          out.flush();
        }
      }
    }
  }

  // In.

  void listen() throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    // The loopback address only: who can connect can change everything, as nobody is authenticated.
    server.bind(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), parse(node.log.address).getPort()));
    node.start(
        () -> {
          while (true) {
            SocketChannel socket = server.accept();
            accepted.add(socket);
            node.start(() -> serve(socket));
            SocketChannel oldest = accepted.size() > MAX_CONNECTIONS ? accepted.poll() : null;
            if (oldest != null) { // Else idle clients would use up all file descriptors.
              oldest.close(); // If it is a peer's, the peer connects again.
            }
          }
        });
  }

  private void serve(SocketChannel socket) throws InterruptedException {
    try (socket;
        InputStream in = new BufferedInputStream(Channels.newInputStream(socket))) {
      in.mark(1);
      if (in.read() == PEER) {
        receive(new DataInputStream(in));
      } else {
        in.reset();
        answer(in, Channels.newOutputStream(socket));
      }
    } catch (IOException | RuntimeException e) {
      // The connection has ended, or what came is no frame: it is closed.
    } finally {
      accepted.remove(socket);
    }
  }

  private void receive(DataInputStream in) throws IOException, InterruptedException {
    if (in.readLong() != node.log.group) {
      return; // The node drops messages of other groups, but their addresses must not come in here.
    }
    long sender = in.readLong();
    addresses.putIfAbsent(sender, in.readUTF());
    MessageCodec codec = new MessageCodec();
    while (true) {
      int size = in.readInt();
      if (size < 0 || size > MAX_FRAME_BYTES) {
        throw new IOException("a frame of " + size + " bytes");
      }
      int checksum = in.readInt();
      byte[] frame = new byte[size];
      in.readFully(frame);
      Message message = codec.parse(frame);
      if (CounterLog.checksum(frame, 0, size) != checksum || message.getFrom() != sender) {
        throw new IOException("a damaged frame, or a message of another node");
      }
      node.inbox.put(message); // Waits if the loop is slow, and TCP makes the peer wait.
    }
  }

  private void answer(InputStream in, OutputStream out) throws IOException, InterruptedException {
    while (true) {
      String text;
      try {
        CompletableFuture<String> reply = new CompletableFuture<>();
        node.inbox.put(node.requests.parse(readLine(in), reply));
        text = reply.get(CLIENT_SECONDS, TimeUnit.SECONDS);
      } catch (IllegalArgumentException e) {
        text = "ERROR " + e.getMessage();
      } catch (TimeoutException | ExecutionException e) {
        text = Requests.UNKNOWN;
      }
      out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.length() == MAX_LINE) {
        throw new IOException("no whole line");
      }
      line.append((char) next);
    }
    return line.toString();
  }
}
