package io.tickraft.examples.kv;

import io.tickraft.core.Outcome;
import io.tickraft.core.RawNode;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.core.TransferResult;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.client.MembershipChange;
import io.tickraft.examples.kv.client.Redirection;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.store.Members;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests of administrators, from their arrival to their answer. */
final class Administration {

  private static final Logger LOG = LoggerFactory.getLogger(Administration.class);
  private static final Reply STOPPED =
      new Reply.Failure("UNKNOWN the node stopped before the transfer ended");

  private final Supplier<Members> members;
  private final Proposals proposals;

  /** Who waits for the one transfer of which this node is to tell the end. */
  private @Nullable Answer transfer;

  /**
   * Waits for requests.
   *
   * @param members who is in the group as of what is applied
   * @param proposals takes the changes of the membership
   */
  Administration(Supplier<Members> members, Proposals proposals) {
    this.members = members;
    this.proposals = proposals;
  }

  void change(RawNode node, MembershipChange change, Answer answer) {
    // Whoever does not lead may not know the newest configuration, and sends the client to the
    // leader anyway.
    Status status = node.status();
    Optional<String> problem =
        status.role() == RoleName.LEADER
            ? change.problem(status.confState(), members.get(), status.peers())
            : Optional.empty();
    if (problem.isPresent()) {
      answer.complete(Reply.err(problem.get()));
    } else {
      proposals.proposeTo(node, change.toConfChange(), answer);
    }
  }

  void transfer(RawNode node, long target, Answer answer) {
    if (node.transferLeadership(target) instanceof TransferResult.Rejected rejected) {
      answer.complete(rejection(target, rejected.reason()));
    } else {
      transfer = answer;
    }
  }

  private static Reply rejection(long target, TransferResult.Reason reason) {
    return switch (reason) {
      case NO_LEADER -> Redirection.NO_LEADER;
      case NOT_LEADER -> Reply.err("only the leader chooses a node: name one");
      case ALREADY_LEADER -> Reply.err("node " + target + " leads already");
      case NOT_A_VOTER -> Reply.err("node " + target + " is not a voter");
      case IN_PROGRESS -> new Reply.Failure("TRYAGAIN another transfer is under way");
      case OUTBOX_FULL -> new Reply.Failure("TRYAGAIN too much is waiting to be sent");
    };
  }

  /** Takes note of what has ended. */
  void complete(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.TransferEnded ended) {
        transferEnded(end(ended));
      } else if (outcome instanceof Outcome.TransferRejected rejected) {
        transferEnded(rejection(rejected.target(), rejected.reason()));
      } else if (outcome instanceof Outcome.ChangeImpossible impossible) {
        LOG.warn(
            "the membership change at {} changed nothing: {}",
            impossible.entry(),
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
    // Without anybody who waits, this node leads and was asked by another one.
    if (transfer != null) {
      transfer.complete(reply);
      transfer = null;
    }
  }

  /** Nothing will be known any more. */
  void close() {
    transferEnded(STOPPED);
  }
}
