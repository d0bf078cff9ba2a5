package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.tickraft.examples.kv.net.HostAndPort;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code MULTI}, {@code EXEC}, {@code DISCARD} and {@code WATCH}. */
class TransactionTest {

  private static final int MAX_VALUE = 100;

  /** A request has up to 2,000 bytes, and the commands of a transaction as much memory. */
  private static final ClientLimits LIMITS =
      new ClientLimits(MAX_VALUE, 1 << 20, 4_000, 10, 0, 1_000);

  private final FakeNode node = new FakeNode();
  private final ClientServer server =
      new ClientServer(
          node,
          ClientLimits.of(MAX_VALUE),
          Users.NONE,
          new EmbeddedChannel().eventLoop(),
          ForkJoinPool.commonPool(),
          System::nanoTime);
  private final WireClient client = new WireClient(server, true);
  private final WireClient other = new WireClient(server, true);

  /** Sends several lines, and returns all answers. */
  private String lines(String... lines) {
    StringBuilder answers = new StringBuilder();
    for (String line : lines) {
      answers.append(client.line(line));
    }
    return answers.toString();
  }

  @Test
  void theCommandsTakeEffectTogetherAtExec() {
    assertThat(lines("MULTI", "SET a 1", "INCR a", "GET a"))
        .isEqualTo("+OK;+QUEUED;+QUEUED;+QUEUED;");
    assertThat(other.line("GET a")).isEqualTo("$-1;");
    assertThat(lines("EXEC")).isEqualTo("*3;+OK;:2;$1;2;");
    assertThat(other.line("GET a")).isEqualTo("$1;2;");
  }

  @Test
  void aTransactionIsOneEntry() {
    lines("MULTI", "SET a 1", "GET a", "DEL a");
    node.hold();
    assertThat(lines("EXEC")).isEmpty();
    assertThat(node.heldCount()).isEqualTo(1);
    node.releaseBackwards();
    assertThat(client.received()).isEqualTo("*3\r\n+OK\r\n$1\r\n1\r\n:1\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET a          | $1;1;",
        "MGET a b       | *2;$1;1;$-1;",
        "EXISTS a b a   | :2;",
        "STRLEN a       | :1;",
        "TYPE a         | +string;",
        "DBSIZE         | :1;",
        "SET a 2 GET    | $1;1;",
        "SETNX a 2      | :0;",
        "GETSET a 2     | $1;1;",
        "GETDEL a       | $1;1;",
        "APPEND a 2     | :2;",
        "MSET a 2 b 3   | +OK;",
        "DEL a b        | :1;",
        "DECRBY a 3     | :-2;",
        "FLUSHDB        | +OK;",
      })
  void eachCommandOnKeysMayBeAPart(String command, String answer) {
    assertThat(lines("MULTI", "SET a 1", command, "EXEC"))
        .isEqualTo("+OK;+QUEUED;+QUEUED;*2;+OK;" + answer);
  }

  @Test
  void oneThatFailsDoesNotUndoTheOthers() {
    assertThat(lines("MULTI", "SET a x", "INCR a", "SET b 1", "EXEC"))
        .endsWith("*3;+OK;-ERR value is not an integer or out of range;+OK;");
    assertThat(lines("MGET a b")).isEqualTo("*2;$1;x;$1;1;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FOO",
        "GET",
        "SET a 1 WHAT",
        "SET a 1 EX 10",
        "INCRBY a x",
        "MSET a 1 b",
        "PING",
        "KEYS *",
        "SCAN 0",
        "KV.DIGEST",
        "HELLO 3",
        "CLIENT SETNAME me",
        "RAFT.REMOVENODE 2",
      })
  void oneThatIsRefusedAbortsAll(String refused) {
    assertThat(lines("MULTI", "SET a 1")).isEqualTo("+OK;+QUEUED;");
    assertThat(lines(refused)).startsWith("-ERR ");
    assertThat(lines("SET b 1", "EXEC"))
        .isEqualTo("+QUEUED;-EXECABORT Transaction discarded because of previous errors.;");
    assertThat(lines("EXISTS a b", "CLIENT GETNAME")).isEqualTo(":0;$-1;");
  }

  @Test
  void discardForgetsTheCommands() {
    assertThat(lines("MULTI", "SET a 1", "DISCARD", "EXISTS a", "EXEC"))
        .isEqualTo("+OK;+QUEUED;+OK;:0;-ERR EXEC without MULTI;");
    assertThat(lines("DISCARD")).isEqualTo("-ERR DISCARD without MULTI;");
    assertThat(lines("MULTI", "FOO", "DISCARD", "MULTI", "SET a 1", "EXEC"))
        .endsWith("+OK;+OK;+QUEUED;*1;+OK;");
  }

  @Test
  void anEmptyOneNeedsNoEntry() {
    node.hold();
    assertThat(lines("MULTI", "EXEC")).isEqualTo("+OK;*0;");
  }

  @Test
  void nestedOnesAndWatchAreRefused() {
    assertThat(lines("WATCH a")).startsWith("-ERR WATCH is not supported");
    assertThat(lines("MULTI", "MULTI", "WATCH a"))
        .isEqualTo(
            "+OK;-ERR MULTI calls can not be nested;-ERR WATCH inside MULTI is not allowed;");
    assertThat(lines("SET a 1", "EXEC")).isEqualTo("+QUEUED;*1;+OK;");
  }

  @Test
  void theCommandsBeforeAndAfterKeepTheirPlaces() {
    String pipeline =
        WireClient.encoded("GET", "a")
            + WireClient.encoded("MULTI")
            + WireClient.encoded("SET", "a", "1")
            + WireClient.encoded("EXEC")
            + WireClient.encoded("MULTI")
            + WireClient.encoded("INCR", "a")
            + WireClient.encoded("EXEC")
            + WireClient.encoded("GET", "a");
    node.hold();
    assertThat(client.send(pipeline)).isEmpty();
    node.releaseBackwards();
    assertThat(client.received().replace("\r\n", ";"))
        .isEqualTo("$-1;+OK;+QUEUED;*1;+OK;+OK;+QUEUED;*1;:2;$1;2;");
  }

  @Test
  void aFollowerRedirectsEachCommand() {
    node.follow(new HostAndPort("host", 7002));
    assertThat(lines("MULTI", "SET foo 1", "GET foo", "EXEC"))
        .isEqualTo(
            "+OK;-MOVED 12182 host:7002;-MOVED 12182 host:7002;"
                + "-EXECABORT Transaction discarded because of previous errors.;");
  }

  @Test
  void itsSizeHasALimit() {
    WireClient small = new WireClient(withLimits(), true);
    small.line("MULTI");
    String value = "x".repeat(MAX_VALUE);
    String last = "+QUEUED\r\n";
    int queued = -1;
    for (; last.equals("+QUEUED\r\n"); queued++) {
      last = small.request("SET", "key", value);
    }
    assertThat(queued).isBetween(3, 10);
    assertThat(last)
        .isEqualTo(
            "-OOM the commands of a transaction may take 2000 bytes of memory, some hundred for"
                + " each besides its arguments\r\n");
    // It holds nothing any more, and waits for nothing.
    for (int i = 0; i < 20; i++) {
      assertThat(small.request("SET", "key", value)).isEqualTo("+QUEUED\r\n");
    }
    assertThat(small.line("EXEC")).startsWith("-EXECABORT");
    assertThat(small.line("GET a")).isEqualTo("$-1;");
  }

  @Test
  void itsAnswerHasALimitAndItsEffectNone() {
    WireClient small = new WireClient(withLimits(), true);
    small.request("SET", "a", "x".repeat(MAX_VALUE));
    small.line("MULTI");
    small.line("MGET a a a a a a a a a");
    small.line("GET a");
    small.line("GETDEL a");
    small.line("GET a");
    String answer = small.line("EXEC");
    assertThat(answer)
        .startsWith("*4;*9;$100;")
        .endsWith(
            "$100;"
                + "x".repeat(MAX_VALUE)
                + ";-OOM the answer is larger than this server keeps for one client;$-1;");
  }

  private ClientServer withLimits() {
    return new ClientServer(
        node,
        LIMITS,
        Users.NONE,
        new EmbeddedChannel().eventLoop(),
        ForkJoinPool.commonPool(),
        System::nanoTime);
  }
}
