package io.tickraft.testkit.tables;

import static io.tickraft.proto.ProposeRejectReason.PROPOSE_REJECT_REASON_NOT_LEADER;
import static io.tickraft.testkit.message.Messages.propose;
import static io.tickraft.testkit.message.Messages.proposeAccepted;
import static io.tickraft.testkit.message.Messages.proposeRejected;
import static io.tickraft.testkit.message.Values.request;
import static io.tickraft.testkit.tables.States.CANDIDATE;
import static io.tickraft.testkit.tables.States.FOLLOWER;
import static io.tickraft.testkit.tables.States.JOINING;
import static io.tickraft.testkit.tables.States.LEADER;
import static io.tickraft.testkit.tables.States.LEADER_FULL;
import static io.tickraft.testkit.tables.States.LEADER_TAKING_OWN_PROPOSALS;
import static io.tickraft.testkit.tables.States.LEADER_WITH_2;
import static io.tickraft.testkit.tables.States.PRE_CANDIDATE;
import static io.tickraft.testkit.tables.States.WAITING;

import io.tickraft.core.DropReason;
import io.tickraft.proto.RequestId;
import java.util.List;

/** Forwarded proposals and their answers, which are outside of terms. */
final class ProposeTableTest extends TableTest {

  /** Another node's. */
  private static final RequestId ITS = request(8, 1);

  /** Of node 1. */
  private static final RequestId OWN = request(0, 1);

  @Override
  void table() {
    proposals();
    answers();
    withATerm();
  }

  private void proposals() {
    on(FOLLOWER, propose(from(3), ITS, "a"))
        .now("1→3 ProposeResponse request 8.1 rejected: not leader leader 2");
    for (State state : List.of(WAITING, PRE_CANDIDATE, CANDIDATE, JOINING)) {
      on(state, propose(from(3), ITS, "a"))
          .now("1→3 ProposeResponse request 8.1 rejected: not leader");
    }
    on(LEADER, propose(from(3), ITS, "a"))
        .now("1→3 ProposeResponse request 8.1 accepted (5,6) count 1")
        .state(
            "log [(2,2), (2,3), (4,4), (5,5) no-op, (5,6) \"a\"]", "1: replicate, match 6, next 7");
    on(LEADER_WITH_2, propose(from(3), ITS, "a", "b"))
        .now(
            "1→2 Append t5 prev (5,5) [(5,6) \"a\", (5,7) \"b\"] commit 5",
            "1→3 ProposeResponse request 8.1 accepted (5,6) count 2")
        .state(
            "log [(2,2), (2,3), (4,4), (5,5) no-op, (5,6) \"a\", (5,7) \"b\"]",
            "1: replicate, match 7, next 8",
            "2: replicate, match 5, next 8, in flight 1");
    on(LEADER, propose(from(9), ITS, "a")) // Of whomever.
        .now("1→9 ProposeResponse request 8.1 accepted (5,6) count 1")
        .state(
            "log [(2,2), (2,3), (4,4), (5,5) no-op, (5,6) \"a\"]", "1: replicate, match 6, next 7");
    on(LEADER_FULL, propose(from(3), ITS, "b"))
        .now("1→3 ProposeResponse request 8.1 rejected: uncommitted limit leader 1");
    on(LEADER_FULL, propose(from(3), ITS, "b", "c"))
        .now("1→3 ProposeResponse request 8.1 rejected: too large leader 1");
    on(LEADER_TAKING_OWN_PROPOSALS, propose(from(3), ITS, "a"))
        .now("1→3 ProposeResponse request 8.1 rejected: forwarding off leader 1");
    allDrop(DropReason.MALFORMED, propose(from(3), ITS));
    allDrop(DropReason.MALFORMED, propose(from(3), request(8, 0), "a"));
  }

  /** For the observer only. */
  private void answers() {
    for (State state : ROLES) {
      on(state, proposeAccepted(from(2), OWN, 5, 6, 1)).nothing();
      on(state, proposeRejected(from(2), OWN, PROPOSE_REJECT_REASON_NOT_LEADER, 3)).nothing();
      on(state, proposeAccepted(from(9), OWN, 5, 6, 1)).nothing();
    }
  }

  private void withATerm() {
    for (long term : List.of(LOWER, SAME, HIGHER)) {
      allDrop(DropReason.MALFORMED, propose(from(3, term), ITS, "a"));
      allDrop(DropReason.MALFORMED, proposeAccepted(from(2, term), OWN, 5, 6, 1));
    }
  }
}
