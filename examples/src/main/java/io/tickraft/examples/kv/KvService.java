package io.tickraft.examples.kv;

import com.google.protobuf.ByteString;
import io.netty.channel.EventLoop;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.client.MembershipChange;
import io.tickraft.examples.kv.client.Node;
import io.tickraft.examples.kv.client.Redirection;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.Query;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.peer.Peers;
import io.tickraft.examples.kv.store.KvMachine;
import io.tickraft.examples.kv.store.MapView;
import io.tickraft.examples.kv.store.Members;
import java.util.Optional;

/** The node as the connections of clients use it. */
final class KvService implements Node {

  private static final Reply BUSY = new Reply.Failure("TRYAGAIN another digest is in progress");

  private final long id;
  private final RaftNode node;
  private final Proposals proposals;
  private final Reads reads;
  private final Administration administration;
  private final KvMachine machine;
  private final Peers peers;
  private final Inputs inputs;
  private final EventLoop loop;
  private final EventLoop background;
  private boolean digesting;

  KvService(
      long id,
      RaftNode node,
      Proposals proposals,
      Reads reads,
      Administration administration,
      KvMachine machine,
      Peers peers,
      Inputs inputs,
      EventLoop loop,
      EventLoop background) {
    this.id = id;
    this.node = node;
    this.proposals = proposals;
    this.reads = reads;
    this.administration = administration;
    this.machine = machine;
    this.peers = peers;
    this.inputs = inputs;
    this.loop = loop;
    this.background = background;
  }

  @Override
  public void write(Command command, ByteString key, Answer answer) {
    unlessRemoved(answer, () -> proposals.write(command, key, answer));
  }

  @Override
  public Optional<Reply> redirection(ByteString key) {
    if (machine.members().removed().contains(id)) {
      return Optional.of(Redirection.removed(id));
    }
    Status status = node.status();
    return status.role() == RoleName.LEADER
        ? Optional.empty()
        : Optional.of(Redirection.to(key, peers.clientAddress(status.leader())));
  }

  @Override
  public void read(Query query, Answer answer) {
    unlessRemoved(answer, () -> reads.read(query, answer));
  }

  @Override
  public void change(MembershipChange change, Answer answer) {
    unlessRemoved(answer, () -> inputs.add(raft -> administration.change(raft, change, answer)));
  }

  @Override
  public void transfer(long target, Answer answer) {
    unlessRemoved(answer, () -> inputs.add(raft -> administration.transfer(raft, target, answer)));
  }

  /** A removed node never learns of a leader: answer at once, instead of after the time-out. */
  private void unlessRemoved(Answer answer, Runnable request) {
    if (machine.members().removed().contains(id)) {
      answer.complete(Redirection.removed(id));
    } else {
      request.run();
    }
  }

  /** One at a time: each reads the whole map, and keeps it on the disk meanwhile. */
  @Override
  public void digest(Answer answer) {
    if (digesting) {
      answer.complete(BUSY);
      return;
    }
    digesting = true;
    MapView view = machine.view();
    background.execute(
        () -> {
          Reply reply;
          try (view) {
            reply = Reply.array(new Reply.Int(view.index()), Reply.bulk(view.digest()));
          }
          loop.execute(
              () -> {
                digesting = false;
                answer.complete(reply);
                inputs.wake();
              });
        });
  }

  @Override
  public Status status() {
    return node.status();
  }

  @Override
  public Members members() {
    return machine.members();
  }

  @Override
  public long size() {
    return machine.size();
  }

  @Override
  public Optional<HostAndPort> clientAddress(long id) {
    return peers.clientAddress(id);
  }
}
