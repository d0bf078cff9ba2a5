package io.tickraft.examples.kv.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.tickraft.proto.Message;
import io.tickraft.proto.MessageCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The frames between nodes: a length of four bytes, a kind of one byte, and the body. */
final class Frames {

  /** The limit of kind and body: more than the largest append or snapshot chunk. */
  static final int MAX_BYTES = 64 << 20;

  /** The first frame, from the node that opened the connection: {@link Hello}. */
  static final byte HELLO = 1;

  /** Answer to a hello: the port at which the answering node serves clients. */
  static final byte WELCOME = 2;

  /** Answer to a hello: the reason of the refusal, as text; the connection is closed. */
  static final byte REFUSED = 3;

  /** A Raft message; on a connection for a snapshot, the InstallSnapshot without the map. */
  static final byte MESSAGE = 4;

  /** Pairs of a snapshot. */
  static final byte CHUNK = 5;

  /** The end of a snapshot: the number of pairs, and the CRC-32C of all chunks. */
  static final byte END = 6;

  /** Answer to the end: the snapshot is complete and durable. */
  static final byte RECEIVED = 7;

  private Frames() {}

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
    return frame(allocator, WELCOME, Integer.BYTES).writeInt(clientPort);
  }

  static ByteBuf refused(ByteBufAllocator allocator, String why) {
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    return frame(allocator, REFUSED, text.length).writeBytes(text);
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
    return frame.writerIndex(start + size);
  }

  /**
   * Reads a message, which takes the rest of the buffer. It is copied once, as a whole: the data of
   * entries are views of the copy.
   */
  static Message readMessage(ByteBuf in, MessageCodec codec) throws IOException {
    return codec.parse(readBytes(in));
  }

  static ByteBuf chunk(ByteBufAllocator allocator, ByteString pairs) {
    ByteBuf frame = frame(allocator, CHUNK, pairs.size());
    pairs.asReadOnlyByteBufferList().forEach(frame::writeBytes);
    return frame;
  }

  static ByteString readChunk(ByteBuf in) {
    return readBytes(in);
  }

  private static ByteString readBytes(ByteBuf in) {
    byte[] bytes = new byte[in.readableBytes()];
    in.readBytes(bytes);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  static ByteBuf end(ByteBufAllocator allocator, long pairs, long crc) {
    return frame(allocator, END, 2 * Long.BYTES).writeLong(pairs).writeLong(crc);
  }

  static ByteBuf received(ByteBufAllocator allocator) {
    return frame(allocator, RECEIVED, 0);
  }
}
