package io.tickraft.bench;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The nodes of one group in one thread, whose messages are handed over in memory or encoded, and
 * whose storages are in memory: what remains is the cost of the protocol. Node 1 leads.
 */
final class PumpedGroup {

  /** After how many entries a node takes a snapshot and compacts its log, unless set. */
  static final long COMPACTION = 8192;

  private final Builder settings;
  private final List<Member> members = new ArrayList<>();
  private final Wire wire = new Wire();
  private final Member leader;

  /** The id of the node that neither sends nor receives; 0 if all are connected. */
  private long disconnected;

  private long messages;
  private long readys;
  private long confirmedReads;

  private PumpedGroup(Builder settings) {
    this.settings = settings;
    for (long id = 1; id <= settings.voters; id++) {
      members.add(new Member(id));
    }
    leader = members.get(0);
    elect();
  }

  /** {@return the settings of a group of three voters} */
  static Builder builder() {
    return new Builder();
  }

  /** The settings of a group. */
  static final class Builder {
    private int voters = 3;
    private boolean encoded;
    private long kept;
    private long compaction = COMPACTION;
    private int delay;
    private UnaryOperator<Storage> storage = UnaryOperator.identity();
    private UnaryOperator<RaftConfig.Builder> config = UnaryOperator.identity();

    private Builder() {}

    Builder voters(int count) {
      voters = count;
      return this;
    }

    /** Sets whether each message is encoded when it is sent and parsed when it arrives. */
    Builder encoded(boolean value) {
      encoded = value;
      return this;
    }

    /** Compacts a log to {@code kept} entries whenever it has {@code entries} more. */
    Builder compaction(long kept, long entries) {
      this.kept = kept;
      this.compaction = entries;
      return this;
    }

    Builder withoutCompaction() {
      return compaction(0, Long.MAX_VALUE);
    }

    /**
     * Sets after how many turns of the loop a Ready is acknowledged. Further Readys are taken
     * meanwhile. With 0, each Ready is acknowledged before the next one is taken.
     */
    Builder delay(int turns) {
      delay = turns;
      return this;
    }

    /** Sets what each node reads from in place of its storage. */
    Builder storage(UnaryOperator<Storage> wrapper) {
      storage = wrapper;
      return this;
    }

    Builder config(UnaryOperator<RaftConfig.Builder> change) {
      config = change;
      return this;
    }

    PumpedGroup build() {
      return new PumpedGroup(this);
    }
  }

  /** Proposes, and returns when all connected nodes have applied the commands. */
  long propose(List<ByteString> commands) {
    long last = append(commands);
    pump();
    for (Member member : members) {
      if (member.applied < last && member.id != disconnected) {
        throw new IllegalStateException("not applied: " + member.node.status());
      }
    }
    return last;
  }

  /** Proposes, and returns the index of the last command at once. */
  long append(List<ByteString> commands) {
    if (!(leader.node.propose(commands) instanceof ProposeResult.Accepted accepted)) {
      throw new IllegalStateException("rejected: " + leader.node.status());
    }
    return accepted.lastIndex();
  }

  /** Lets each node's loop turn once. */
  boolean turn() {
    boolean moves = false;
    for (int i = 0; i < members.size(); i++) {
      moves |= members.get(i).turn();
    }
    return moves;
  }

  /** Lets the loops turn until nothing is left to do. */
  void pump() {
    boolean moves = true;
    while (moves) {
      moves = turn();
    }
  }

  /** Requests reads from one node, and returns when all of them are confirmed. */
  long read(long id, ByteString context, int reads) {
    long expected = confirmedReads + reads;
    RawNode node = member(id).node;
    for (int i = 0; i < reads; i++) {
      if (!(node.readIndex(context) instanceof ReadResult.Accepted)) {
        throw new IllegalStateException("rejected: " + node.status());
      }
    }
    pump();
    if (confirmedReads != expected) {
      throw new IllegalStateException("not confirmed: " + node.status());
    }
    return confirmedReads;
  }

  void tickLeader() {
    leader.node.tick();
  }

  /** Loses all messages from and to one follower from now on. */
  void disconnect(long id) {
    disconnected = id;
    member(id).frames.clear();
    member(id).inbox.clear();
  }

  void connect() {
    disconnected = 0;
  }

  /**
   * Opens all nodes again and elects node 1. The disconnected node starts with the storage of a
   * group's first voter: it is behind by everything that the others have.
   */
  void reopen() {
    members.forEach(Member::reopen);
    elect();
  }

  private void elect() {
    leader.node.campaign();
    pump();
    if (leader.node.role() != RoleName.LEADER) {
      throw new IllegalStateException("no leader: " + leader.node.status());
    }
  }

  /** {@return the applied index of one node} */
  long applied(long id) {
    return member(id).applied;
  }

  /** {@return how many messages the nodes have sent} */
  long messages() {
    return messages;
  }

  /** {@return how many Readys the nodes have made} */
  long readys() {
    return readys;
  }

  private Member member(long id) {
    return members.get((int) id - 1);
  }

  private void send(List<Message> sent) {
    messages += sent.size();
    for (int i = 0; i < sent.size(); i++) {
      Message message = sent.get(i);
      if (message.getTo() == disconnected || message.getFrom() == disconnected) {
        continue;
      }
      Member to = member(message.getTo());
      if (settings.encoded) {
        to.frames.add(wire.encode(message));
      } else {
        to.inbox.add(message);
      }
    }
  }

  /** A Ready that is acknowledged at a later turn. */
  private record Delayed(Ready ready, long due) {}

  /** One node, its storage, and the loop of its host. */
  private final class Member {
    private final long id;
    private final ArrayDeque<Message> inbox = new ArrayDeque<>();
    private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
    private final ArrayDeque<Delayed> delayed = new ArrayDeque<>();
    private MemoryStorage storage;
    private RawNode node;
    private long turns;
    private long applied = 1;
    private long compacted = 1;
    private long starts;

    private Member(long id) {
      this.id = id;
      storage = firstVoter();
      node = RawNode.open(config(), settings.storage.apply(storage));
    }

    private MemoryStorage firstVoter() {
      long[] ids = new long[settings.voters];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = i + 1L;
      }
      return MemoryStorage.bootstrapped(ids);
    }

    private RaftConfig config() {
      return settings.config.apply(RaftConfig.builder(id).incarnation(starts++)).build();
    }

    private void reopen() {
      if (id == disconnected) {
        storage = firstVoter();
        applied = 1;
        compacted = 1;
        node = RawNode.open(config(), settings.storage.apply(storage));
      } else {
        AppliedState state = new AppliedState(applied, storage.term(applied), node.confState());
        node = RawNode.open(config(), settings.storage.apply(storage), state);
      }
    }

    private boolean turn() {
      turns++;
      boolean moves = deliver();
      while (!delayed.isEmpty() && delayed.peek().due <= turns) {
        acknowledgeParts(delayed.remove().ready);
        moves = true;
      }
      while (node.hasReady()) {
        Ready ready = node.ready();
        readys++;
        send(ready.messages());
        if (settings.delay == 0) {
          write(ready);
          node.advance(ready);
        } else {
          delayed.add(new Delayed(ready, turns + settings.delay));
        }
        moves = true;
      }
      if (applied - settings.kept - compacted >= settings.compaction) {
        compact(applied - settings.kept);
      }
      return moves || !delayed.isEmpty();
    }

    private boolean deliver() {
      boolean moves = false;
      for (Message message = inbox.poll(); message != null; message = inbox.poll()) {
        node.step(message);
        moves = true;
      }
      for (byte[] frame = frames.poll(); frame != null; frame = frames.poll()) {
        node.step(wire.parse(frame));
        moves = true;
      }
      return moves;
    }

    private void acknowledgeParts(Ready ready) {
      write(ready);
      node.persisted(ready);
      if (!ready.committedEntries().isEmpty()) {
        node.applied(applied);
      }
    }

    /** Does all that a Ready asks for but the acknowledgement. */
    private void write(Ready ready) {
      storage.persist(ready);
      send(ready.messagesAfterPersist());
      List<Entry> committed = ready.committedEntries();
      if (!committed.isEmpty()) {
        applied = committed.get(committed.size() - 1).getIndex();
      }
      List<ReadState> reads = ready.readStates();
      for (int i = 0; i < reads.size(); i++) {
        if (reads.get(i) instanceof ReadState.Confirmed) {
          confirmedReads++;
        }
      }
    }

    private void compact(long index) {
      storage.createSnapshot(index, node.confState(), ByteString.EMPTY);
      storage.compact(index);
      compacted = index;
    }
  }
}
