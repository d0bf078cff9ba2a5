package io.tickraft.bench;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Three nodes in one thread, whose messages are handed over and whose storages are in memory: what
 * remains is the cost of the protocol.
 */
final class PumpedGroup {

  /** After how many entries a node takes a snapshot and compacts its log. */
  private static final long COMPACTION = 8192;

  private static final class Member {
    private final MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
    private final ArrayDeque<Message> inbox = new ArrayDeque<>();
    private final RawNode node;
    private long applied = 1;
    private long compacted = 1;

    private Member(RaftConfig config) {
      node = RawNode.open(config, storage);
    }
  }

  private final List<Member> members = new ArrayList<>();
  private final Member leader;

  PumpedGroup() {
    for (long id = 1; id <= 3; id++) {
      members.add(new Member(RaftConfig.builder(id).build()));
    }
    leader = members.get(0);
    leader.node.campaign();
    pump();
    if (leader.node.status().role() != RoleName.LEADER) {
      throw new IllegalStateException("no leader: " + leader.node.status());
    }
  }

  /** Proposes, and comes back when all three have applied. */
  long propose(List<ByteString> commands) {
    if (!(leader.node.propose(commands) instanceof ProposeResult.Accepted accepted)) {
      throw new IllegalStateException("rejected");
    }
    pump();
    for (Member member : members) {
      if (member.applied < accepted.lastIndex()) {
        throw new IllegalStateException("not applied: " + member.node.status());
      }
    }
    return accepted.lastIndex();
  }

  private void pump() {
    boolean moves = true;
    while (moves) {
      moves = false;
      for (Member member : members) {
        moves |= step(member);
      }
    }
  }

  private boolean step(Member member) {
    boolean moves = false;
    for (Message message = member.inbox.poll(); message != null; message = member.inbox.poll()) {
      member.node.step(message);
      moves = true;
    }
    while (member.node.hasReady()) {
      Ready ready = member.node.ready();
      send(ready.messages());
      member.storage.persist(ready);
      send(ready.messagesAfterPersist());
      if (!ready.committedEntries().isEmpty()) {
        int last = ready.committedEntries().size() - 1;
        member.applied = ready.committedEntries().get(last).getIndex();
      }
      member.node.advance(ready);
      moves = true;
    }
    if (member.applied >= member.compacted + COMPACTION) {
      member.storage.createSnapshot(member.applied, member.node.confState(), ByteString.EMPTY);
      member.storage.compact(member.applied);
      member.compacted = member.applied;
    }
    return moves;
  }

  private void send(List<Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      members.get((int) message.getTo() - 1).inbox.add(message);
    }
  }
}
