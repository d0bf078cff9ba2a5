package io.tickraft.examples.kv;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.SafeEncoder;

/** What the tests say to a server beside what Jedis has methods for. */
final class Client {

  private static final int TIMEOUT_MILLIS = 10_000;

  private Client() {}

  static Jedis connect(int port) {
    return new Jedis(
        new HostAndPort("127.0.0.1", port),
        DefaultJedisClientConfig.builder()
            .timeoutMillis(TIMEOUT_MILLIS)
            .autoNegotiateProtocol(false)
            .build());
  }

  /** What a node has applied. */
  record Digest(long index, String hex) {}

  static Digest digest(Jedis jedis) {
    List<?> reply = (List<?>) jedis.sendCommand(command("KV.DIGEST"));
    return new Digest((Long) reply.get(0), SafeEncoder.encode((byte[]) reply.get(1)));
  }

  /** What all nodes have applied; empty if some have applied more than others. */
  static Optional<Digest> commonDigest(IntFunction<Jedis> connect, List<Integer> ports) {
    List<Digest> digests = new ArrayList<>();
    for (int port : ports) {
      try (Jedis jedis = connect.apply(port)) {
        digests.add(digest(jedis));
      }
    }
    long indexes = digests.stream().mapToLong(Digest::index).distinct().count();
    if (digests.stream().distinct().count() > indexes) {
      throw new AssertionError("different maps at the same index: " + digests);
    }
    return indexes == 1 ? Optional.of(digests.get(0)) : Optional.empty();
  }

  /** Sends a command that is not one of Redis's, and returns its answer, a text. */
  static String send(Jedis jedis, String... words) {
    String[] arguments = Arrays.copyOfRange(words, 1, words.length);
    return SafeEncoder.encode((byte[]) jedis.sendCommand(command(words[0]), arguments));
  }

  /**
   * Has the group do what an administrator wants, asking one node after the other until it is done;
   * an attempt whose end is not known may have done it.
   */
  static void order(List<Integer> ports, String... words) throws InterruptedException {
    TestCluster.await(
        String.join(" ", words),
        () -> {
          for (int port : ports) {
            try (Jedis jedis = connect(port)) {
              return send(jedis, words).equals("OK");
            } catch (JedisDataException e) {
              if (String.valueOf(e.getMessage()).matches("ERR .* (already|not a member)\\b.*")) {
                return true;
              }
            } catch (JedisException e) {
              // It is down, or goes down.
            }
          }
          return false;
        });
  }

  /** One line of {@code INFO raft}. */
  static String raft(Jedis jedis, String name) {
    for (String line : jedis.info("raft").split("\r\n", -1)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1);
      }
    }
    throw new AssertionError("INFO raft has no " + name);
  }

  static ProtocolCommand command(String name) {
    return () -> name.getBytes(StandardCharsets.US_ASCII);
  }
}
