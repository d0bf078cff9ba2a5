package io.tickraft.examples.kv.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tickraft.proto.Message;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** Another node, on a plain socket: sends frames, right or wrong, and reads the answers. */
final class Caller implements AutoCloseable {

  private final Socket socket;
  private final DataInputStream in;

  Caller(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  Caller(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  Caller say(ByteBuf frame) throws IOException {
    byte[] bytes = ByteBufUtil.getBytes(frame);
    frame.release();
    socket.getOutputStream().write(bytes);
    return this;
  }

  Caller say(Message message) throws IOException {
    return say(Frames.message(ByteBufAllocator.DEFAULT, message));
  }

  Caller hello(Hello hello) throws IOException {
    return say(Handshake.hello(ByteBufAllocator.DEFAULT, hello));
  }

  /** Returns the next frame of the handshake, kind and all; empty at the end of the connection. */
  ByteBuf hearHandshake() throws IOException {
    try {
      return read(in.readInt());
    } catch (EOFException | SocketException e) {
      return Unpooled.EMPTY_BUFFER;
    }
  }

  /** Returns the next frame, kind and all, of those that are no sign of life; empty at the end. */
  ByteBuf hear() throws IOException {
    ByteBuf frame;
    do {
      frame = hearAny();
    } while (frame.isReadable() && frame.getByte(0) == Frames.KEEP_ALIVE);
    return frame;
  }

  /** Returns the next frame, kind and all; empty at the end of the connection. */
  ByteBuf hearAny() throws IOException {
    try {
      int length = in.readInt();
      in.readInt();
      in.readInt();
      return read(length);
    } catch (EOFException | SocketException e) {
      return Unpooled.EMPTY_BUFFER;
    }
  }

  private ByteBuf read(int length) throws IOException {
    byte[] frame = new byte[length];
    in.readFully(frame);
    return Unpooled.wrappedBuffer(frame);
  }

  Caller assertWelcome() throws IOException, RefusedException {
    ByteBuf frame = hearHandshake();
    assertThat(frame.readByte()).isEqualTo(Handshake.WELCOME);
    assertThat(Handshake.readWelcome(frame)).isEqualTo(7001);
    return this;
  }

  /** Asserts that the connection is refused with a reason, and closed. */
  void assertRefused(String why) throws IOException {
    ByteBuf frame = hearHandshake();
    assertThat(frame.isReadable()).as("a reason").isTrue();
    assertThat(frame.readByte()).isEqualTo(Handshake.REFUSED);
    assertThat(Handshake.readRefused(frame)).isEqualTo(why);
    assertEnd();
  }

  /** Asserts that the connection is closed with a reason, after the handshake. */
  void assertClosed(String why) throws IOException {
    ByteBuf frame = hear();
    assertThat(frame.isReadable()).as("a reason").isTrue();
    assertThat(frame.readByte()).isEqualTo(Frames.CLOSED);
    assertThat(Frames.readClosed(frame)).isEqualTo(why);
    assertEnd();
  }

  void assertEnd() throws IOException {
    assertThat(hear().readableBytes()).isZero();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
