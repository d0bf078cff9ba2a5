package io.tickraft.examples.kv.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.tickraft.examples.kv.net.Printable;
import io.tickraft.examples.kv.peer.RefusedException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The first frame in each direction of a connection between nodes: a length of four bytes, a kind
 * of one byte, and the body.
 *
 * <p>Their form is the same in all versions of the protocol: so a node can tell one of another
 * version why it is refused. All later frames have the form of {@link Frames}.
 */
final class Handshake {

  /** The limit of kind and body: a stranger must not make this node allocate much memory. */
  private static final int MAX_BYTES = 64 << 10;

  /** The first frame, from the node that opened the connection: {@link Hello}. */
  static final byte HELLO = 1;

  /** Answer to a hello: the port at which the answering node serves clients, and a checksum. */
  static final byte WELCOME = 2;

  /** Answer to a hello: the reason of the refusal, as text; the connection is closed. */
  static final byte REFUSED = 3;

  private Handshake() {}

  static LengthFieldBasedFrameDecoder decoder() {
    return new LengthFieldBasedFrameDecoder(MAX_BYTES, 0, Integer.BYTES, 0, Integer.BYTES);
  }

  private static ByteBuf frame(ByteBufAllocator allocator, byte kind, int bytes) {
    ByteBuf frame = allocator.ioBuffer(Integer.BYTES + 1 + bytes);
    return frame.writeInt(1 + bytes).writeByte(kind);
  }

  static ByteBuf hello(ByteBufAllocator allocator, Hello hello) {
    ByteBuf body = allocator.buffer();
    try {
      hello.writeTo(body);
      return frame(allocator, HELLO, body.readableBytes()).writeBytes(body);
    } finally {
      body.release();
    }
  }

  static ByteBuf welcome(ByteBufAllocator allocator, int clientPort) {
    ByteBuf frame = frame(allocator, WELCOME, 2 * Integer.BYTES).writeInt(clientPort);
    return frame.writeInt(crc(frame, frame.writerIndex() - Integer.BYTES, Integer.BYTES));
  }

  /** Reads the rest of a welcome, after the kind. */
  static int readWelcome(ByteBuf in) throws RefusedException {
    if (in.readableBytes() != 2 * Integer.BYTES) {
      throw new RefusedException(Kind.HELLO, "a welcome of " + in.readableBytes() + " bytes");
    }
    int sum = crc(in, in.readerIndex(), Integer.BYTES);
    int clientPort = in.readInt();
    if (in.readInt() != sum) {
      throw new RefusedException(Kind.FRAME, "a damaged welcome: wrong checksum");
    }
    return Hello.checkedPort(clientPort);
  }

  static ByteBuf refused(ByteBufAllocator allocator, String why) {
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    return frame(allocator, REFUSED, text.length).writeBytes(text);
  }

  /** Reads the rest of a refusal, after the kind: text for a log. */
  static String readRefused(ByteBuf in) {
    return Printable.of(in.toString(StandardCharsets.UTF_8));
  }

  /** {@return the CRC-32C of some bytes of a buffer} */
  static int crc(ByteBuf buffer, int index, int length) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.nioBuffer(index, length));
    return (int) crc.getValue();
  }
}
