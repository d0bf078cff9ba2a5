package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Status;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.command.KvMap;
import io.tickraft.examples.kv.command.Query;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** A node that applies commands at once, to a map in memory, or when it is told to. */
final class FakeNode implements Node {

  private final MapState map = new MapState();
  private final RawNode node = RawNode.open(RaftConfig.builder(1).build(), bootstrapped());
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();

  /** The map, which counts how often a value is read. */
  private final KvMap counted =
      new KvMap() {
        @Override
        public Optional<ByteString> get(ByteString key) {
          reads++;
          return map.get(key);
        }

        @Override
        public OptionalInt length(ByteString key) {
          return map.length(key);
        }

        @Override
        public long size() {
          return map.size();
        }

        @Override
        public void visitKeys(Optional<ByteString> after, Predicate<ByteString> visitor) {
          map.visitKeys(after, visitor);
        }
      };

  private boolean holding;
  private Optional<HostAndPort> leader = Optional.empty();

  private int reads;

  /** Returns the number of values that were read for clients. */
  int reads() {
    return reads;
  }

  /** Another node leads from now on: only transactions are redirected to it. */
  void follow(HostAndPort address) {
    leader = Optional.of(address);
  }

  /** A leader says that it knows of an acknowledged entry that this node does not have. */
  void hasLostUpTo(long index) {
    node.step(
        Message.newBuilder()
            .setFrom(2)
            .setTo(1)
            .setTerm(9)
            .setHeartbeat(Heartbeat.newBuilder().setCommit(index).setRound(1))
            .build());
  }

  private static MemoryStorage bootstrapped() {
    return MemoryStorage.bootstrapped(1);
  }

  /** Keeps commands waiting from now on. */
  void hold() {
    holding = true;
  }

  /** Applies the commands that wait, the last one first. */
  void releaseBackwards() {
    holding = false;
    while (!held.isEmpty()) {
      held.removeLast().run();
    }
  }

  MapState map() {
    return map;
  }

  int heldCount() {
    return held.size();
  }

  private void run(Runnable command) {
    if (holding) {
      held.addLast(command);
    } else {
      command.run();
    }
  }

  @Override
  public void write(Command command, ByteString key, Answer answer) {
    Command decoded = CommandCodec.decode(CommandCodec.encode(command));
    run(() -> answer.complete(decoded.applyTo(map)));
  }

  @Override
  public Optional<Reply> redirection(ByteString key) {
    return leader.map(address -> Redirection.to(key, Optional.of(address)));
  }

  @Override
  public void read(Query query, Answer answer) {
    run(() -> answer.completeWith(maxBytes -> query.answer(counted, maxBytes)));
  }

  @Override
  public void change(MembershipChange change, Answer answer) {
    run(() -> answer.complete(new Reply.Simple(change.toString())));
  }

  @Override
  public void transfer(long target, Answer answer) {
    run(() -> answer.complete(new Reply.Simple("transfer to " + target)));
  }

  @Override
  public Members members() {
    return Members.founders(Map.of(1L, new HostAndPort("127.0.0.1", 17001)));
  }

  @Override
  public void digest(Answer answer) {
    answer.complete(Reply.array(new Reply.Int(7), Reply.bulk("abc")));
  }

  @Override
  public Status status() {
    return node.status();
  }

  @Override
  public long size() {
    return map.size();
  }

  @Override
  public Optional<HostAndPort> clientAddress(long id) {
    return id == 1 ? Optional.of(new HostAndPort("127.0.0.1", 7001)) : Optional.empty();
  }
}
