package io.tickraft.examples.kv.peer;

import io.netty.buffer.ByteBuf;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Printable;
import io.tickraft.examples.kv.peer.RefusedException.Kind;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The first frame on a connection between nodes: the caller (the node that opened the connection),
 * the node that it expects to reach, and the use of the connection. A wrong address in a
 * configuration must not connect two clusters: their terms and logs would mix.
 *
 * @param use the use of the connection
 * @param from the caller
 * @param to the id of the node that the caller expects to reach
 * @param founders the ids of the group's first voters; empty if the caller has not joined yet
 * @param listensAt the address at which the caller listens for its peers: the receiver may not know
 *     it yet
 * @param clientPort the port at which the caller serves clients
 */
record Hello(
    Use use, Identity from, long to, List<Long> founders, HostAndPort listensAt, int clientPort) {

  /** Identifies this protocol: "TKV" in the first three bytes of a hello. */
  private static final int MAGIC = 0x544B56;

  /** The version of the protocol, in the fourth byte of a hello. */
  private static final int VERSION = 3;

  private static final int FIXED_BYTES = 3 * Integer.BYTES + 1 + 3 * Long.BYTES;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_FOUNDERS = 1_000;

  /** The use of a connection. */
  enum Use {
    MESSAGES(0),
    SNAPSHOT(1);

    private final int number;

    Use(int number) {
      this.number = number;
    }

    private static Use of(int number) throws RefusedException {
      for (Use use : values()) {
        if (use.number == number) {
          return use;
        }
      }
      throw new RefusedException(Kind.HELLO, "unknown use of a connection: " + number);
    }
  }

  void writeTo(ByteBuf out) {
    int start = out.writerIndex();
    byte[] cluster = from.cluster().getBytes(StandardCharsets.UTF_8);
    byte[] address = listensAt.toString().getBytes(StandardCharsets.UTF_8);
    out.writeInt(MAGIC << 8 | VERSION);
    out.writeByte(use.number);
    out.writeLong(from.group());
    out.writeLong(from.id());
    out.writeLong(to);
    out.writeInt(clientPort);
    out.writeInt(founders.size());
    out.writeInt(address.length);
    founders.forEach(out::writeLong);
    out.writeBytes(address);
    out.writeBytes(cluster);
    out.writeInt(Handshake.crc(out, start, out.writerIndex() - start));
  }

  /** Reads a hello, which takes the rest of the buffer, and checks each field. */
  static Hello readFrom(ByteBuf in) throws RefusedException {
    checkVersion(in);
    checkSum(in);
    Use use = Use.of(in.readUnsignedByte());
    long group = checkedId("group", in.readLong());
    long from = checkedId("node", in.readLong());
    long to = checkedId("node", in.readLong());
    int clientPort = checkedPort(in.readInt());
    int count = in.readInt();
    int addressBytes = in.readInt();
    check(count >= 0 && count <= MAX_FOUNDERS, "a hello with " + count + " first voters");
    check(
        addressBytes >= 0
            && (long) count * Long.BYTES + addressBytes <= in.readableBytes() - Integer.BYTES,
        "a hello that ends too early");
    List<Long> founders = founders(in, count);
    HostAndPort listensAt = address(in.readString(addressBytes, StandardCharsets.UTF_8));
    int clusterBytes = in.readableBytes() - Integer.BYTES;
    String cluster = in.readString(clusterBytes, StandardCharsets.UTF_8);
    check(Identity.isClusterName(cluster), "a hello with a name that no cluster has");
    return new Hello(use, new Identity(cluster, group, from), to, founders, listensAt, clientPort);
  }

  private static void check(boolean holds, String problem) throws RefusedException {
    if (!holds) {
      throw new RefusedException(Kind.HELLO, problem);
    }
  }

  private static void checkVersion(ByteBuf in) throws RefusedException {
    check(
        in.readableBytes() >= Integer.BYTES && in.readUnsignedMedium() == MAGIC,
        "this is a node of a tickraft key-value cluster");
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new RefusedException(
          Kind.VERSION,
          "this node speaks version "
              + VERSION
              + " of the protocol between nodes, and the caller version "
              + version);
    }
  }

  private static void checkSum(ByteBuf in) throws RefusedException {
    check(in.readableBytes() >= FIXED_BYTES, "a hello that ends too early");
    int start = in.readerIndex() - Integer.BYTES;
    int end = in.writerIndex() - Integer.BYTES;
    check(
        in.getInt(end) == Handshake.crc(in, start, end - start), "a damaged hello: wrong checksum");
  }

  private static long checkedId(String what, long id) throws RefusedException {
    check(id >= 1, "a hello with " + what + " " + id);
    return id;
  }

  /** Checks the port at which a node serves clients. */
  static int checkedPort(int port) throws RefusedException {
    check(port >= 1 && port <= MAX_PORT, "a port for clients is from 1 to 65535: " + port);
    return port;
  }

  private static List<Long> founders(ByteBuf in, int count) throws RefusedException {
    List<Long> founders = new ArrayList<>();
    long last = 0;
    for (int i = 0; i < count; i++) {
      long id = in.readLong();
      check(id > last, "a hello whose first voters are not ids in ascending order");
      founders.add(id);
      last = id;
    }
    return founders;
  }

  private static HostAndPort address(String text) throws RefusedException {
    try {
      return HostAndPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          Kind.HELLO,
          "a hello without an address: " + Printable.of(String.valueOf(e.getMessage())));
    }
  }

  /**
   * Checks that a caller expects this node, and belongs to the same group. First voters that start
   * from different lists are refused: each list could have its own majority.
   *
   * <p>The caller may be unknown here, because this node may not have applied its addition yet. A
   * removed caller is refused, and may learn only from this refusal that it was removed.
   */
  void check(Identity me, Members members) throws RefusedException {
    checkPlace(
        from.cluster().equals(me.cluster()),
        "this is cluster '" + me.cluster() + "', not '" + Printable.of(from.cluster()) + "'");
    checkPlace(from.group() == me.group(), "this is group " + me.group() + ", not " + from.group());
    checkPlace(to == me.id(), "this is node " + me.id() + ", not " + to);
    checkPlace(from.id() != me.id(), "node " + from.id() + " cannot call node " + me.id());
    List<Long> mine = members.founders();
    checkPlace(
        founders.isEmpty() || mine.isEmpty() || founders.equals(mine),
        "the first voters were " + mine + " here, and " + founders + " for node " + from.id());
    if (members.removed().contains(from.id())) {
      throw new RefusedException(Kind.REMOVED, "node " + from.id() + " was removed from the group");
    }
  }

  private static void checkPlace(boolean holds, String problem) throws RefusedException {
    if (!holds) {
      throw new RefusedException(Kind.OTHER_NODE, problem);
    }
  }

  /** Checks that a message on this connection is from its caller, and for this node and group. */
  void check(Message message) throws RefusedException {
    if (message.getFrom() != from.id()
        || message.getTo() != to
        || message.getGroup() != from.group()) {
      throw new RefusedException(
          Kind.SENDER,
          "node "
              + from.id()
              + " sent a message from node "
              + message.getFrom()
              + " to node "
              + message.getTo()
              + " in group "
              + message.getGroup());
    }
  }
}
