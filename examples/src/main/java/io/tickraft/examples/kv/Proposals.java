package io.tickraft.examples.kv;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposalFates;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RawNode;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.client.Redirection;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.KvMachine;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * The commands of clients, from their arrival to their answer: proposed together with what arrived
 * at the same time, and answered when they are applied or their fate is known. So are membership
 * changes, which go alone.
 */
final class Proposals implements KvMachine.Listener {

  private static final Reply NOT_APPLIED =
      new Reply.Failure("NOTAPPLIED leadership was lost, and the command was not applied");
  private static final Reply UNKNOWN =
      new Reply.Failure(
          "UNKNOWN leadership was lost: the command may or may not have been applied");
  private static final Reply TIMED_OUT =
      new Reply.Failure("UNKNOWN timed out: the command may or may not be applied");
  private static final Reply TOO_MUCH =
      new Reply.Failure(
          "TRYAGAIN too much is waiting to be committed; the command was not applied");
  private static final Reply TOO_LARGE = Reply.err("the command is too large");
  private static final Reply HANDING_OVER =
      new Reply.Failure(
          "TRYAGAIN leadership is on its way to another node; the command was not applied");

  /** One entry, and who waits for it. */
  private record Ticket(ByteString key, Answer answer, long deadlineNanos) {
    boolean isOver() {
      return answer.reply().isPresent();
    }
  }

  private final LongFunction<Optional<HostAndPort>> clientAddresses;
  private final Runnable wake;
  private final long timeoutNanos;
  private final ProposalFates<Ticket> fates = new ProposalFates<>(this::decided);
  private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();

  private List<ByteString> payloads = new ArrayList<>();
  private List<Ticket> tickets = new ArrayList<>();

  /** What the entry that is being applied answers, while fates are told. */
  private Reply reply = Reply.OK;

  /**
   * Waits for commands.
   *
   * @param clientAddresses where the node with an id serves clients
   * @param wake has the loop propose soon
   * @param timeoutMillis after how long a client is told that the outcome is unknown
   */
  Proposals(
      LongFunction<Optional<HostAndPort>> clientAddresses, Runnable wake, long timeoutMillis) {
    this.clientAddresses = clientAddresses;
    this.wake = wake;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
  }

  // Arrival.

  void write(Command command, ByteString key, Answer answer) {
    payloads.add(CommandCodec.encode(command));
    tickets.add(ticket(key, answer));
    wake.run();
  }

  private Ticket ticket(ByteString key, Answer answer) {
    return new Ticket(key, answer, System.nanoTime() + timeoutNanos);
  }

  /** Proposes all that has arrived, in one call. */
  void proposeTo(RawNode node) {
    if (tickets.isEmpty()) {
      return;
    }
    List<Ticket> batch = tickets;
    List<ByteString> commands = payloads;
    payloads = new ArrayList<>();
    tickets = new ArrayList<>();
    propose(node, commands, batch);
  }

  private void propose(RawNode node, List<ByteString> commands, List<Ticket> batch) {
    ProposeResult result = node.propose(commands);
    if (result instanceof ProposeResult.Accepted accepted) {
      for (int i = 0; i < batch.size(); i++) {
        fates.accepted(accepted.term(), accepted.firstIndex() + i, batch.get(i));
      }
      waiting.addAll(batch);
    } else if (result instanceof ProposeResult.Rejected rejected
        && rejected.reason() == ProposeResult.Reason.TOO_LARGE
        && batch.size() > 1) {
      // Together they are too large: half of them at a time.
      int half = batch.size() / 2;
      propose(node, commands.subList(0, half), batch.subList(0, half));
      propose(node, commands.subList(half, batch.size()), batch.subList(half, batch.size()));
    } else if (result instanceof ProposeResult.Rejected rejected) {
      batch.forEach(ticket -> ticket.answer.complete(rejection(rejected, ticket.key)));
    } else {
      throw new IllegalStateException("forwarding is not switched on: " + result);
    }
  }

  private Reply rejection(ProposeResult.Rejected rejected, ByteString key) {
    return switch (rejected.reason()) {
      case NOT_LEADER -> redirection(key, rejected.leader());
      case TRANSFERRING, LEAVING -> HANDING_OVER;
      case TOO_LARGE -> TOO_LARGE;
      default -> TOO_MUCH;
    };
  }

  private Reply redirection(ByteString key, long leader) {
    return Redirection.to(key, clientAddresses.apply(leader));
  }

  /** Proposes a membership change. */
  void proposeTo(RawNode node, ConfChange change, Answer answer) {
    ConfChangeResult result = node.proposeConfChange(change);
    if (result instanceof ConfChangeResult.Accepted accepted) {
      Ticket ticket = ticket(ByteString.EMPTY, answer);
      fates.accepted(accepted.term(), accepted.index(), ticket);
      waiting.add(ticket);
    } else if (result instanceof ConfChangeResult.Rejected rejected) {
      answer.complete(
          switch (rejected.reason()) {
            case NOT_LEADER -> redirection(ByteString.EMPTY, rejected.leader());
            case INVALID, TOO_LARGE -> Reply.err(rejected.problem());
            default -> new Reply.Failure("TRYAGAIN " + rejected.problem());
          });
    }
  }

  // Outcome.

  @Override
  public void applied(Entry entry, Reply itsReply) {
    reply = itsReply;
    fates.committed(entry);
  }

  /** The map was replaced by that of another node. */
  void restored(long index) {
    fates.snapshotInstalled(index);
  }

  private void decided(Ticket ticket, ProposalFates.Fate fate) {
    ticket.answer.complete(
        switch (fate) {
          case APPLIED -> reply;
          case LOST -> NOT_APPLIED;
          case UNKNOWN -> UNKNOWN;
        });
  }

  /** Gives up waiting for what takes too long: a leader without a majority never knows. */
  void expire(long nowNanos) {
    for (Ticket first = waiting.peek();
        first != null && (first.isOver() || first.deadlineNanos - nowNanos <= 0);
        first = waiting.peek()) {
      waiting.remove();
      first.answer.complete(TIMED_OUT);
    }
  }

  /** Nothing will be known any more. */
  void close() {
    fates.close();
    tickets.forEach(ticket -> ticket.answer.complete(NOT_APPLIED));
    tickets.clear();
    payloads.clear();
  }
}
