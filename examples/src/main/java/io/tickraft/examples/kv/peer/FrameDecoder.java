package io.tickraft.examples.kv.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.tickraft.examples.kv.peer.RefusedException.Kind;
import java.util.List;

/** Splits what arrives after the {@link Handshake} into {@link Frames}, and checks their sums. */
final class FrameDecoder extends ByteToMessageDecoder {

  /** The length of the kind and body that follow next; 0: a header is next. */
  private int length;

  private int bodySum;
  private boolean damaged;

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws RefusedException {
    if (damaged) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (length == 0 && in.readableBytes() >= Frames.HEADER_BYTES) {
      readHeader(in);
    }
    if (length > 0 && in.readableBytes() >= length) {
      check(Handshake.crc(in, in.readerIndex(), length) == bodySum, "wrong checksum");
      out.add(in.readRetainedSlice(length));
      length = 0;
    }
  }

  private void readHeader(ByteBuf in) throws RefusedException {
    int headerSum = Handshake.crc(in, in.readerIndex(), 2 * Integer.BYTES);
    int next = in.readInt();
    bodySum = in.readInt();
    check(in.readInt() == headerSum, "wrong checksum of its header");
    check(next >= 1 && next <= Frames.MAX_BYTES, "its length is " + next);
    length = next;
  }

  private void check(boolean holds, String problem) throws RefusedException {
    if (!holds) {
      damaged = true;
      throw new RefusedException(Kind.FRAME, "a damaged frame: " + problem);
    }
  }
}
