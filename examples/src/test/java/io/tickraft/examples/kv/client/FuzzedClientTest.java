package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Random and mutated requests: no exception leaves the commands, what is held is released, and
 * other clients are served. {@code -Dtickraft.client.frames} sets their number.
 */
class FuzzedClientTest {

  private static final int FRAMES = Integer.getInteger("tickraft.client.frames", 20_000);
  private static final String ALPHABET = "*$0123456789\r\n+-:\"'\\PINGSETa \u00ff\0";

  private static final String[] WORDS = {
    "GET",
    "SET",
    "MGET",
    "MSET",
    "DEL",
    "INCR",
    "DECRBY",
    "APPEND",
    "GETDEL",
    "GETSET",
    "SETNX",
    "STRLEN",
    "TYPE",
    "SCAN",
    "KEYS",
    "FLUSHDB",
    "MULTI",
    "EXEC",
    "DISCARD",
    "WATCH",
    "HELLO",
    "AUTH",
    "CLIENT",
    "LIST",
    "CLUSTER",
    "SLOTS",
    "COMMAND",
    "DOCS",
    "INFO",
    "RAFT.ADDNODE",
    "RAFT.STATUS",
    "KV.DIGEST",
    "NX",
    "XX",
    "EX",
    "COUNT",
    "MATCH",
    "SETNAME",
    "0",
    "1",
    "-1",
    "3",
    "a",
    "b",
    "*",
    "[a-",
    "\\",
    "h:7",
    "99999999999",
    "",
    "x".repeat(101),
    "\u00ff\0"
  };

  /** Small limits, which are often reached. */
  private static final ClientLimits LIMITS = new ClientLimits(100, 20_000, 4_000, 4, 0, 0);

  private final FakeNode node = new FakeNode();
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private long nanos;
  private final ClientServer server =
      new ClientServer(node, LIMITS, Users.NONE, loop.eventLoop(), loop.eventLoop(), () -> nanos);

  @Test
  void whateverIsSentNothingFalls() {
    Random random = new Random(1);
    WireClient witness = new WireClient(server, false);
    for (int sent = 0; sent < FRAMES; ) {
      EmbeddedChannel victim = new EmbeddedChannel();
      server.accept(victim, random.nextBoolean());
      for (int i = 1 + random.nextInt(20); i > 0 && victim.isOpen(); i--, sent++) {
        String frame = random.nextInt(4) == 0 ? noise(random) : mutated(request(random), random);
        send(victim, frame, random);
      }
      if (random.nextInt(50) == 0) {
        nanos += TimeUnit.SECONDS.toNanos(random.nextInt(70));
        server.check();
        loop.runPendingTasks();
      }
      victim.checkException();
      victim.finishAndReleaseAll();
      if (random.nextInt(20) == 0) {
        assertThat(witness.channel().isOpen() ? witness.request("PING") : "+PONG\r\n")
            .isEqualTo("+PONG\r\n");
      }
      assertThat(server.count()).isEqualTo(1);
      assertThat(server.heldBytes()).isZero();
    }
    assertThat(server.failures()).isZero();
  }

  private void send(EmbeddedChannel victim, String frame, Random random) {
    int cut = random.nextInt(frame.length() + 1);
    for (String piece : new String[] {frame.substring(0, cut), frame.substring(cut)}) {
      if (victim.isOpen()) {
        victim.writeInbound(Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1));
        server.flush();
        loop.runPendingTasks();
        for (ByteBuf out = victim.readOutbound(); out != null; out = victim.readOutbound()) {
          out.release();
        }
      }
    }
  }

  private static String noise(Random random) {
    StringBuilder bytes = new StringBuilder();
    for (int i = random.nextInt(60); i > 0; i--) {
      bytes.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return bytes.toString();
  }

  private static String request(Random random) {
    String[] words = new String[1 + random.nextInt(5)];
    for (int i = 0; i < words.length; i++) {
      words[i] = WORDS[random.nextInt(WORDS.length)];
    }
    return random.nextInt(5) == 0 ? String.join(" ", words) + "\r\n" : WireClient.encoded(words);
  }

  private static String mutated(String request, Random random) {
    StringBuilder bytes = new StringBuilder(request);
    if (random.nextInt(3) > 0) {
      return request;
    }
    int at = random.nextInt(bytes.length());
    switch (random.nextInt(3)) {
      case 0 -> bytes.setCharAt(at, (char) random.nextInt(256));
      case 1 -> bytes.deleteCharAt(at);
      default -> bytes.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return bytes.toString();
  }
}
