package io.tickraft.examples.kv;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposalFates;
import io.tickraft.core.ProposeResult;
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
 * Proposes the commands of clients, and answers each when it is applied or its fate is known. All
 * commands that arrived together are proposed in one batch. Membership changes are handled alike,
 * but are proposed one by one.
 *
 * <p>While the leader hands over to another node, commands wait until that node leads, and then
 * their clients are sent to it.
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
  private static final Reply HELD_TOO_LONG =
      new Reply.Failure("NOTAPPLIED timed out while the leader was handing over to another node");

  /** The client that waits for one entry. */
  private record Ticket(ByteString key, Answer answer, long deadlineNanos) {
    boolean isOver() {
      return answer.isComplete();
    }
  }

  private final LongFunction<Optional<HostAndPort>> clientAddresses;
  private final Runnable wake;
  private final long timeoutNanos;
  private final ProposalFates<Ticket> fates = new ProposalFates<>(this::decided);

  /** The accepted proposals, in the order of their deadlines; some may be answered already. */
  private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();

  /** The commands that are not proposed yet, each with its ticket at the same index. */
  private List<ByteString> payloads = new ArrayList<>();

  private List<Ticket> tickets = new ArrayList<>();

  /** Whether the last proposal was held, because this leader hands over to another node. */
  private boolean handingOver;

  /** The reply of the entry that is being applied, for {@link #decided}. */
  private Reply reply = Reply.OK;

  /**
   * Creates an empty queue.
   *
   * @param clientAddresses the address at which the node with an id serves clients
   * @param wake schedules a run of the loop, which proposes
   * @param timeoutMillis milliseconds until a client gets the answer that the outcome is unknown
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

  /** Proposes all commands that have arrived, or were held, in one call. */
  void proposeTo(RaftNode node) {
    if (tickets.isEmpty()) {
      return;
    }
    List<Ticket> batch = tickets;
    List<ByteString> commands = payloads;
    payloads = new ArrayList<>();
    tickets = new ArrayList<>();
    propose(node, commands, batch);
  }

  private void propose(RaftNode node, List<ByteString> commands, List<Ticket> batch) {
    ProposeResult result = node.propose(commands);
    if (result instanceof ProposeResult.Accepted accepted) {
      for (int i = 0; i < batch.size(); i++) {
        fates.accepted(accepted.term(), accepted.firstIndex() + i, batch.get(i));
      }
      waiting.addAll(batch);
      handingOver = false;
    } else if (result instanceof ProposeResult.Rejected rejected
        && rejected.reason() == ProposeResult.Reason.TOO_LARGE
        && batch.size() > 1) {
      // The batch as a whole is too large: propose each half on its own.
      int half = batch.size() / 2;
      propose(node, commands.subList(0, half), batch.subList(0, half));
      propose(node, commands.subList(half, batch.size()), batch.subList(half, batch.size()));
    } else if (result instanceof ProposeResult.Rejected rejected) {
      handingOver = isHandingOver(rejected);
      if (handingOver) {
        payloads.addAll(commands);
        tickets.addAll(batch);
      } else {
        batch.forEach(ticket -> ticket.answer.complete(rejection(rejected, ticket.key)));
      }
    } else {
      throw new IllegalStateException("forwarding is not switched on: " + result);
    }
  }

  /** Between the end of one leadership and the first message of the next, no leader is known. */
  private boolean isHandingOver(ProposeResult.Rejected rejected) {
    return switch (rejected.reason()) {
      case TRANSFERRING, LEAVING -> true;
      case NOT_LEADER -> handingOver && rejected.leader() == 0;
      default -> false;
    };
  }

  private Reply rejection(ProposeResult.Rejected rejected, ByteString key) {
    return switch (rejected.reason()) {
      case NOT_LEADER -> redirection(key, rejected.leader());
      case TOO_LARGE -> TOO_LARGE;
      default -> TOO_MUCH;
    };
  }

  private Reply redirection(ByteString key, long leader) {
    return Redirection.to(key, clientAddresses.apply(leader));
  }

  void proposeTo(RaftNode node, ConfChange change, Answer answer) {
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

  /** Called when a snapshot of another node has replaced the map. */
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

  /** {@return whether every command that has arrived is answered} */
  boolean isIdle() {
    return tickets.isEmpty() && waiting.stream().allMatch(Ticket::isOver);
  }

  /** Answers proposals that have timed out: a leader without a majority never learns their fate. */
  void expire(long nowNanos) {
    for (Ticket first = waiting.peek();
        first != null && (first.isOver() || first.deadlineNanos - nowNanos <= 0);
        first = waiting.peek()) {
      waiting.remove();
      first.answer.complete(TIMED_OUT);
    }
    expireHeld(nowNanos);
  }

  private void expireHeld(long nowNanos) {
    int late = 0;
    while (late < tickets.size() && tickets.get(late).deadlineNanos - nowNanos <= 0) {
      late++;
    }
    payloads.subList(0, late).clear();
    List<Ticket> first = tickets.subList(0, late);
    List<Ticket> expired = List.copyOf(first);
    first.clear();
    expired.forEach(ticket -> ticket.answer.complete(HELD_TOO_LONG));
  }

  /** Answers all pending proposals: nothing more will be applied. */
  void close() {
    fates.close();
    tickets.forEach(ticket -> ticket.answer.complete(NOT_APPLIED));
    tickets.clear();
    payloads.clear();
  }
}
