package com.example.sums;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.MessageCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Three nodes in one thread, which add numbers. Their messages travel as bytes. */
public final class Sums {
  private final List<Member> members = new ArrayList<>();
  private final Queue<byte[]> network = new ArrayDeque<>();
  private final MessageCodec codec = new MessageCodec();

  public Sums() {
    for (long id = 1; id <= 3; id++) {
      members.add(new Member(id));
    }
    members.get(0).node.campaign();
    run();
  }

  /** Adds a number on the leader, and waits until every node has applied it. */
  public void add(long number) {
    members.get(0).node.propose(ByteString.copyFromUtf8(Long.toString(number)));
    run();
  }

  /** The sum of each node. */
  public List<Long> sums() {
    return members.stream().map(member -> member.sum).toList();
  }

  private void run() {
    do {
      members.forEach(this::handleReadys);
      byte[] frame = network.poll();
      if (frame != null) {
        Message message = parse(frame);
        members.get((int) message.getTo() - 1).node.step(message);
      }
    } while (!network.isEmpty() || members.stream().anyMatch(member -> member.node.hasReady()));
  }

  private Message parse(byte[] frame) {
    try {
      return codec.parse(frame);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("these are the bytes of a message", e);
    }
  }

  private void handleReadys(Member member) {
    while (member.node.hasReady()) {
      Ready ready = member.node.ready();
      ready.messages().forEach(message -> network.add(codec.encode(message)));
      member.storage.persist(ready);
      ready.messagesAfterPersist().forEach(message -> network.add(codec.encode(message)));
      ready.committedEntries().forEach(member::apply);
      member.node.advance(ready);
    }
  }

  private static final class Member {
    private final MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
    private final RawNode node;
    private long sum;

    Member(long id) {
      node = RawNode.open(RaftConfig.builder(id).seed(42).incarnation(1).build(), storage);
    }

    void apply(Entry entry) {
      if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
        sum += Long.parseLong(entry.getData().toStringUtf8());
      }
    }
  }
}
