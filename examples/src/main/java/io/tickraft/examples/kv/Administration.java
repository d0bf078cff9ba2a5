package io.tickraft.examples.kv;

import io.tickraft.core.Outcome;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftText;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.core.TransferResult;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.client.MembershipChange;
import io.tickraft.examples.kv.client.Quorum;
import io.tickraft.examples.kv.client.Redirection;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.store.Members;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes membership changes and leadership transfers to the Raft node, and answers them. */
final class Administration {

  private static final Logger LOG = LoggerFactory.getLogger(Administration.class);
  private static final Reply STOPPED =
      new Reply.Failure("UNKNOWN the node stopped before the transfer ended");
  private static final Reply STOPPED_WAITING =
      new Reply.Failure("NOTAPPLIED the node stopped before the learner had caught up");

  private final long id;
  private final Supplier<Members> members;
  private final LongPredicate isConnected;
  private final Proposals proposals;
  private final Consumer<Consumer<RaftNode>> later;

  /** The answers of the changes that wait for a problem to pass. */
  private final Set<Answer> waiting = new HashSet<>();

  /** The answer that the pending transfer of this node owes; null if there is none. */
  private @Nullable Answer transfer;

  /**
   * Creates it without requests.
   *
   * @param id the id of this node
   * @param members the members as of the applied index
   * @param isConnected whether messages reach a member, by id; this node included
   * @param proposals proposes membership changes
   * @param later has a call of the node made about a tick later
   */
  Administration(
      long id,
      Supplier<Members> members,
      LongPredicate isConnected,
      Proposals proposals,
      Consumer<Consumer<RaftNode>> later) {
    this.later = later;
    this.id = id;
    this.members = members;
    this.isConnected = isConnected;
    this.proposals = proposals;
  }

  /**
   * Changes the membership, or waits first, as long as the change says, for a problem that may pass
   * by itself. The wait ends without a change if the client is gone: it may have meant that.
   */
  void change(RaftNode node, MembershipChange change, Answer answer) {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(change.waitMillis());
    change(node, change, deadlineNanos, answer);
  }

  private void change(RaftNode node, MembershipChange change, long deadlineNanos, Answer answer) {
    boolean hasWaited = waiting.remove(answer);
    if (hasWaited && answer.isCancelled()) {
      LOG.info("node {}: does not change node {}: the client that waited is gone", id, change.id());
      return;
    }
    // A node that is not the leader may not know the newest configuration. It redirects the client
    // to the leader anyway.
    Status status = node.status();
    Optional<String> problem =
        status.role() == RoleName.LEADER
            ? change
                .problem(status.confState(), members.get(), status.peers())
                .or(() -> change.quorumProblem(status.confState(), heard(status)))
            : Optional.empty();
    if (problem.isPresent()
        && change.mayPass(status.confState())
        && System.nanoTime() - deadlineNanos < 0) {
      waiting.add(answer);
      later.accept(again -> change(again, change, deadlineNanos, answer));
    } else if (problem.isPresent()) {
      answer.complete(Reply.err(problem.get() + waited(status, change)));
    } else {
      proposals.proposeTo(node, change.toConfChange(), answer);
    }
  }

  /**
   * Returns the members that this leader has heard and can still reach. One whose address has just
   * changed was heard a moment ago, at the old one.
   */
  private Set<Long> heard(Status status) {
    return status.peers().stream()
        .filter(Quorum::isHeard)
        .map(PeerStatus::id)
        .filter(isConnected::test)
        .collect(Collectors.toSet());
  }

  /** A problem that does not pass is answered at once. */
  private static String waited(Status status, MembershipChange change) {
    return change.waitMillis() == 0 || !change.mayPass(status.confState())
        ? ""
        : ", after " + change.waitMillis() + " ms";
  }

  void transfer(RaftNode node, long target, Answer answer) {
    if (node.transferLeadership(target) instanceof TransferResult.Rejected rejected) {
      answer.complete(rejection(target, rejected.reason()));
    } else {
      transfer = answer;
    }
  }

  private static Reply rejection(long target, TransferResult.Reason reason) {
    return switch (reason) {
      case NO_LEADER -> Redirection.NO_LEADER;
      case NOT_LEADER -> new Reply.Failure("TRYAGAIN the leader has changed");
      case ALREADY_LEADER -> Reply.err("node " + target + " leads already");
      case NOT_A_VOTER -> Reply.err("node " + target + " is not a voter");
      case IN_PROGRESS -> new Reply.Failure("TRYAGAIN another transfer is in progress");
      case OUTBOX_FULL -> new Reply.Failure("TRYAGAIN too much is waiting to be sent");
    };
  }

  /** Takes the outcomes of transfers and changes. */
  void complete(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.TransferEnded ended) {
        transferEnded(end(ended));
      } else if (outcome instanceof Outcome.TransferRejected rejected) {
        transferEnded(rejection(rejected.target(), rejected.reason()));
      } else if (outcome instanceof Outcome.ChangeImpossible impossible) {
        LOG.warn(
            "node {}: the membership change at {} changed nothing: {}",
            id,
            RaftText.of(impossible.entry()),
            impossible.problem());
      }
    }
  }

  private static Reply end(Outcome.TransferEnded ended) {
    String target = "node " + ended.target();
    return switch (ended.end()) {
      case COMPLETED -> Reply.OK;
      case REFUSED -> Reply.err(target + " refused to campaign");
      case TIMED_OUT -> Reply.err(target + " did not take over in time, and still may");
      case ABORTED ->
          Reply.err(
              target
                  + " does not lead"
                  + (ended.leader() == 0 ? "" : ", but node " + ended.leader()));
    };
  }

  private void transferEnded(Reply reply) {
    // None is pending here if another node requested the transfer from this leader.
    if (transfer != null) {
      transfer.complete(reply);
      transfer = null;
    }
  }

  /** Answers the pending transfer, whose outcome will not be known, and the changes that wait. */
  void close() {
    waiting.forEach(answer -> answer.complete(STOPPED_WAITING));
    transferEnded(STOPPED);
  }
}
