package io.tickraft.bench;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.List;

/** Nodes of groups of three that have nothing to do, and whose timeouts are far away. */
final class IdleNodes {

  private IdleNodes() {}

  /** {@return the storage from which one node of a group is opened} */
  static MemoryStorage storage() {
    return MemoryStorage.bootstrapped(1, 2, 3);
  }

  /** {@return a follower that has heard nothing} */
  static RawNode follower(long group, MemoryStorage storage) {
    return open(group, 1, storage);
  }

  /** {@return a leader whose followers hold all that it has; they are not retained} */
  static RawNode leader(long group, MemoryStorage storage) {
    List<MemoryStorage> storages = List.of(storage, storage(), storage());
    List<RawNode> nodes =
        List.of(
            open(group, 1, storage),
            open(group, 2, storages.get(1)),
            open(group, 3, storages.get(2)));
    RawNode leader = nodes.get(0);
    leader.campaign();
    ArrayDeque<Message> sent = new ArrayDeque<>();
    do {
      Message message = sent.poll();
      if (message != null) {
        nodes.get((int) message.getTo() - 1).step(message);
      }
      for (int i = 0; i < nodes.size(); i++) {
        settle(nodes.get(i), storages.get(i), sent);
      }
    } while (!sent.isEmpty());
    if (leader.role() != RoleName.LEADER || leader.status().appliedIndex() != 2) {
      throw new IllegalStateException("not at rest: " + leader.status());
    }
    return leader;
  }

  // The largest that there are: some seconds of a loop that does nothing but tick.
  private static final int ELECTION_TICKS = 1 << 29;
  private static final int HEARTBEAT_TICKS = ELECTION_TICKS - 1;

  private static RawNode open(long group, long id, MemoryStorage storage) {
    return RawNode.open(
        RaftConfig.builder(id)
            .group(group)
            .electionTicks(ELECTION_TICKS)
            .heartbeatTicks(HEARTBEAT_TICKS)
            .build(),
        storage);
  }

  private static void settle(RawNode node, MemoryStorage storage, ArrayDeque<Message> sent) {
    while (node.hasReady()) {
      Ready ready = node.ready();
      sent.addAll(ready.messages());
      storage.persist(ready);
      sent.addAll(ready.messagesAfterPersist());
      node.advance(ready);
    }
  }
}
