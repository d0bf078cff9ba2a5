package io.tickraft.examples.kv.peer;

import io.netty.buffer.ByteBuf;
import io.tickraft.examples.kv.store.Identity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The first frame on a connection between nodes: who calls whom, and what for. A wrong address in a
 * configuration must not bring two clusters together: their terms and logs would mix.
 *
 * @param use what the connection is for
 * @param from the caller
 * @param to the id of the node that it means to reach
 * @param members the ids of all nodes of the group, as the caller was told
 * @param clientPort where the caller serves clients
 */
record Hello(Use use, Identity from, long to, List<Long> members, int clientPort) {

  /** The version of what is said between nodes, beside {@code raft.proto}. */
  private static final int MAGIC = 0x544B5601; // "TKV", 1

  private static final int FIXED_BYTES = 3 * Integer.BYTES + 1 + 3 * Long.BYTES;

  /** What a connection is for. */
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

  /** Why a hello is not answered with a welcome; the text is for the caller's log. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  void writeTo(ByteBuf out) {
    byte[] cluster = from.cluster().getBytes(StandardCharsets.UTF_8);
    out.writeInt(MAGIC);
    out.writeByte(use.number);
    out.writeLong(from.group());
    out.writeLong(from.id());
    out.writeLong(to);
    out.writeInt(clientPort);
    out.writeInt(members.size());
    members.forEach(out::writeLong);
    out.writeBytes(cluster);
  }

  static Hello readFrom(ByteBuf in) throws RefusedException {
    if (in.readableBytes() < FIXED_BYTES || in.readInt() != MAGIC) {
      throw new RefusedException("this is a node of a tickraft key-value cluster, version 1");
    }
    Use use = Use.of(in.readUnsignedByte());
    long group = in.readLong();
    long from = in.readLong();
    long to = in.readLong();
    int clientPort = in.readInt();
    int count = in.readInt();
    if (count < 0 || count > in.readableBytes() / Long.BYTES) {
      throw new RefusedException("a hello that ends too early");
    }
    List<Long> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(in.readLong());
    }
    String cluster = in.readString(in.readableBytes(), StandardCharsets.UTF_8);
    return new Hello(use, new Identity(cluster, group, from), to, members, clientPort);
  }

  /**
   * Checks that a caller means this node, and means the same group: two first voters that start
   * from different lists of members could each find a majority of their own.
   */
  void check(Identity me, List<Long> myMembers) throws RefusedException {
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
    if (!members.equals(myMembers) || !members.contains(from.id())) {
      throw new RefusedException(
          "node " + from.id() + " has the peers " + members + ", and this node " + myMembers);
    }
  }
}
