package io.tickraft.examples.kv.peer;

import io.netty.buffer.ByteBuf;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.Members;
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

  /** Identifies this protocol, and the version of its frames. */
  private static final int MAGIC = 0x544B5602; // "TKV", 2

  private static final int FIXED_BYTES = 4 * Integer.BYTES + 1 + 3 * Long.BYTES;

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
      throw new RefusedException("unknown use of a connection: " + number);
    }
  }

  /** Thrown to refuse a hello; the message is sent to the caller, for its log. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  void writeTo(ByteBuf out) {
    byte[] cluster = from.cluster().getBytes(StandardCharsets.UTF_8);
    byte[] address = listensAt.toString().getBytes(StandardCharsets.UTF_8);
    out.writeInt(MAGIC);
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
  }

  static Hello readFrom(ByteBuf in) throws RefusedException {
    if (in.readableBytes() < FIXED_BYTES || in.readInt() != MAGIC) {
      throw new RefusedException("this is a node of a tickraft key-value cluster, version 2");
    }
    Use use = Use.of(in.readUnsignedByte());
    long group = in.readLong();
    long from = in.readLong();
    long to = in.readLong();
    int clientPort = in.readInt();
    int count = in.readInt();
    int addressBytes = in.readInt();
    if (count < 0
        || addressBytes < 0
        || (long) count * Long.BYTES + addressBytes > in.readableBytes()) {
      throw new RefusedException("a hello that ends too early");
    }
    List<Long> founders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      founders.add(in.readLong());
    }
    HostAndPort listensAt = address(in.readString(addressBytes, StandardCharsets.UTF_8));
    String cluster = in.readString(in.readableBytes(), StandardCharsets.UTF_8);
    return new Hello(use, new Identity(cluster, group, from), to, founders, listensAt, clientPort);
  }

  private static HostAndPort address(String text) throws RefusedException {
    try {
      return HostAndPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw new RefusedException("a hello without an address: " + e.getMessage());
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
    if (!from.cluster().equals(me.cluster())) {
      throw new RefusedException(
          "this is cluster '" + me.cluster() + "', not '" + from.cluster() + "'");
    }
    if (from.group() != me.group()) {
      throw new RefusedException("this is group " + me.group() + ", not " + from.group());
    }
    if (to != me.id()) {
      throw new RefusedException("this is node " + me.id() + ", not " + to);
    }
    if (from.id() < 1 || from.id() == me.id()) {
      throw new RefusedException("node " + from.id() + " cannot call node " + me.id());
    }
    List<Long> mine = members.founders();
    if (!founders.isEmpty() && !mine.isEmpty() && !founders.equals(mine)) {
      throw new RefusedException(
          "the first voters were " + mine + " here, and " + founders + " for node " + from.id());
    }
    if (members.removed().contains(from.id())) {
      throw new RefusedException("node " + from.id() + " was removed from the group");
    }
  }
}
