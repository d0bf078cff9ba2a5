package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over a client's connection, byte for byte: requests in, answers out. */
class RedisProtocolTest {

  private static final int MAX_VALUE = 100;
  private static final int MAX_REQUEST = 1_000;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final FakeNode node = new FakeNode();
  private final ClientServer server =
      new ClientServer(node, MAX_VALUE, MAX_REQUEST, channel.eventLoop());

  RedisProtocolTest() {
    server.accept(channel);
  }

  /** Sends bytes as they are; each character is a byte. */
  private String send(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    return received();
  }

  private String received() {
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
  private String request(String... words) {
    StringBuilder bytes = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      bytes.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return send(bytes.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PING                     | +PONG",
        "ping                     | +PONG",
        "PING hi                  | $2;hi",
        "ECHO hi                  | $2;hi",
        "GET none                 | $-1",
        "SET a 1                  | +OK",
        "SET a 1 NX               | +OK",
        "SET a 1 XX               | $-1",
        "SET a 1 nx get           | $-1",
        "MSET a 1 b 2             | +OK",
        "MGET a b                 | *2;$-1;$-1",
        "DEL a b                  | :0",
        "EXISTS a a               | :0",
        "INCR n                   | :1",
        "INCRBY n -7              | :-7",
        "DBSIZE                   | :0",
        "SELECT 0                 | +OK",
        "CLIENT ID                | :1",
        "CLIENT GETNAME           | $-1",
        "CLIENT SETNAME me        | +OK",
        "CLIENT SETINFO LIB-NAME x| +OK",
        "COMMAND DOCS             | *0",
        "CLUSTER KEYSLOT foo      | :12182",
        "CLUSTER SLOTS            | *0",
        "CONFIG GET save          | *2;$4;save;$0;",
        "CONFIG GET other         | *0",
        "KV.DIGEST                | *2;:7;$3;abc",
        "READONLY                 | +OK",
        "QUIT                     | +OK",
        "RAFT.ADDNODE 4 h:7       | +Add[id=4, address=h:7, votes=true]",
        "raft.addlearner 4 [::1]:7| +Add[id=4, address=[::1]:7, votes=false]",
        "RAFT.PROMOTE 4           | +Promote[id=4]",
        "RAFT.REMOVENODE 4        | +Remove[id=4]",
        "RAFT.TRANSFER 4          | +transfer to 4",
      })
  void aRequestIsAnsweredAsRedisDoes(String request, String answer) {
    assertThat(request(request.trim().split(" ", -1)))
        .isEqualTo(answer.replace(";", "\r\n") + "\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FOO             | ERR unknown command 'FOO', with args beginning with: ",
        "foo bar baz     | ERR unknown command 'foo', with args beginning with: 'bar' 'baz' ",
        "GET             | ERR wrong number of arguments for 'get' command",
        "GET a b         | ERR wrong number of arguments for 'get' command",
        "SET a           | ERR wrong number of arguments for 'set' command",
        "MSET a          | ERR wrong number of arguments for 'mset' command",
        "MSET a 1 b      | ERR wrong number of arguments for 'mset' command",
        "PING a b        | ERR wrong number of arguments for 'ping' command",
        "SET a 1 NX XX   | ERR syntax error",
        "SET a 1 EX 10   | ERR syntax error",
        "SET a 1 WHAT    | ERR syntax error",
        "INCRBY n x      | ERR value is not an integer or out of range",
        "INCRBY n 1.5    | ERR value is not an integer or out of range",
        "SELECT 1        | ERR SELECT is not allowed in cluster mode",
        "SELECT x        | ERR value is not an integer or out of range",
        "HELLO 3         | NOPROTO unsupported protocol version",
        "HELLO x         | ERR Protocol version is not an integer or out of range",
        "CLIENT WHAT     | ERR unknown subcommand 'WHAT'. Try CLIENT HELP.",
        "CLUSTER MEET    | ERR unknown subcommand 'MEET'. Try CLUSTER HELP.",
        "RAFT.ADDNODE 4  | ERR wrong number of arguments for 'raft.addnode' command",
        "RAFT.ADDNODE x h:7  | ERR id: not a number from 1 to 9223372036854775807: x",
        "RAFT.ADDNODE 0 h:7  | ERR id: not a number from 1 to 9223372036854775807: 0",
        "RAFT.ADDNODE 4 h    | ERR address: not host:port: h",
        "RAFT.ADDLEARNER 4 h:0 | ERR address: a port is from 1 to 65535: 0",
        "RAFT.ADDNODE 4 h,i:7  | ERR address: not a host: h,i",
        "RAFT.PROMOTE -1 | ERR id: not a number from 1 to 9223372036854775807: -1",
        "RAFT.REMOVENODE | ERR wrong number of arguments for 'raft.removenode' command",
        "RAFT.TRANSFER x | ERR id: not a number from 1 to 9223372036854775807: x",
        "COMMAND WHAT    | ERR unknown subcommand 'WHAT'. Try COMMAND HELP.",
      })
  void anErrorHasRedisWordsAndKeepsTheConnection(String request, String error) {
    assertThat(request(request.trim().split(" ", -1)))
        .isEqualTo("-" + (error.contains("beginning with") ? error + " " : error) + "\r\n");
    assertThat(request("PING")).isEqualTo("+PONG\r\n");
  }

  @Test
  void valuesAreBytesAndStaySo() {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < MAX_VALUE; i++) {
      all.append((char) (i * 5 % 256));
    }
    String bytes = "\r\n\0\u00ff" + all.substring(4);
    assertThat(request("SET", bytes, bytes)).isEqualTo("+OK\r\n");
    assertThat(request("GET", bytes)).isEqualTo("$100\r\n" + bytes + "\r\n");
    assertThat(request("SET", "", "")).isEqualTo("+OK\r\n");
    assertThat(request("GET", "")).isEqualTo("$0\r\n\r\n");
  }

  @Test
  void conditionsAndNumbersDependOnTheMap() {
    assertThat(request("SET", "a", "1", "XX")).isEqualTo("$-1\r\n");
    assertThat(request("SET", "a", "1")).isEqualTo("+OK\r\n");
    assertThat(request("SET", "a", "2", "NX")).isEqualTo("$-1\r\n");
    assertThat(request("SET", "a", "3", "XX", "GET")).isEqualTo("$1\r\n1\r\n");
    assertThat(request("INCRBY", "a", "4")).isEqualTo(":7\r\n");
    assertThat(request("EXISTS", "a", "a", "b")).isEqualTo(":2\r\n");
    assertThat(request("SET", "text", "x")).isEqualTo("+OK\r\n");
    assertThat(request("INCR", "text"))
        .isEqualTo("-ERR value is not an integer or out of range\r\n");
    assertThat(request("SET", "max", Long.toString(Long.MAX_VALUE))).isEqualTo("+OK\r\n");
    assertThat(request("INCR", "max")).isEqualTo("-ERR increment or decrement would overflow\r\n");
    assertThat(request("MGET", "a", "b", "text")).isEqualTo("*3\r\n$1\r\n7\r\n$-1\r\n$1\r\nx\r\n");
    assertThat(request("DEL", "a", "b", "text", "a")).isEqualTo(":2\r\n");
    assertThat(request("DBSIZE")).isEqualTo(":1\r\n");
  }

  @Test
  void aValueThatIsTooLargeIsRefusedAndTheConnectionKept() {
    String error = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n";
    assertThat(request("SET", "a", "x".repeat(MAX_VALUE))).isEqualTo("+OK\r\n");
    assertThat(request("SET", "a", "x".repeat(MAX_VALUE + 1))).isEqualTo(error);
    assertThat(request("SET", "y".repeat(MAX_VALUE + 1), "x")).isEqualTo(error);
    assertThat(request("GET", "a")).isEqualTo("$100\r\n" + "x".repeat(MAX_VALUE) + "\r\n");
    // Each of these values is small enough, and all of them together are not.
    String[] words = new String[21];
    Arrays.fill(words, "x".repeat(MAX_VALUE));
    words[0] = "MSET";
    assertThat(request(words)).isEqualTo(error);
    assertThat(request("PING")).isEqualTo("+PONG\r\n");
  }

  @Test
  void bytesMayArriveOneByOne() {
    String bytes = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$0\r\n\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\nPING\r\n";
    StringBuilder answers = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      answers.append(send(bytes.substring(i, i + 1)));
    }
    assertThat(answers.toString()).isEqualTo("+OK\r\n$0\r\n\r\n+PONG\r\n");
  }

  @Test
  void requestsMayBeTypedByHand() {
    assertThat(send("set  a 1\r\nGET a\r\n\r\n*0\r\n*-1\r\nping\r\n"))
        .isEqualTo("+OK\r\n$1\r\n1\r\n+PONG\r\n");
  }

  @Test
  void answersComeInTheOrderOfTheRequestsWhicheverIsFirstDone() {
    node.hold();
    assertThat(request("SET", "a", "1") + request("PING") + request("GET", "b") + request("FOO"))
        .isEmpty();
    node.releaseBackwards();
    assertThat(received())
        .isEqualTo(
            "+OK\r\n+PONG\r\n$-1\r\n-ERR unknown command 'FOO', with args beginning with: \r\n");
  }

  @Test
  void aReadSeesTheWritesBeforeItAndNotThoseAfterIt() {
    node.hold();
    assertThat(
            request("INCR", "n")
                + request("INCR", "n")
                + request("GET", "n")
                + request("EXISTS", "n")
                + request("INCR", "n")
                + request("PING")
                + request("GET", "n"))
        .isEmpty();
    node.releaseBackwards();
    assertThat(received()).isEqualTo(":2\r\n:1\r\n$1\r\n2\r\n:1\r\n:3\r\n+PONG\r\n$1\r\n3\r\n");
  }

  @Test
  void whatIsDeferredBeforeQuitIsStillAnswered() {
    node.hold();
    assertThat(request("SET", "a", "1") + request("GET", "a") + request("QUIT")).isEmpty();
    node.releaseBackwards();
    assertThat(received()).isEqualTo("+OK\r\n$1\r\n1\r\n+OK\r\n");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void quitIsAnsweredAfterWhatCameBefore() {
    node.hold();
    assertThat(request("SET", "a", "1") + request("QUIT") + request("PING")).isEmpty();
    assertThat(channel.isOpen()).isTrue();
    node.releaseBackwards();
    assertThat(received()).isEqualTo("+OK\r\n+OK\r\n");
    assertThat(channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*1;:5;          | expected '$', got something else",
        "*1;*1;          | expected '$', got '*'",
        "*1;GET a;       | expected '$', got 'G'",
        "*1;$-1;         | invalid bulk length",
        "*1;$-7;         | invalid bulk length",
        "*1;$x;          | invalid bulk length",
        "*1;$99999999999;| invalid bulk length",
        "*x;             | invalid multibulk length",
        "*1048577;       | invalid multibulk length",
        "$3;abc;         | expected '*', got '$'",
      })
  void whatIsNotTheProtocolEndsTheConnection(String bytes, String problem) {
    assertThat(send(bytes.trim().replace(";", "\r\n")))
        .isEqualTo("-ERR Protocol error: " + problem + "\r\n");
    assertThat(channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void randomBytesAreSurvived(int seed) {
    Random random = new Random(seed);
    String alphabet = "*$0123456789\r\n+-:PINGSETa \u00ff\0";
    for (int i = 0; i < 2_000; i++) {
      EmbeddedChannel victim = new EmbeddedChannel();
      server.accept(victim);
      StringBuilder bytes = new StringBuilder();
      for (int j = random.nextInt(60); j > 0; j--) {
        bytes.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      victim.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
      server.flush();
      victim.finishAndReleaseAll();
    }
    assertThat(request("PING")).isEqualTo("+PONG\r\n");
  }

  @Test
  void moreRequestsThanMayWaitAreNotReadOn() {
    node.hold();
    String set = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n";
    send(set.repeat(9_999));
    assertThat(channel.config().isAutoRead()).isTrue();
    send(set);
    assertThat(channel.config().isAutoRead()).isFalse();
    node.releaseBackwards();
    assertThat(received()).isEqualTo("+OK\r\n".repeat(10_000));
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void helloAndCommandDescribeTheServer() {
    assertThat(request("HELLO", "2", "SETNAME", "me"))
        .startsWith("*14\r\n$6\r\nserver\r\n$5\r\nredis\r\n");
    assertThat(request("CLIENT", "GETNAME")).isEqualTo("$2\r\nme\r\n");
    assertThat(request("COMMAND", "INFO", "get"))
        .isEqualTo("*1\r\n*6\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n");
    String count = request("COMMAND", "COUNT");
    assertThat(request("COMMAND")).startsWith("*" + count.substring(1));
    assertThat(request("INFO")).contains("# Server\r\n", "# Raft\r\nid:1\r\n", "voters:[1]");
    assertThat(request("INFO", "keyspace")).doesNotContain("# Server").contains("# Keyspace");
    assertThat(request("RAFT.STATUS"))
        .contains("\r\nrole:follower\r\n", "\r\nleader:0\r\n", "\r\nlearners:[]\r\n")
        .contains("\r\nnode1:peers=127.0.0.1:17001,clients=127.0.0.1:7001\r\n");
    assertThat(request("ROLE")).startsWith("*5\r\n$5\r\nslave\r\n");
  }
}
