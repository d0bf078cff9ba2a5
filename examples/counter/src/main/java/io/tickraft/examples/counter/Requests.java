package io.tickraft.examples.counter;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ConfChanges;
import io.tickraft.core.Outcome;
import io.tickraft.core.ProposalFates;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftText;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.core.TransferResult;
import io.tickraft.examples.counter.CounterNode.Job;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What clients ask a node for, and what they are told. All but {@link #parse} is for the loop. */
final class Requests {

  /** A client that waits for the fate of an entry, and what it is told if the entry is applied. */
  private record Writer(CompletableFuture<String> reply, Supplier<String> result) {}

  /** A client that waits until an index is applied. */
  private record Reader(CompletableFuture<String> reply, long index) {}

  static final String UNKNOWN = "UNKNOWN it may be done, or be done later";

  private static final int NEAR = 100; // A learner with so few entries missing may become a voter.

  private final CounterNode host;
  private final ProposalFates<Writer> writers = new ProposalFates<>(Requests::end);
  final Map<ByteString, CompletableFuture<String>> unconfirmed = new HashMap<>();
  private final List<Reader> readers = new ArrayList<>();
  private final List<CompletableFuture<String>> transfers = new ArrayList<>();
  private long reads;

  Requests(CounterNode host) {
    this.host = host;
  }

  /**
   * Turns a line into a job for the loop.
   *
   * @throws IllegalArgumentException if the line is wrong: here, as it would end the loop
   */
  Job parse(String line, CompletableFuture<String> reply) {
    String[] words = line.strip().split(" +", -1);
    long number = words.length > 1 ? Long.parseLong(words[1]) : 0;
    return switch (words[0] + " " + (words.length - 1)) {
      case "ADD 1" -> () -> add(number, reply);
      case "GET 0" -> () -> get(reply);
      case "JOIN 2" -> {
        String member = number + "=" + words[2];
        if (Counter.members(member).size() > 1) {
          throw new IllegalArgumentException("JOIN is for one node: " + member);
        }
        yield () -> join(number, ByteString.copyFromUtf8(member), reply);
      }
      case "PROMOTE 1" -> {
        ConfChange promotion = ConfChanges.addVoter(number).build();
        yield () -> promote(number, promotion, reply);
      }
      case "LEAVE 1" -> {
        ConfChange removal = ConfChanges.remove(number).build();
        yield () -> change(removal, reply);
      }
      case "TRANSFER 0" -> () -> transfer(reply);
      case "STATUS 0" ->
          () -> reply.complete(host.node.status() + ", counter " + host.counter.value);
      default ->
          throw new IllegalArgumentException(
              "ADD n, GET, JOIN id host:port, PROMOTE id, LEAVE id, TRANSFER or STATUS");
    };
  }

  private String refusal(Object reason, long leader) {
    String hint = leader == 0 ? "no leader is known" : "ask " + host.network.addressOf(leader);
    return "REFUSED " + reason + ": " + hint;
  }

  // Entries.

  void add(long number, CompletableFuture<String> reply) {
    ProposeResult result = host.node.propose(ByteString.copyFromUtf8(Long.toString(number)));
    if (result instanceof ProposeResult.Accepted at) {
      // Accepted is not done: the entry can still be lost if another node becomes the leader.
      track(at.term(), at.firstIndex(), reply, () -> Long.toString(host.counter.value));
    } else if (result instanceof ProposeResult.Rejected no) {
      reply.complete(refusal(no.reason(), no.leader()));
    }
  }

  private void change(ConfChange change, CompletableFuture<String> reply) {
    ConfChangeResult result = host.node.proposeConfChange(change);
    if (result instanceof ConfChangeResult.Accepted at) {
      track(at.term(), at.index(), reply, () -> "OK " + RaftText.of(host.configuration));
    } else if (result instanceof ConfChangeResult.Rejected no) {
      reply.complete(refusal(no.problem(), no.leader()));
    }
  }

  /** Adds a learner, or gives a member another address. */
  private void join(long id, ByteString member, CompletableFuture<String> reply) {
    boolean votes = host.configuration.getVotersList().contains(id); // Must not become a learner.
    ConfChanges.Builder change = votes ? ConfChanges.addVoter(id) : ConfChanges.addLearner(id);
    change(change.context(member).build(), reply);
  }

  /** Makes a learner a voter if it runs and has the log: from then on each quorum counts it. */
  private void promote(long id, ConfChange promotion, CompletableFuture<String> reply) {
    Status status = host.node.status();
    boolean isNear =
        status.peers().stream()
            .filter(peer -> peer.id() == id && peer.matchIndex() > 0) // 0: it has never answered.
            .filter(peer -> peer.ticksSinceHeard() < host.electionTicks)
            .anyMatch(peer -> peer.matchIndex() + NEAR > status.commitIndex());
    if (status.role() == RoleName.LEADER && !isNear) {
      reply.complete("REFUSED node " + id + " has not joined, has not caught up, or is down");
    } else {
      change(promotion, reply);
    }
  }

  void track(long term, long index, CompletableFuture<String> reply, Supplier<String> result) {
    writers.accepted(term, index, new Writer(reply, result));
  }

  /** After each entry that is applied, of any type: it may be in the place of another one. */
  void committed(Entry entry) {
    writers.committed(entry);
  }

  void snapshotInstalled(long index) {
    writers.snapshotInstalled(index);
  }

  private static void end(Writer writer, ProposalFates.Fate fate) {
    switch (fate) {
      case APPLIED -> writer.reply.complete(writer.result.get());
      case LOST -> writer.reply.complete("LOST it will never be done");
      case UNKNOWN -> writer.reply.complete(UNKNOWN);
    }
  }

  // Reads.

  void get(CompletableFuture<String> reply) {
    long id = host.log.id;
    if (!host.configuration.getVotersList().contains(id)
        && !host.configuration.getLearnersList().contains(id)) {
      reply.complete("REFUSED this node is not a member"); // It may never get to the read index.
      return;
    }
    ByteString name = ByteString.copyFromUtf8("read " + ++reads);
    if (host.node.readIndex(name) instanceof ReadResult.Rejected no) {
      reply.complete(refusal(no.reason(), no.leader()));
    } else {
      unconfirmed.put(name, reply);
    }
  }

  void ended(ReadState read) {
    CompletableFuture<String> reply = unconfirmed.remove(read.context());
    if (read instanceof ReadState.Confirmed at) {
      readers.add(new Reader(reply, at.index()));
    } else if (read instanceof ReadState.Aborted no) {
      reply.complete(refusal(no.reason(), no.leader()));
    }
  }

  /** Answers the reads whose index is applied. On a follower, that may be later than confirmed. */
  void answerReads() {
    for (Reader reader : List.copyOf(readers)) {
      if (reader.index <= host.counter.applied) {
        readers.remove(reader);
        reader.reply.complete(Long.toString(host.counter.value));
      }
    }
  }

  // Transfers.

  void transfer(CompletableFuture<String> reply) {
    if (host.node.transferLeadership() instanceof TransferResult.Rejected no) {
      reply.complete(refusal(no.reason(), no.leader()));
    } else {
      transfers.add(reply);
    }
  }

  void ended(Outcome outcome) {
    if (outcome instanceof Outcome.TransferEnded) {
      transfers.forEach(reply -> reply.complete(RaftText.of(outcome)));
      transfers.clear();
    }
  }
}
