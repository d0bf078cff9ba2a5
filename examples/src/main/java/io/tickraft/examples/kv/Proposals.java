package io.tickraft.examples.kv;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposalFates;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RawNode;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.client.Redirection;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.command.KvView;
import io.tickraft.examples.kv.command.Query;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.KvMachine;
import io.tickraft.proto.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The commands and reads of clients, from their arrival to their answer: proposed together with
 * what arrived at the same time, and answered when they are applied or their fate is known.
 *
 * <p>Reads go through the log, but not each with an entry of its own. A read waits for an entry
 * that was proposed after it arrived; once that is applied here, nothing that was acknowledged
 * before is missing. It rides on the command before it in the batch, which keeps the order of a
 * connection that does not wait for answers; if there is none, one barrier serves all the reads at
 * the beginning of a batch.
 */
final class Proposals implements KvMachine.Listener {

  private static final Reply NOT_APPLIED =
      new Reply.Failure("NOTAPPLIED leadership was lost, and the command was not applied");
  private static final Reply NOT_READ =
      new Reply.Failure("NOTAPPLIED leadership was lost before the read could be answered");
  private static final Reply UNKNOWN =
      new Reply.Failure(
          "UNKNOWN leadership was lost: the command may or may not have been applied");
  private static final Reply TIMED_OUT =
      new Reply.Failure("UNKNOWN timed out: the command may or may not be applied");
  private static final Reply READ_TIMED_OUT =
      new Reply.Failure("NOTAPPLIED timed out before the read could be answered");
  private static final Reply TOO_MUCH =
      new Reply.Failure(
          "TRYAGAIN too much is waiting to be committed; the command was not applied");

  private record Read(Query query, ByteString key, Answer answer) {}

  /** One entry, and all who wait for it. */
  private static final class Ticket {
    final ByteString key;
    final @Nullable Answer answer;
    final List<Read> reads = new ArrayList<>(0);
    final long deadlineNanos;
    boolean over;

    Ticket(ByteString key, @Nullable Answer answer, long deadlineNanos) {
      this.key = key;
      this.answer = answer;
      this.deadlineNanos = deadlineNanos;
    }

    void complete(Reply toCommand, Reply toReads) {
      over = true;
      if (answer != null) {
        answer.complete(toCommand);
      }
      for (Read read : reads) {
        read.answer.complete(toReads);
      }
    }
  }

  private final LongFunction<Optional<HostAndPort>> clientAddresses;
  private final Runnable wake;
  private final long timeoutNanos;
  private final ProposalFates<Ticket> fates = new ProposalFates<>(this::decided);
  private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();

  private List<ByteString> payloads = new ArrayList<>();
  private List<Ticket> tickets = new ArrayList<>();

  // What is being applied, while fates are told.
  private Reply reply = Reply.OK;
  private @Nullable KvView map;

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
    add(command, new Ticket(key, answer, deadline()));
  }

  void read(Query query, ByteString key, Answer answer) {
    if (tickets.isEmpty()) {
      add(new Command.Barrier(), new Ticket(key, null, deadline()));
    }
    tickets.get(tickets.size() - 1).reads.add(new Read(query, key, answer));
  }

  private void add(Command command, Ticket ticket) {
    payloads.add(CommandCodec.encode(command));
    tickets.add(ticket);
    wake.run();
  }

  private long deadline() {
    return System.nanoTime() + timeoutNanos;
  }

  /** Proposes all that has arrived, in one call. */
  void proposeTo(RawNode node) {
    if (tickets.isEmpty()) {
      return;
    }
    List<Ticket> batch = tickets;
    ProposeResult result = node.propose(payloads);
    payloads = new ArrayList<>();
    tickets = new ArrayList<>();
    if (result instanceof ProposeResult.Accepted accepted) {
      for (int i = 0; i < batch.size(); i++) {
        fates.accepted(accepted.term(), accepted.firstIndex() + i, batch.get(i));
      }
      waiting.addAll(batch);
    } else if (result instanceof ProposeResult.Rejected rejected) {
      batch.forEach(ticket -> reject(ticket, rejected));
    } else {
      throw new IllegalStateException("forwarding is not switched on: " + result);
    }
  }

  private void reject(Ticket ticket, ProposeResult.Rejected rejected) {
    if (rejected.reason() != ProposeResult.Reason.NOT_LEADER) {
      ticket.complete(TOO_MUCH, TOO_MUCH);
      return;
    }
    Optional<HostAndPort> leader = clientAddresses.apply(rejected.leader());
    if (ticket.answer != null) {
      ticket.answer.complete(Redirection.to(ticket.key, leader));
    }
    for (Read read : ticket.reads) {
      read.answer.complete(Redirection.to(read.key, leader));
    }
  }

  // Outcome.

  @Override
  public void applied(Entry entry, Reply itsReply, KvView itsMap) {
    reply = itsReply;
    map = itsMap;
    fates.committed(entry);
    map = null;
  }

  /** The map was replaced by that of another node. */
  void restored(long index) {
    fates.snapshotInstalled(index);
  }

  private void decided(Ticket ticket, ProposalFates.Fate fate) {
    switch (fate) {
      case APPLIED -> answer(ticket);
      case LOST -> ticket.complete(NOT_APPLIED, NOT_READ);
      case UNKNOWN -> ticket.complete(UNKNOWN, NOT_READ);
    }
  }

  private void answer(Ticket ticket) {
    ticket.over = true;
    if (ticket.answer != null) {
      ticket.answer.complete(reply);
    }
    KvView now = map;
    for (Read read : ticket.reads) {
      if (now != null && read.answer.reply().isEmpty()) {
        read.answer.complete(read.query.answer(now));
      }
    }
  }

  /** Gives up waiting for what takes too long: a leader without a majority never knows. */
  void expire(long nowNanos) {
    for (Ticket first = waiting.peek();
        first != null && (first.over || first.deadlineNanos - nowNanos <= 0);
        first = waiting.peek()) {
      waiting.remove();
      if (!first.over) {
        first.complete(TIMED_OUT, READ_TIMED_OUT);
      }
    }
  }

  /** Nothing will be known any more. */
  void close() {
    fates.close();
    for (Ticket ticket : tickets) {
      ticket.complete(NOT_APPLIED, NOT_READ);
    }
    tickets.clear();
    payloads.clear();
  }
}
