package io.tickraft.examples.kv.peer;

import static io.tickraft.examples.kv.peer.TestFrames.HEARTBEAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.tickraft.proto.MessageCodec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {

  private static final byte[] FRAME =
      ByteBufUtil.getBytes(Frames.message(ByteBufAllocator.DEFAULT, HEARTBEAT));

  private final EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 13, 1_000})
  void aFrameIsReadAsItWasWrittenInPiecesOfAnySize(int piece) throws Exception {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < FRAME.length; i += piece) {
        channel.writeInbound(
            Unpooled.copiedBuffer(Arrays.copyOfRange(FRAME, i, Math.min(i + piece, FRAME.length))));
      }
      ByteBuf frame = channel.readInbound();
      assertThat(frame.readByte()).isEqualTo(Frames.MESSAGE);
      assertThat(Frames.readMessage(frame, new MessageCodec())).isEqualTo(HEARTBEAT);
      assertThat(channel.inboundMessages()).isEmpty();
    }
  }

  /** Also in a length: the decoder must not wait for bytes that never come. */
  @Test
  void eachFlippedBitIsNoticedAtOnce() {
    for (int bit = 0; bit < FRAME.length * Byte.SIZE; bit++) {
      byte[] damaged = FRAME.clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      EmbeddedChannel other = new EmbeddedChannel(new FrameDecoder());
      assertThatThrownBy(() -> other.writeInbound(Unpooled.wrappedBuffer(damaged)))
          .as("bit %d", bit)
          .isInstanceOf(DecoderException.class)
          .cause()
          .isInstanceOf(RefusedException.class)
          .hasMessageStartingWith("a damaged frame: ");
      // Nothing after it is taken for a frame.
      other.writeInbound(Unpooled.wrappedBuffer(FRAME));
      assertThat(other.inboundMessages()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, Frames.MAX_BYTES + 1, Integer.MAX_VALUE})
  void aLengthThatNoFrameHasIsRefused(int length) {
    ByteBuf header = Unpooled.buffer().writeInt(length).writeInt(0);
    header.writeInt(Handshake.crc(header, 0, 2 * Integer.BYTES));
    assertThatThrownBy(() -> channel.writeInbound(header))
        .cause()
        .hasMessage("a damaged frame: its length is " + length);
  }
}
