package io.tickraft.examples.kv.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tickraft.examples.kv.net.Printable;
import io.tickraft.examples.kv.peer.RefusedException.Kind;
import io.tickraft.proto.Message;
import io.tickraft.proto.MessageCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The frames between nodes after the {@link Handshake}: a header, a kind of one byte, and the body.
 *
 * <p>The header has three fields of four bytes: the length of kind and body, their CRC-32C, and the
 * CRC-32C of the header's other eight bytes. With a damaged length, a node would wait for bytes
 * that never come.
 */
final class Frames {

  static final int HEADER_BYTES = 3 * Integer.BYTES;

  /** The limit of kind and body: more than the largest append or snapshot chunk. */
  static final int MAX_BYTES = 64 << 20;

  /** The connection ends; the reason, as text. */
  static final byte CLOSED = 3;

  /** A Raft message; on a connection for a snapshot, the InstallSnapshot without the map. */
  static final byte MESSAGE = 4;

  /** Pairs of a snapshot. */
  static final byte CHUNK = 5;

  /** The end of a snapshot: the number of pairs, and the CRC-32C of all chunks. */
  static final byte END = 6;

  /** Answer to the end: the snapshot is complete and durable. */
  static final byte RECEIVED = 7;

  /** Nothing but a sign of life: {@link KeepAlive}. */
  static final byte KEEP_ALIVE = 8;

  private Frames() {}

  private static ByteBuf frame(ByteBufAllocator allocator, byte kind, int bytes) {
    ByteBuf frame = allocator.ioBuffer(HEADER_BYTES + 1 + bytes);
    return frame.writeZero(HEADER_BYTES).writeByte(kind);
  }

  /** Writes the header, when the body is complete. */
  static ByteBuf finish(ByteBuf frame) {
    int length = frame.writerIndex() - HEADER_BYTES;
    frame.setInt(0, length);
    frame.setInt(Integer.BYTES, Handshake.crc(frame, HEADER_BYTES, length));
    return frame.setInt(2 * Integer.BYTES, Handshake.crc(frame, 0, 2 * Integer.BYTES));
  }

  /** Checks that a frame without content has ended. */
  static void checkEmpty(ByteBuf body) throws RefusedException {
    checkLength(body, 0);
  }

  private static void checkLength(ByteBuf body, int bytes) throws RefusedException {
    if (body.readableBytes() != bytes) {
      throw new RefusedException(
          Kind.FRAME, body.readableBytes() + " bytes in a frame that has " + bytes);
    }
  }

  static RefusedException unexpected(byte kind, String where) {
    return new RefusedException(Kind.FRAME, "a frame of kind " + kind + " " + where);
  }

  static ByteBuf closed(ByteBufAllocator allocator, String why) {
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    return finish(frame(allocator, CLOSED, text.length).writeBytes(text));
  }

  /** Reads the rest of the frame, after the kind: text for a log. */
  static String readClosed(ByteBuf in) {
    return Printable.of(in.toString(StandardCharsets.UTF_8));
  }

  static boolean fits(Message message) {
    return message.getSerializedSize() < MAX_BYTES;
  }

  static ByteBuf message(ByteBufAllocator allocator, Message message) {
    int size = message.getSerializedSize();
    ByteBuf frame = frame(allocator, MESSAGE, size);
    int start = frame.writerIndex();
    // MessageCodec encodes into an array, which would have to be copied: slower for large entries.
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(frame.nioBuffer(start, size));
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("the frame is exactly as large as the message", e);
    }
    return finish(frame.writerIndex(start + size));
  }

  /**
   * Reads a message, which takes the rest of the buffer. It is copied once, as a whole: the data of
   * entries are views of the copy.
   */
  static Message readMessage(ByteBuf in, MessageCodec codec) throws RefusedException {
    try {
      return codec.parse(readBytes(in));
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(Kind.FRAME, "a message that is not one: " + e.getMessage());
    }
  }

  static ByteBuf chunk(ByteBufAllocator allocator, ByteString pairs) {
    ByteBuf frame = frame(allocator, CHUNK, pairs.size());
    pairs.asReadOnlyByteBufferList().forEach(frame::writeBytes);
    return finish(frame);
  }

  static ByteString readChunk(ByteBuf in) {
    return readBytes(in);
  }

  private static ByteString readBytes(ByteBuf in) {
    byte[] bytes = new byte[in.readableBytes()];
    in.readBytes(bytes);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /**
   * The end of a snapshot.
   *
   * @param pairs the number of pairs, at least 0
   * @param crc the CRC-32C of all chunks
   */
  record End(long pairs, long crc) {}

  static ByteBuf end(ByteBufAllocator allocator, End end) {
    return finish(
        frame(allocator, END, 2 * Long.BYTES).writeLong(end.pairs()).writeLong(end.crc()));
  }

  static End readEnd(ByteBuf in) throws RefusedException {
    checkLength(in, 2 * Long.BYTES);
    return new End(in.readLong(), in.readLong());
  }

  static ByteBuf received(ByteBufAllocator allocator) {
    return finish(frame(allocator, RECEIVED, 0));
  }

  static ByteBuf keepAlive(ByteBufAllocator allocator) {
    return finish(frame(allocator, KEEP_ALIVE, 0));
  }
}
