package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What clients make the server hold: values of up to 1,000 bytes, 160,000 bytes for all of up to 20
 * clients, and 40,000 for one. So each has a share of 4,000, and 80,000 are for those that need it.
 */
class ClientMemoryTest {

  private static final int VALUE = 1_000;
  private static final ClientLimits LIMITS = new ClientLimits(VALUE, 160_000, 40_000, 20, 0, 5_000);
  private static final String X = "x".repeat(VALUE);
  private static final String NO_MEMORY =
      "-OOM the clients hold too much memory; the command was not applied\r\n";
  private static final String TOO_LARGE =
      "-OOM the answer is larger than this server keeps for one client\r\n";

  private final FakeNode node = new FakeNode();
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private long nanos;
  private final ClientServer server = server(LIMITS);

  private ClientServer server(ClientLimits limits) {
    return new ClientServer(
        node, limits, Users.NONE, loop.eventLoop(), ForkJoinPool.commonPool(), () -> nanos);
  }

  private WireClient client() {
    return new WireClient(server, false);
  }

  private void later(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    server.check();
    loop.runPendingTasks();
  }

  /** The client stops reading: its socket takes nothing more. */
  private static void stopReading(WireClient client) {
    client.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
  }

  private static void readAgain(WireClient client) {
    client.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    client.channel().runPendingTasks();
  }

  @Test
  void readsOfAClientThatDoesNotReadAreNotDone() {
    WireClient client = client();
    client.request("SET", "a", X);
    stopReading(client);
    String gets = WireClient.encoded("GET", "a").repeat(1_500);
    assertThat(client.send(gets)).isEmpty();
    assertThat(node.reads()).isZero();
    assertThat(client.channel().config().isAutoRead()).isFalse();
    assertThat(server.heldBytes()).isLessThan(LIMITS.memoryBytesEach() + VALUE);
    assertThat(client().request("PING")).isEqualTo("+PONG\r\n");
    readAgain(client);
    assertThat(client.received()).isEqualTo(("$1000\r\n" + X + "\r\n").repeat(1_500));
    assertThat(client.channel().config().isAutoRead()).isTrue();
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void anAnswerThatCouldNeverBeHeldIsAnErrorAtOnce() {
    WireClient client = client();
    client.request("SET", "a", X);
    String[] words = new String[100];
    Arrays.fill(words, "a");
    words[0] = "MGET";
    assertThat(client.request(words)).isEqualTo(TOO_LARGE);
    // It stops as soon as that is known.
    assertThat(node.reads()).isLessThan(50);
    assertThat(client.request("PING")).isEqualTo("+PONG\r\n");
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void answersOfWritesAreReservedBeforeTheWritesStart() {
    WireClient client = client();
    for (int i = 0; i < 100; i++) {
      client.request("SET", "a" + i, X);
    }
    node.hold();
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      requests.append(WireClient.encoded("GETDEL", "a" + i));
    }
    client.send(requests.toString());
    assertThat(node.heldCount()).isBetween(20, 40);
    assertThat(server.heldBytes()).isLessThanOrEqualTo(LIMITS.memoryBytesEach() + 500);
    stopReading(client);
    node.releaseBackwards();
    client.received();
    assertThat(node.map().size()).isBetween(60L, 80L);
    readAgain(client);
    assertThat(client.received()).isEqualTo(("$1000\r\n" + X + "\r\n").repeat(100));
    assertThat(node.map().size()).isZero();
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void requestsThatWaitCountInBytes() {
    WireClient client = client();
    node.hold();
    client.send(WireClient.encoded("GET", "a"));
    client.send(WireClient.encoded("SET", "a", X).repeat(100));
    assertThat(client.channel().config().isAutoRead()).isFalse();
    assertThat(server.heldBytes()).isBetween(35_000L, 40_000L);
    node.releaseBackwards();
    assertThat(client.received()).isEqualTo("$-1\r\n" + "+OK\r\n".repeat(100));
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void halfRequestsOfManyAreBoundedAndOthersAreServed() {
    String whole = "*21\r\n$4\r\nMSET\r\n" + ("$1\r\na\r\n$1000\r\n" + X + "\r\n").repeat(10);
    String half = whole.substring(0, whole.length() - 1);
    List<WireClient> clients = new ArrayList<>();
    for (int i = 0; i < 19; i++) {
      clients.add(client());
      clients.get(i).send(half);
    }
    assertThat(server.heldBytes()).isBetween(130_000L, LIMITS.memoryBytes());
    WireClient first = clients.get(0);
    WireClient last = clients.get(18);
    assertThat(first.channel().config().isAutoRead()).isTrue();
    assertThat(last.channel().config().isAutoRead()).isFalse();
    WireClient other = client();
    assertThat(other.request("SET", "z", X)).isEqualTo("+OK\r\n");
    assertThat(other.request("GET", "z")).isEqualTo("$1000\r\n" + X + "\r\n");

    // Who waits is refused after a while.
    later(4_999);
    assertThat(last.channel().config().isAutoRead()).isFalse();
    later(1);
    assertThat(last.channel().config().isAutoRead()).isTrue();
    assertThat(last.send("\n")).isEqualTo(NO_MEMORY);
    assertThat(last.request("PING")).isEqualTo("+PONG\r\n");
    assertThat(first.send("\n")).isEqualTo("+OK\r\n");

    // Who makes others wait is disconnected after a longer one.
    later(55_000);
    assertThat(clients.get(1).channel().isOpen()).isFalse();
    assertThat(other.channel().isOpen()).isTrue();
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void whoWaitsGoesOnWhenOthersAreDone() {
    List<WireClient> greedy = new ArrayList<>();
    node.hold();
    for (int i = 0; i < 4; i++) {
      greedy.add(client());
      greedy.get(i).send(WireClient.encoded("SET", "a", X).repeat(30));
    }
    WireClient late = client();
    late.send(WireClient.encoded("SET", "b", X).repeat(10));
    assertThat(late.channel().config().isAutoRead()).isFalse();
    later(4_000);
    node.releaseBackwards();
    greedy.forEach(WireClient::received);
    loop.runPendingTasks();
    assertThat(late.received()).isEqualTo("+OK\r\n".repeat(10));
    later(4_000);
    assertThat(late.channel().config().isAutoRead()).isTrue();
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void aClientThatStopsInTheMiddleIsDisconnectedAfterAMinute() {
    WireClient idle = client();
    WireClient half = client();
    WireClient unread = client();
    unread.request("SET", "a", X);
    half.send("*2\r\n$3\r\nGET\r\n");
    stopReading(unread);
    later(59_999);
    assertThat(half.channel().isOpen()).isTrue();
    later(1);
    assertThat(half.channel().isOpen()).isFalse();
    assertThat(idle.channel().isOpen()).isTrue();
    assertThat(server.count()).isEqualTo(2);
  }

  @Test
  void anIdleClientIsDisconnectedAfterTheTimeThatIsSet() {
    ClientServer strict = server(new ClientLimits(VALUE, 160_000, 40_000, 20, 10, 5_000));
    WireClient one = new WireClient(strict, false);
    WireClient two = new WireClient(strict, false);
    nanos += TimeUnit.SECONDS.toNanos(9);
    one.request("PING");
    nanos += TimeUnit.SECONDS.toNanos(1);
    strict.check();
    assertThat(one.channel().isOpen()).isTrue();
    assertThat(two.channel().isOpen()).isFalse();
  }

  @Test
  void moreClientsThanAllowedAreTurnedAway() {
    List<WireClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(client());
    }
    WireClient more = client();
    assertThat(more.received()).isEqualTo("-ERR max number of clients reached\r\n");
    assertThat(more.channel().isOpen()).isFalse();
    clients.get(0).close();
    assertThat(client().request("PING")).isEqualTo("+PONG\r\n");
  }

  @Test
  void aClosedConnectionHoldsNothing() {
    WireClient client = client();
    node.hold();
    client.send(
        WireClient.encoded("SET", "a", X).repeat(5) + WireClient.encoded("GET", "a") + "*9\r\n");
    assertThat(server.heldBytes()).isGreaterThan(5_000L);
    client.close();
    assertThat(server.heldBytes()).isZero();
    node.releaseBackwards();
    assertThat(server.heldBytes()).isZero();
    assertThat(client().request("EXISTS", "a")).isEqualTo(":1\r\n");
  }
}
