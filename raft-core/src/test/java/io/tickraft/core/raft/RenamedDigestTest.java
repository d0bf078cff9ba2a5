package io.tickraft.core.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Two clusters that differ only in which node has which id, and get the same inputs, have the same
 * digests under the names of the nodes. Timeouts do not pass, as they depend on the id, and of
 * equal voters the one with the lowest id comes first.
 */
class RenamedDigestTest {

  private static final int NODES = 3;
  private static final int RUNS = 20;
  private static final int STEPS = 200;
  private static final int HORIZON = 5;

  private static final Set<String> IDS =
      Set.of("from", "to", "leader", "target", "vote", "node", "voters", "learners");

  private static List<Hosted> cluster() {
    List<Hosted> nodes = new ArrayList<>();
    for (long id = 1; id <= NODES; id++) {
      MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
      RaftConfig config =
          RaftConfig.builder(id).electionTicks(1 << 20).snapshotTicks(4).maxAppendBytes(60).build();
      nodes.add(new Hosted(storage, Raft.open(config, storage, null)));
    }
    return nodes;
  }

  /** The id that a node of the first cluster has in the other one. */
  private static long renamed(long id) {
    return id == 0 ? 0 : id % NODES + 1;
  }

  private static long nameOf(long renamed) {
    return (renamed + 1) % NODES + 1;
  }

  @Test
  void nodesThatDifferInTheirIdsHaveTheSameDigestUnderTheirNames() {
    SplittableRandom random = new SplittableRandom(9);
    TreeSet<String> bodies = new TreeSet<>();
    for (int run = 0; run < RUNS; run++) {
      List<Hosted> nodes = cluster();
      List<Hosted> others = cluster();
      List<Message> network = new ArrayList<>();
      long deaf = 1L + random.nextInt(NODES);
      for (int i = 0; i < STEPS; i++) {
        int step = i;
        RandomInput input = RandomInput.next(random);
        if (input.kind() == RandomInput.Kind.RESIGN) {
          continue;
        }
        Message message = network.isEmpty() ? null : network.remove(random.nextInt(network.size()));
        long id = message == null ? 1L + random.nextInt(NODES) : message.getTo();
        Hosted node = nodes.get((int) id - 1);
        Hosted other = others.get((int) renamed(id) - 1);
        List<Message> sent = input.give(node, message, LongUnaryOperator.identity());
        List<Message> sentByOther =
            input.give(
                other, message == null ? null : renamed(message), RenamedDigestTest::renamed);
        assertThat(sentByOther)
            .containsExactlyInAnyOrderElementsOf(
                sent.stream().map(RenamedDigestTest::renamed).toList());
        assertThat(other.digest(RenamedDigestTest::nameOf, HORIZON))
            .isEqualTo(node.digest(HORIZON));
        // One node hears nothing at first, so that it is sent a snapshot.
        sent.stream()
            .filter(each -> step >= STEPS / 2 || each.getTo() != deaf)
            .forEach(network::add);
        sent.forEach(each -> bodies.add(each.getBodyCase().name()));
      }
    }
    assertThat(bodies).contains("INSTALL_SNAPSHOT", "TIMEOUT_NOW", "READ_INDEX", "VOTE");
  }

  private static Message renamed(Message message) {
    return (Message) rename(message);
  }

  private static com.google.protobuf.Message rename(com.google.protobuf.Message message) {
    com.google.protobuf.Message.Builder renamed = message.toBuilder();
    boolean isChange =
        message instanceof Entry entry && entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE;
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      boolean isId = IDS.contains(field.getKey().getName().replaceFirst("_.*", ""));
      renamed.setField(
          field.getKey(),
          field.getValue() instanceof List<?> list
              ? renameAll(list, isId)
              : rename(field.getValue(), isId, isChange));
    }
    return renamed.build();
  }

  /** Ids ascend in each list of the protocol. */
  private static List<Object> renameAll(List<?> list, boolean areIds) {
    List<Object> all = new ArrayList<>();
    list.forEach(each -> all.add(rename(each, areIds, false)));
    if (areIds) {
      Collections.sort(all, (one, two) -> Long.compare((Long) one, (Long) two));
    }
    return all;
  }

  private static Object rename(Object value, boolean isId, boolean isChange) {
    if (value instanceof com.google.protobuf.Message message) {
      return rename(message);
    } else if (isChange && value instanceof ByteString data) {
      try {
        return rename(ConfChange.parseFrom(data)).toByteString();
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }
    return isId ? renamed((Long) value) : value;
  }
}
