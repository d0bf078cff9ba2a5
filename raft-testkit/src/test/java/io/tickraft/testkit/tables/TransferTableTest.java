package io.tickraft.testkit.tables;

import static io.tickraft.proto.TransferRejectReason.TRANSFER_REJECT_REASON_NOT_A_VOTER;
import static io.tickraft.proto.TransferRejectReason.TRANSFER_REJECT_REASON_NOT_LEADER;
import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.heartbeat;
import static io.tickraft.testkit.message.Messages.propose;
import static io.tickraft.testkit.message.Messages.timeoutNow;
import static io.tickraft.testkit.message.Messages.timeoutNowRefused;
import static io.tickraft.testkit.message.Messages.transferLeader;
import static io.tickraft.testkit.message.Messages.transferLeaderRejected;
import static io.tickraft.testkit.message.Messages.transferLeaderStarted;
import static io.tickraft.testkit.message.Messages.vote;
import static io.tickraft.testkit.message.Values.noOp;
import static io.tickraft.testkit.message.Values.request;
import static io.tickraft.testkit.tables.States.CANDIDATE;
import static io.tickraft.testkit.tables.States.FOLLOWER;
import static io.tickraft.testkit.tables.States.FOLLOWER_UP_TO_DATE;
import static io.tickraft.testkit.tables.States.JOINING;
import static io.tickraft.testkit.tables.States.LEADER;
import static io.tickraft.testkit.tables.States.LEADER_WITH_2;
import static io.tickraft.testkit.tables.States.LEARNER;
import static io.tickraft.testkit.tables.States.LOST_WITH_ENTRY;
import static io.tickraft.testkit.tables.States.PRE_CANDIDATE;
import static io.tickraft.testkit.tables.States.WAITING;

import io.tickraft.core.DropReason;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TimeoutNowResponse.Reason;
import io.tickraft.testkit.fixture.NodeFixture;
import io.tickraft.testkit.message.MessageBuilder;
import java.util.List;

/** The ways of leadership to another node (thesis 3.10). */
final class TransferTableTest extends TableTest {

  /** Another node's. */
  private static final RequestId ITS = request(8, 1);

  /** Of node 1, as its host's first. */
  private static final RequestId OWN = request(0, 1);

  /** Has told 2 to campaign. */
  private static final State TO_2 =
      LEADER_WITH_2.then("leader, transfers to 2", States.transfers(2));

  /** Waits until 3 has its last entry. */
  private static final State TO_3 =
      LEADER_WITH_2.then("leader, transfers to 3", States.transfers(3));

  /** Has resigned and told 2 to campaign. */
  private static final State RESIGNED =
      LEADER_WITH_2.then("resigned, 2 is ordered", NodeFixture::resign);

  /** As above, and 3 could be told too. */
  private static final State RESIGNED_FROM_BOTH =
      LEADER_WITH_2
          .then("leader with both", node -> node.acknowledgedBy(3))
          .then("resigned, 2 is ordered, 3 is next", NodeFixture::resign);

  /** Has asked 2 to hand leadership to 3. */
  private static final State ASKING =
      FOLLOWER.then("follower of 2, asks for a transfer to 3", States.transfers(3));

  @Override
  void table() {
    orders();
    ordersThatAreNotObeyed();
    ordersOfOtherTerms();
    refusals();
    requests();
    catchingUp();
    meanwhile();
    endings();
    answersToRequests();
    withAndWithoutATerm();
  }

  private void orders() {
    // Without a pre-vote, and with the flag before which nobody keeps to a leader.
    on(FOLLOWER_UP_TO_DATE, timeoutNow(from(2, SAME), 5, 5))
        .later(
            "1→2 Vote t6 last (5,5) committed (2,3) transfer",
            "1→3 Vote t6 last (5,5) committed (2,3) transfer")
        .state("candidate", "term 6", "vote 1", "waits anew");
  }

  private void ordersThatAreNotObeyed() {
    on(FOLLOWER, timeoutNow(from(2, SAME), 5, 5))
        .now("1→2 TimeoutNowResponse t5 rejected: log differs last (5,5)")
        .state("waits anew");
    on(FOLLOWER, timeoutNow(from(2, SAME), 5, 3))
        .now("1→2 TimeoutNowResponse t5 rejected: log differs last (5,3)")
        .state("waits anew");
    on(FOLLOWER_UP_TO_DATE, timeoutNow(from(2, SAME), 5, 4))
        .now("1→2 TimeoutNowResponse t5 rejected: log differs last (5,4)")
        .state("waits anew");
    // A leader's last entry is of its own term.
    allDrop(DropReason.MALFORMED, timeoutNow(from(2, SAME), 4, 4));
    allDrop(DropReason.MALFORMED, timeoutNow(from(3, HIGHER), 5, 5));
    on(LOST_WITH_ENTRY, timeoutNow(from(2, SAME), 5, 5))
        .now("1→2 TimeoutNowResponse t5 rejected: may not campaign last (5,5)")
        .state("waits anew");
    on(LEARNER, timeoutNow(from(2, SAME), 5, 5))
        .now("1→2 TimeoutNowResponse t5 rejected: may not campaign last (5,5)")
        .state("waits anew");
    for (State state : List.of(WAITING, PRE_CANDIDATE, CANDIDATE)) {
      on(state, timeoutNow(from(2, SAME), 5, 5))
          .now("1→2 TimeoutNowResponse t5 rejected: log differs last (5,5)")
          .state("follower of 2", "waits anew");
    }
    on(FOLLOWER_UP_TO_DATE, timeoutNow(from(3, SAME), 5, 5)).drops(DropReason.SECOND_LEADER);
    on(LEADER, timeoutNow(from(2, SAME), 5, 5)).drops(DropReason.SECOND_LEADER);
    allDrop(DropReason.MALFORMED, timeoutNow(from(2, SAME), 6, 6));
    allDrop(DropReason.MALFORMED, timeoutNow(from(2, SAME), 0, 0));
  }

  private void ordersOfOtherTerms() {
    allDrop(DropReason.STALE_TERM, timeoutNow(from(2, LOWER), 4, 4));
    on(FOLLOWER, timeoutNow(from(3, HIGHER), 6, 5))
        .later("1→3 TimeoutNowResponse t6 rejected: log differs last (6,5)")
        .state("follower of 3", "term 6", "waits anew");
    on(PRE_CANDIDATE, timeoutNow(from(3, HIGHER), 6, 5))
        .later("1→3 TimeoutNowResponse t6 rejected: log differs last (6,5)")
        .state("follower of 3", "term 6", "waits anew");
    for (State state : List.of(CANDIDATE, LEADER)) {
      on(state, timeoutNow(from(3, HIGHER), 6, 5))
          .later("1→3 TimeoutNowResponse t6 rejected: log differs last (6,5)")
          .state("follower of 3", "term 6", "vote none", "waits anew");
    }
    on(JOINING, timeoutNow(from(3, HIGHER), 6, 5))
        .later("1→3 TimeoutNowResponse t6 rejected: log differs last (6,5)")
        .state("follower of 3", "term 6", "waits anew");
  }

  private static MessageBuilder refused(long from, long term) {
    return timeoutNowRefused(from(from, term), 5, 5, Reason.REASON_MAY_NOT_CAMPAIGN);
  }

  private void refusals() {
    on(TO_2, refused(2, SAME))
        .tells("transfer to 2: refused, leader 1")
        .state("transfer to none", "waits anew");
    on(TO_2, timeoutNowRefused(from(2, SAME), 4, 4, Reason.REASON_LOG_DIFFERS))
        .drops(DropReason.STALE_ANSWER);
    on(TO_2, refused(3, SAME)).drops(DropReason.STALE_ANSWER);
    on(TO_3, refused(3, SAME)).drops(DropReason.STALE_ANSWER); // It was told nothing yet.
    on(LEADER, refused(2, SAME)).drops(DropReason.STALE_ANSWER);
    for (State state : List.of(FOLLOWER, PRE_CANDIDATE, CANDIDATE)) {
      on(state, refused(2, SAME)).drops(DropReason.WRONG_ROLE);
    }
    // The other voter is not known to match, and gets no order.
    on(RESIGNED, refused(2, SAME)).nothing();
    on(RESIGNED, refused(3, SAME)).drops(DropReason.WRONG_ROLE);
    on(RESIGNED, timeoutNowRefused(from(2, SAME), 4, 4, Reason.REASON_LOG_DIFFERS))
        .drops(DropReason.WRONG_ROLE);
    on(RESIGNED_FROM_BOTH, refused(2, SAME)).now("1→3 TimeoutNow t5 last (5,5)");
    allDrop(DropReason.STALE_TERM, refused(2, LOWER));
    allEnterTheTermOf(refused(2, HIGHER));
    allIgnoreStranger(refused(9, SAME));
    allIgnoreStranger(refused(9, HIGHER));
  }

  private void requests() {
    on(LEADER_WITH_2, transferLeader(from(3), ITS, 2))
        .now("1→2 TimeoutNow t5 last (5,5)", "1→3 TransferLeaderResponse request 8.1 started")
        .state("transfer to 2");
    on(LEADER_WITH_2, transferLeader(from(3), ITS, 3))
        .now("1→3 TransferLeaderResponse request 8.1 started")
        .state("transfer to 3");
    on(LEADER_WITH_2, transferLeader(from(3), ITS, 1))
        .now("1→3 TransferLeaderResponse request 8.1 rejected: already leader leader 1");
    on(LEADER_WITH_2, transferLeader(from(3), ITS, 9))
        .now("1→3 TransferLeaderResponse request 8.1 rejected: not a voter leader 1");
    on(TO_2, transferLeader(from(3), ITS, 3))
        .now("1→3 TransferLeaderResponse request 8.1 rejected: in progress leader 1");
    on(TO_2, transferLeader(from(3), ITS, 2))
        .now("1→3 TransferLeaderResponse request 8.1 rejected: in progress leader 1");
    on(LEADER, transferLeader(from(9), ITS, 2))
        .now("1→9 TransferLeaderResponse request 8.1 started")
        .state("transfer to 2");
    on(FOLLOWER, transferLeader(from(3), ITS, 3))
        .now("1→3 TransferLeaderResponse request 8.1 rejected: not leader leader 2");
    for (State state : List.of(WAITING, PRE_CANDIDATE, CANDIDATE, JOINING)) {
      on(state, transferLeader(from(3), ITS, 3))
          .now("1→3 TransferLeaderResponse request 8.1 rejected: not leader");
    }
    allDrop(DropReason.MALFORMED, transferLeader(from(3), ITS, 0));
  }

  private void catchingUp() {
    on(TO_3, appendResponse(from(3, SAME)).accepted(4).commit(3))
        .now("1→3 Append t5 prev (4,4) [(5,5) no-op] commit 5")
        .state("3: replicate, match 4, next 6, in flight 1", "waits anew");
    on(TO_3, appendResponse(from(3, SAME)).accepted(5).commit(5))
        .now("1→3 TimeoutNow t5 last (5,5)")
        .state("3: replicate, match 5, next 6", "waits anew");
  }

  /** Nothing is appended while leadership is on its way. */
  private void meanwhile() {
    on(TO_2, propose(from(3), ITS, "a"))
        .now("1→3 ProposeResponse request 8.1 rejected: transferring leader 1");
    on(TO_3, propose(from(3), ITS, "a"))
        .now("1→3 ProposeResponse request 8.1 rejected: transferring leader 1");
  }

  private void endings() {
    on(TO_2, vote(from(2, HIGHER)).last(5, 5).committed(5, 5).transfer())
        .later("1→2 VoteResponse t6 granted committed (5,5)")
        .state("follower", "term 6", "vote 2", "waits anew");
    on(TO_2, append(from(2, HIGHER)).prev(5, 5).entries(noOp(6, 6)).commit(5))
        .later("1→2 AppendResponse t6 accepted 6 commit 5")
        .tells("transfer to 2: completed, leader 2")
        .state(
            "follower of 2",
            "term 6",
            "vote none",
            "log [(2,2), (2,3), (4,4), (5,5) no-op, (6,6) no-op]",
            "transfer to none",
            "waits anew");
    on(TO_2, heartbeat(from(3, HIGHER)).commit(5).round(1))
        .later("1→3 HeartbeatResponse t6 round 1")
        .tells("transfer to 2: aborted, leader 3")
        .state("follower of 3", "term 6", "vote none", "transfer to none", "waits anew");
  }

  private void answersToRequests() {
    on(ASKING, transferLeaderStarted(from(2), OWN)).nothing();
    on(ASKING, transferLeaderRejected(from(2), OWN, TRANSFER_REJECT_REASON_NOT_A_VOTER, 2))
        .tells("transfer to 3: rejected, not a voter, leader 2")
        .state("transfer to none");
    on(ASKING, transferLeaderRejected(from(2), OWN, TRANSFER_REJECT_REASON_NOT_LEADER, 1))
        .tells("transfer to 3: rejected, not leader, leader 1")
        .state("transfer to none");
    on(ASKING, transferLeaderStarted(from(2), request(0, 2))).drops(DropReason.STALE_ANSWER);
    on(ASKING, heartbeat(from(3, HIGHER)).commit(3).round(1))
        .later("1→3 HeartbeatResponse t6 round 1")
        .tells("transfer to 3: completed, leader 3")
        .state("follower of 3", "term 6", "transfer to none", "waits anew");
    allDrop(DropReason.STALE_ANSWER, transferLeaderStarted(from(2), OWN));
    allDrop(
        DropReason.STALE_ANSWER,
        transferLeaderRejected(from(2), OWN, TRANSFER_REJECT_REASON_NOT_A_VOTER, 2));
  }

  private void withAndWithoutATerm() {
    allDrop(DropReason.MALFORMED, timeoutNow(from(2), 4, 4));
    allDrop(DropReason.MALFORMED, refused(2, 0));
    for (long term : List.of(LOWER, SAME, HIGHER)) {
      allDrop(DropReason.MALFORMED, transferLeader(from(3, term), ITS, 3));
      allDrop(DropReason.MALFORMED, transferLeaderStarted(from(2, term), OWN));
    }
  }
}
