package io.tickraft.examples.kv.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;

/** A client without a network: bytes in, bytes out. Each character of a text is a byte. */
final class WireClient {

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ClientServer server;

  WireClient(ClientServer server, boolean isLocal) {
    this.server = server;
    server.accept(channel, isLocal);
  }

  EmbeddedChannel channel() {
    return channel;
  }

  void close() {
    channel.close().awaitUninterruptibly();
    channel.runPendingTasks();
  }

  /** Sends bytes as they are, and returns what is answered at once. */
  String send(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    return received();
  }

  String received() {
    server.flush();
    channel.runPendingTasks();
    StringBuilder text = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      text.append(out.toString(StandardCharsets.ISO_8859_1));
      out.release();
    }
    return text.toString();
  }

  /** Sends a request of words, as clients do. */
  String request(String... words) {
    return send(encoded(words));
  }

  /** Sends the words of a line, and returns the answer with a semicolon for each end of a line. */
  String line(String words) {
    return request(words.trim().split(" +", -1)).replace("\r\n", ";");
  }

  static String encoded(String... words) {
    StringBuilder bytes = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      bytes.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return bytes.toString();
  }
}
