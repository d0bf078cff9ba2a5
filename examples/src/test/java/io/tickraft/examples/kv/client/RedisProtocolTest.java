package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over a client's connection, byte for byte: requests in, answers out. */
class RedisProtocolTest {

  private static final int MAX_VALUE = 100;

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
  private final EmbeddedChannel channel = client.channel();

  private String send(String bytes) {
    return client.send(bytes);
  }

  private String received() {
    return client.received();
  }

  private String request(String... words) {
    return client.request(words);
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
        "SETNX a 1                | :1",
        "GETSET a 1               | $-1",
        "GETDEL a                 | $-1",
        "APPEND a xyz             | :3",
        "DECR n                   | :-1",
        "DECRBY n 5               | :-5",
        "STRLEN a                 | :0",
        "TYPE a                   | +none",
        "KEYS *                   | *0",
        "SCAN 0                   | *2;$1;0;*0",
        "FLUSHDB                  | +OK",
        "FLUSHDB ASYNC            | +OK",
        "MULTI                    | +OK",
        "UNWATCH                  | +OK",
        "RAFT.ADDNODE 4 h:7       | +Add[id=4, address=h:7, votes=true]",
        "raft.addlearner 4 [::1]:7| +Add[id=4, address=[::1]:7, votes=false]",
        "RAFT.PROMOTE 4           | +Promote[id=4, waitMillis=0]",
        "RAFT.PROMOTE 4 wait 500  | +Promote[id=4, waitMillis=500]",
        "RAFT.REMOVENODE 4        | +Remove[id=4]",
        "RAFT.ADDNODE 4 h:7 force | +Forced[change=Add[id=4, address=h:7, votes=true]]",
        "RAFT.REMOVENODE 4 FORCE  | +Forced[change=Remove[id=4]]",
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
        "SET a 1 EX 10   | ERR expiry is not supported: it depends on a clock, and the nodes must"
            + " apply each command alike",
        "SET a 1 NX KEEPTTL | ERR expiry is not supported: it depends on a clock, and the nodes"
            + " must apply each command alike",
        "EXPIRE a 10     | ERR expiry is not supported: it depends on a clock, and the nodes must"
            + " apply each command alike",
        "SETEX a 10 1    | ERR expiry is not supported: it depends on a clock, and the nodes must"
            + " apply each command alike",
        "DECRBY n -9223372036854775808 | ERR decrement would overflow",
        "SCAN x          | ERR invalid cursor",
        "SCAN 0 COUNT    | ERR syntax error",
        "SCAN 0 COUNT 0  | ERR syntax error",
        "SCAN 0 COUNT x  | ERR value is not an integer or out of range",
        "SCAN 0 WHAT 1   | ERR syntax error",
        "FLUSHDB WHAT    | ERR syntax error",
        "CLIENT SETNAME \u00e4 | ERR Client names cannot contain spaces, newlines or special"
            + " characters.",
        "SET a 1 WHAT    | ERR syntax error",
        "INCRBY n x      | ERR value is not an integer or out of range",
        "INCRBY n 1.5    | ERR value is not an integer or out of range",
        "SELECT 1        | ERR SELECT is not allowed in cluster mode",
        "SELECT x        | ERR value is not an integer or out of range",
        "HELLO 4         | NOPROTO unsupported protocol version",
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
        "RAFT.PROMOTE 4 WAIT 0 | ERR WAIT: not a number from 1 to 86400000: 0",
        "RAFT.PROMOTE 4 WAIT x | ERR WAIT: not a number from 1 to 86400000: x",
        "RAFT.PROMOTE 4 WAIT | ERR RAFT.PROMOTE takes an id, and may take WAIT ms",
        "RAFT.PROMOTE 4 5 6 | ERR RAFT.PROMOTE takes an id, and may take WAIT ms",
        "RAFT.REMOVENODE | ERR wrong number of arguments for 'raft.removenode' command",
        "RAFT.REMOVENODE 4 x | ERR RAFT.REMOVENODE takes an id, and may take FORCE",
        "RAFT.ADDNODE 4 h:7 FORCE x | ERR RAFT.ADDNODE takes an id and an address, and may take FORCE",
        "RAFT.ADDLEARNER 4 h:7 FORCE | ERR wrong number of arguments for 'raft.addlearner' command",
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SETNX a 2         | :0;      | a=1",
        "SETNX b 2         | :1;      | a=1 b=2",
        "GETSET a 2        | $1;1;    | a=2",
        "GETDEL a          | $1;1;    | ''",
        "SET a 2 GET       | $1;1;    | a=2",
        "SET a 2 NX GET    | $1;1;    | a=1",
        "SET b 2 NX GET    | $-1;     | a=1 b=2",
        "SET b 2 XX        | $-1;     | a=1",
        "SET a 2 XX        | +OK;     | a=2",
        "APPEND a 23       | :3;      | a=123",
        "DECR a            | :0;      | a=0",
        "DECRBY a 3        | :-2;     | a=-2",
        "DECRBY a -3       | :4;      | a=4",
        "STRLEN a          | :1;      | a=1",
        "TYPE a            | +string; | a=1",
        "KEYS [a-b]        | *1;$1;a; | a=1",
        "FLUSHDB           | +OK;     | ''",
      })
  void aCommandOnTheMapChangesItAsInRedis(String command, String answer, String after) {
    request("SET", "a", "1");
    assertThat(client.line(command)).isEqualTo(answer);
    StringBuilder map = new StringBuilder();
    for (String key : List.of("a", "b")) {
      String value = request("GET", key);
      if (!value.equals("$-1\r\n")) {
        map.append(" ").append(key).append("=").append(value.split("\r\n", -1)[1]);
      }
    }
    assertThat(map.toString().trim()).isEqualTo(after);
  }

  @Test
  void anAppendedValueHasTheLimitOfAll() {
    assertThat(request("SET", "a", "x".repeat(MAX_VALUE - 1))).isEqualTo("+OK\r\n");
    assertThat(request("APPEND", "a", "y")).isEqualTo(":100\r\n");
    assertThat(request("APPEND", "a", "z"))
        .isEqualTo("-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n");
    assertThat(request("STRLEN", "a")).isEqualTo(":100\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET none         | $-1;                    | _;",
        "MGET none        | *1;$-1;                 | *1;_;",
        "SET a 1 XX       | $-1;                    | _;",
        "CLIENT GETNAME   | $-1;                    | _;",
        "CONFIG GET save  | *2;$4;save;$0;;         | %1;$4;save;$0;;",
        "COMMAND DOCS     | *0;                     | %0;",
        "CLUSTER SHARDS   | *1;*4;$5;slots;*0;$5;nodes;*0; | *1;%2;$5;slots;*0;$5;nodes;*0;",
        "CLUSTER NODES    | $0;;                    | =4;txt:;",
        "INCR n           | :1;                     | :1;",
        "KV.DIGEST        | *2;:7;$3;abc;           | *2;:7;$3;abc;",
      })
  void anAnswerHasTheTypesOfItsProtocol(String command, String resp2, String resp3) {
    WireClient modern = new WireClient(server, true);
    assertThat(modern.line("HELLO 3")).startsWith("%7;$6;server;$5;redis;").contains("proto;:3;");
    assertThat(modern.line(command)).isEqualTo(resp3);
    request("DEL", "n");
    assertThat(client.line(command)).isEqualTo(resp2);
  }

  @Test
  void theProtocolChangesAfterTheAnswersToEarlierRequests() {
    node.hold();
    String get = WireClient.encoded("GET", "a");
    send(get + WireClient.encoded("HELLO", "3") + get + WireClient.encoded("HELLO", "2") + get);
    node.releaseBackwards();
    assertThat(received().replace("\r\n", ";")).matches("\\$-1;%7;.*;_;\\*14;.*;\\$-1;");
  }

  @Test
  void helloChangesNothingIfItFails() {
    assertThat(request("HELLO", "3", "SETNAME", "me", "WHAT"))
        .isEqualTo("-ERR Syntax error in HELLO option 'WHAT'\r\n");
    assertThat(request("CLIENT", "GETNAME")).isEqualTo("$-1\r\n");
    assertThat(request("HELLO", "3", "SETNAME", "m e")).startsWith("-ERR Client names");
    assertThat(request("HELLO", "3", "AUTH", "a", "b")).startsWith("-ERR AUTH <password> called");
    assertThat(request("HELLO")).startsWith("*14\r\n");
  }

  @Test
  void clientsAreListed() {
    WireClient other = new WireClient(server, false);
    other.line("HELLO 3 SETNAME you");
    other.line("MULTI");
    assertThat(client.line("CLIENT LIST"))
        .matches(
            "\\$\\d+;id=1 addr=embedded name= age=\\d+ idle=\\d+ db=0 multi=-1 omem=0 tot-mem=\\d+"
                + " cmd=client user=default resp=2\n"
                + "id=2 addr=embedded name=you age=\\d+ idle=\\d+ db=0 multi=0 omem=0 tot-mem=\\d+"
                + " cmd=multi user=default resp=3\n;");
    other.close();
    assertThat(client.line("CLIENT LIST")).doesNotContain("id=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CLIENT", "CLUSTER", "COMMAND"})
  void helpNamesTheSubcommands(String command) {
    assertThat(request(command, "HELP"))
        .startsWith("*")
        .contains("\r\n+" + command + " <subcommand> [<arg> ...]. Subcommands are:\r\n");
  }

  @Test
  void withoutUsersOnlyThisMachineChangesTheGroup() {
    WireClient stranger = new WireClient(server, false);
    assertThat(stranger.line("RAFT.REMOVENODE 4"))
        .isEqualTo(
            "-NOPERM the 'raft.removenode' command is for clients on the same machine, unless the"
                + " server has --users;");
    assertThat(stranger.line("SET a 1")).isEqualTo("+OK;");
    assertThat(stranger.line("RAFT.STATUS")).startsWith("$");
    assertThat(client.line("RAFT.REMOVENODE 4")).isEqualTo("+Remove[id=4];");
  }

  @Test
  void aValueThatIsTooLargeIsRefusedAndTheConnectionKept() {
    String error = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n";
    assertThat(request("SET", "a", "x".repeat(MAX_VALUE))).isEqualTo("+OK\r\n");
    assertThat(request("SET", "a", "x".repeat(MAX_VALUE + 1))).isEqualTo(error);
    assertThat(request("SET", "y".repeat(MAX_VALUE + 1), "x")).isEqualTo(error);
    assertThat(request("GET", "a")).isEqualTo("$100\r\n" + "x".repeat(MAX_VALUE) + "\r\n");
    // What comes after it is not kept, either.
    assertThat(request("MSET", "a", "x".repeat(MAX_VALUE + 1), "b", "1")).isEqualTo(error);
    assertThat(request("EXISTS", "b")).isEqualTo(":0\r\n");
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
    assertThat(send("set 'a b' \"1\\n2\"\nget 'a b'\n")).isEqualTo("+OK\r\n$3\r\n1\n2\r\n");
    assertThat(send("*2\n$3\nGET\n$1\na\n")).isEqualTo("$1\r\n1\r\n");
  }

  @Test
  void aLineThatIsTooLongEndsTheConnection() {
    assertThat(send("x".repeat(64 << 10))).isEmpty();
    assertThat(send("x")).isEqualTo("-ERR Protocol error: too big inline request\r\n");
    assertThat(channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST / HTTP/1.1\r\n", "post /\r\n", "GET / HTTP/1.1\r\nHost: a\r\n"})
  void aBrowserIsNotServed(String request) {
    assertThat(send(request + "\r\nSET a 1\r\n")).doesNotContain("+OK");
    assertThat(channel.isOpen()).isFalse();
    assertThat(new WireClient(server, true).request("EXISTS", "a")).isEqualTo(":0\r\n");
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
        "*1;:5;          | expected '$', got ':'",
        "*1;;            | expected '$', got ' '",
        "*;              | invalid multibulk length",
        "*1;$;           | invalid bulk length",
        "*1;$1;ab;       | expected the end of a line after a value",
        "say \"hi;       | unbalanced quotes in request",
        "say \"hi\"x;    | unbalanced quotes in request",
        "*1;*1;          | expected '$', got '*'",
        "*1;GET a;       | expected '$', got 'G'",
        "*1;$-1;         | invalid bulk length",
        "*1;$-7;         | invalid bulk length",
        "*1;$x;          | invalid bulk length",
        "*1;$99999999999;| invalid bulk length",
        "*x;             | invalid multibulk length",
        "*1048577;       | invalid multibulk length",
      })
  void whatIsNotTheProtocolEndsTheConnection(String bytes, String problem) {
    assertThat(send(bytes.trim().replace(";", "\r\n")))
        .isEqualTo("-ERR Protocol error: " + problem + "\r\n");
    assertThat(channel.isOpen()).isFalse();
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

  @Test
  void everyCommandIsInTheManual() throws IOException {
    Path root = Path.of(System.getProperty("basedir", "."));
    String manual = Files.readString(root.resolve("README.md"));
    List<String> names =
        request("COMMAND", "LIST")
            .lines()
            .flatMap(line -> Stream.of(line.split(";", -1)))
            .filter(word -> !word.isEmpty() && !word.startsWith("$") && !word.startsWith("*"))
            .map(name -> "`" + name.toUpperCase(Locale.ROOT) + "`")
            .toList();
    assertThat(names)
        .contains("`GET`", "`RAFT.STATUS`")
        .allSatisfy(name -> assertThat(manual).contains(name));
  }
}
