package io.tickraft.core.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that have come to the same digest in different ways go on in the same way. */
class EqualDigestTest {

  private static final int NODES = 3;
  private static final int RUNS = Integer.getInteger("tickraft.digest.runs", 60);
  private static final int STEPS = 120;
  private static final int INPUTS = 14;

  /** Below the election timeout of 10 ticks: what timeouts are drawn from is left out. */
  private static final int SHORT = 5;

  private static final int LONG = 60;

  /** A state that was seen before, and in which run. */
  private record Seen(Hosted node, int run) {}

  private final SplittableRandom random = new SplittableRandom(5);
  private final Map<Long, Seen> seen = new HashMap<>();
  private final List<Message> network = new ArrayList<>();
  private int pairs;

  private static List<Hosted> cluster() {
    List<Hosted> nodes = new ArrayList<>();
    for (long id = 1; id <= NODES; id++) {
      MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
      RaftConfig config =
          RaftConfig.builder(id)
              .preVote(id > 1)
              .snapshotTicks(4)
              .readTimeoutTicks(3)
              .maxAppendBytes(60)
              .maxInflightAppends(2)
              .maxPersistTicks(20)
              .build();
      nodes.add(new Hosted(storage, Raft.open(config, storage, null)));
    }
    return nodes;
  }

  @ParameterizedTest
  @ValueSource(ints = {SHORT, LONG})
  void nodesOfEqualDigestGoOnInTheSameWay(int horizon) {
    for (int run = 0; run < RUNS; run++) {
      assertThat(run(run, horizon, horizon)).isEmpty();
    }
    assertThat(pairs).as("equal states of different histories").isGreaterThan(500);
  }

  /** What is left out of the digest shows after the horizon, and the comparison notices it. */
  @Test
  void nodesOfEqualDigestMayDifferAfterTheHorizon() {
    List<String> differences = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      differences.addAll(run(run, SHORT, 10 * SHORT));
    }
    assertThat(differences).isNotEmpty();
  }

  /**
   * Runs a cluster, and compares each state with an earlier one of the same digest.
   *
   * @param ticks how many ticks pass at most while two states are compared
   * @return what is different
   */
  private List<String> run(int run, int horizon, int ticks) {
    List<String> differences = new ArrayList<>();
    List<Hosted> nodes = cluster();
    network.clear();
    for (int step = 0; step < STEPS; step++) {
      Message message = network.isEmpty() ? null : network.remove(random.nextInt(network.size()));
      long id = message == null ? 1L + random.nextInt(NODES) : message.getTo();
      Hosted node = nodes.get((int) id - 1);
      for (Message sent : next(node, message)) {
        if (random.nextInt(8) > 0) {
          network.add(sent);
        }
      }
      Seen other = seen.putIfAbsent(node.digest(horizon), new Seen(node.copy(), run));
      if (other != null && other.run != run) {
        pairs++;
        List<Message> messages = network.stream().filter(each -> each.getTo() == id).toList();
        String difference = compare(other.node.copy(), node.copy(), ticks, messages);
        if (!difference.isEmpty()) {
          differences.add(difference);
        }
      }
    }
    return differences;
  }

  /** Often with a tick before a message, and not always with a look at the node after it. */
  private List<Message> next(Hosted node, @Nullable Message message) {
    RandomInput input = RandomInput.next(random);
    if (message != null && input.kind() == RandomInput.Kind.TICK) {
      node.raft.tick();
    }
    return give(node, input, message, random.nextInt(5) == 0);
  }

  private static List<Message> give(
      Hosted node, RandomInput input, @Nullable Message message, boolean once) {
    if (!once) {
      return input.give(node, message, LongUnaryOperator.identity());
    }
    if (message == null) {
      input.give(node.raft, node, LongUnaryOperator.identity());
    } else {
      node.raft.step(message);
    }
    return node.takeOnce();
  }

  private String compare(Hosted one, Hosted two, int ticks, List<Message> messages) {
    one.out.clear();
    two.out.clear();
    int left = ticks;
    for (int i = 0; i < INPUTS + ticks; i++) {
      RandomInput input = RandomInput.next(random);
      boolean tick = input.kind() == RandomInput.Kind.TICK;
      boolean once = random.nextInt(5) == 0;
      Message message =
          tick || messages.isEmpty() || random.nextBoolean()
              ? null
              : messages.get(random.nextInt(messages.size()));
      if (!tick || left > 0) {
        left -= tick ? 1 : 0;
        List<Message> sent = give(one, input, message, once);
        List<Message> sentByOther = give(two, input, message, once);
        if (!sent.equals(sentByOther) || !one.out.equals(two.out)) {
          return sent + " and " + sentByOther + ", " + one.out + " and " + two.out;
        }
      }
    }
    return "";
  }
}
