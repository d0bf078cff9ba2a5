package io.tickraft.testkit.tables;

import static io.tickraft.core.ConfChanges.addVoter;
import static io.tickraft.core.ConfChanges.leave;
import static io.tickraft.core.ConfChanges.remove;
import static io.tickraft.proto.VoteRejectReason.VOTE_REJECT_REASON_ALREADY_VOTED;
import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.heartbeat;
import static io.tickraft.testkit.message.Messages.heartbeatResponse;
import static io.tickraft.testkit.message.Messages.preVote;
import static io.tickraft.testkit.message.Messages.preVoteResponse;
import static io.tickraft.testkit.message.Messages.propose;
import static io.tickraft.testkit.message.Messages.readIndex;
import static io.tickraft.testkit.message.Messages.timeoutNow;
import static io.tickraft.testkit.message.Messages.transferLeader;
import static io.tickraft.testkit.message.Messages.vote;
import static io.tickraft.testkit.message.Messages.voteResponse;
import static io.tickraft.testkit.message.Values.confChange;
import static io.tickraft.testkit.message.Values.entry;
import static io.tickraft.testkit.message.Values.noOp;
import static io.tickraft.testkit.message.Values.request;
import static io.tickraft.testkit.message.Values.voters;
import static io.tickraft.testkit.tables.States.LEADER_WITH_2;

import io.tickraft.core.DropReason;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.testkit.fixture.NodeFixture;
import io.tickraft.testkit.fixture.NodeSetup;
import io.tickraft.testkit.message.MessageBuilder;
import java.util.function.UnaryOperator;

/** Membership changes, in flight and in effect. */
final class MembershipTableTest extends TableTest {

  private static final Entry ADD_4 = confChange(4, 5, addVoter(4).build());

  /** Has an addition of 4 in its log, which is not committed as far as it knows. */
  private static final State FOLLOWER_WITH_CHANGE =
      States.state("follower of 2 with a change", s -> s.asFollower(2), s -> s.log(ADD_4));

  private static final State UP_TO_DATE_WITH_CHANGE =
      States.state(
          "follower of 2 with a change, up to date",
          s -> s.asFollower(2),
          s -> s.log(ADD_4, noOp(5, 6)));

  private static final State PRE_CANDIDATE_WITH_CHANGE =
      States.onlyWithPreVote(
          States.state(
              "pre-candidate with a change", NodeSetup::asPreCandidate, s -> s.log(ADD_4)));

  private static final State CANDIDATE_WITH_CHANGE =
      States.state("candidate with a change", NodeSetup::asCandidate, s -> s.log(ADD_4));

  /** Votes in a joint configuration. */
  private static final State JOINT_CANDIDATE =
      States.state(
          "candidate of {1,2,3} and {1,4,5}",
          NodeSetup::asCandidate,
          s ->
              s.configuration(
                  voters(1, 2, 3).toBuilder()
                      .addVotersOutgoing(1)
                      .addVotersOutgoing(4)
                      .addVotersOutgoing(5)
                      .build()));

  private static final State LEADER_OF_LEARNER =
      States.state(
          "leader with 2, of learner 4", s -> s.asLeader().acknowledgedBy(2), s -> s.learners(4));

  /** Has appended a change at 6, after its no-op at 5. */
  private static State proposing(String name, ConfChange change) {
    return LEADER_WITH_2.then(name, proposes(change));
  }

  private static UnaryOperator<NodeFixture> proposes(ConfChange change) {
    return node -> {
      node.proposeConfChange(change);
      return node;
    };
  }

  private static final State ADDING_4 = proposing("leader, adds 4", addVoter(4).build());

  private static final State REPLACING =
      proposing("leader, replaces 3 by 4", addVoter(4).remove(3).build());

  private static final State REMOVING_3 = proposing("leader, removes 3", remove(3).build());

  private static final State REMOVING_ITSELF =
      proposing("leader, removes itself", remove(1).build());

  /** Leads a group of 2 and 3 to which it does not belong any more. */
  private static final State LEAVING =
      REMOVING_ITSELF.then(
          "leader, removed",
          node -> node.step(appendResponse(from(2, SAME)).accepted(6).commit(5)));

  @Override
  void table() {
    effectAtApply();
    campaignersThatLearnOfAChange();
    jointElections();
    learners();
    changesThatCommit();
    removalOfTheLeader();
  }

  private void effectAtApply() {
    on(FOLLOWER_WITH_CHANGE, heartbeat(from(2, SAME)).commit(4).round(1))
        .now("1→2 HeartbeatResponse t5 round 1")
        .state("commit 4", "waits anew");
    on(FOLLOWER_WITH_CHANGE, heartbeat(from(2, SAME)).commit(5).round(1))
        .now("1→2 HeartbeatResponse t5 round 1")
        .state("commit 5", "voters {1,2,3,4}", "waits anew");
    on(FOLLOWER_WITH_CHANGE, append(from(2, SAME)).prev(4, 4).entries(entry(5, 5)).commit(5))
        .later("1→2 AppendResponse t5 accepted 5 commit 5")
        .state("log [(2,2), (2,3), (4,4), (5,5)]", "commit 5", "waits anew");
    on(
            FOLLOWER_WITH_CHANGE,
            append(from(2, SAME)).prev(4, 5).entries(confChange(5, 6, remove(1).build())).commit(6))
        .later("1→2 AppendResponse t5 accepted 6 commit 6")
        .state(
            "log [(2,2), (2,3), (4,4), (4,5) change {add voter 4}, (5,6) change {remove 1}]",
            "commit 6",
            "voters {2,3,4}",
            "waits anew");
    on(
            FOLLOWER_WITH_CHANGE,
            append(from(2, SAME)).prev(4, 5).entries(confChange(5, 6, leave())).commit(6))
        .later("1→2 AppendResponse t5 accepted 6 commit 6")
        .tells(
            "change (5,6) impossible: LEAVE needs a joint configuration, which this is not: "
                + "voters [1, 2, 3, 4]")
        .state(
            "log [(2,2), (2,3), (4,4), (4,5) change {add voter 4}, (5,6) change {leave}]",
            "commit 6",
            "voters {1,2,3,4}",
            "waits anew");
  }

  /**
   * The change may have taken their vote away, or brought in other voters. A pre-candidate steps
   * down. A candidate waits until the change is applied, and asks who votes since then.
   */
  private void campaignersThatLearnOfAChange() {
    String[] stepsDown = {"follower", "commit 5", "voters {1,2,3,4}"};
    String[] goesOn = {"commit 5", "voters {1,2,3,4}"};
    String vote = "1→4 Vote t5 last (4,5) committed (4,5)";
    on(CANDIDATE_WITH_CHANGE, vote(from(3, SAME)).last(4, 5).committed(4, 5))
        .later("1→3 VoteResponse t5 rejected: already voted committed (4,5)", vote)
        .state(goesOn);
    on(CANDIDATE_WITH_CHANGE, voteResponse(from(3, SAME)).granted().committed(4, 5))
        .later(vote)
        .state(goesOn);
    on(
            CANDIDATE_WITH_CHANGE,
            voteResponse(from(3, SAME)).rejected(VOTE_REJECT_REASON_ALREADY_VOTED).committed(4, 5))
        .later(vote)
        .state(goesOn);
    on(CANDIDATE_WITH_CHANGE, preVote(from(3, SAME)).campaignTerm(6).last(4, 5).committed(4, 5))
        .now("1→3 PreVoteResponse t5 campaign t6 granted committed (4,5)")
        .later(vote)
        .state(goesOn);
    on(
            PRE_CANDIDATE_WITH_CHANGE,
            preVoteResponse(from(3, SAME)).campaignTerm(6).granted().committed(4, 5))
        .state(stepsDown);
    on(PRE_CANDIDATE_WITH_CHANGE, preVote(from(3, SAME)).campaignTerm(6).last(4, 5).committed(4, 5))
        .now("1→3 PreVoteResponse t5 campaign t6 granted committed (4,5)")
        .state(stepsDown);
    // What is committed before it is no reason.
    on(CANDIDATE_WITH_CHANGE, vote(from(3, SAME)).last(4, 5).committed(4, 4))
        .later("1→3 VoteResponse t5 rejected: already voted committed (4,4)")
        .state("commit 4");
    // One that is not committed is none either, to campaign for a leader that hands over.
    on(UP_TO_DATE_WITH_CHANGE, timeoutNow(from(2, SAME), 5, 6))
        .later(
            "1→2 Vote t6 last (5,6) committed (2,3) transfer",
            "1→3 Vote t6 last (5,6) committed (2,3) transfer")
        .state("candidate", "term 6", "vote 1", "waits anew");
  }

  /** Both halves must agree, and each can refuse. */
  private void jointElections() {
    State with2 =
        JOINT_CANDIDATE.then(
            "joint candidate, granted by 2", n -> n.step(voteResponse(from(2, SAME)).granted()));
    State without2 =
        JOINT_CANDIDATE.then("joint candidate, rejected by 2", n -> n.step(rejection(2)));
    on(JOINT_CANDIDATE, voteResponse(from(2, SAME)).granted()).nothing();
    on(with2, voteResponse(from(3, SAME)).granted()).nothing();
    on(with2, voteResponse(from(4, SAME)).granted())
        .now(
            "1→2 Append t5 prev (4,4) [(5,5) no-op] commit 3",
            "1→3 Append t5 prev (4,4) [(5,5) no-op] commit 3",
            "1→4 Append t5 prev (4,4) [(5,5) no-op] commit 3",
            "1→5 Append t5 prev (4,4) [(5,5) no-op] commit 3")
        .state(
            "leader",
            "log [(2,2), (2,3), (4,4), (5,5) no-op]",
            "1: replicate, match 5, next 6",
            "2: probe, match 0, next 5",
            "3: probe, match 0, next 5",
            "4: probe, match 0, next 5",
            "5: probe, match 0, next 5",
            "waits anew");
    on(without2, rejection(4)).nothing();
    on(without2, rejection(3)).state("follower");
  }

  private static MessageBuilder rejection(long from) {
    return voteResponse(from(from, SAME)).rejected(VOTE_REJECT_REASON_ALREADY_VOTED);
  }

  /** They get everything and count for nothing. */
  private void learners() {
    on(LEADER_OF_LEARNER, appendResponse(from(4, SAME)).accepted(5).commit(3))
        .now("1→4 Append t5 prev (5,5) [] commit 5 no answer")
        .state("4: replicate, match 5, next 6");
    on(LEADER_OF_LEARNER, heartbeatResponse(from(4, SAME)).round(8))
        .now("1→4 Append t5 prev (4,4) [(5,5) no-op] commit 5");
    State proposing =
        LEADER_OF_LEARNER.then(
            "leader of learner 4, proposes",
            node -> {
              node.propose("a");
              return node;
            });
    on(proposing, appendResponse(from(4, SAME)).accepted(6).commit(5))
        .state("4: replicate, match 6, next 7");
    State reading = LEADER_OF_LEARNER.then("leader of learner 4, reads", States.reads("a"));
    on(reading, heartbeatResponse(from(2, SAME)).round(9))
        .tells("read \"a\": confirmed at 5")
        .state("waits anew");
    on(LEADER_OF_LEARNER, transferLeader(from(3), request(8, 1), 4))
        .now("1→3 TransferLeaderResponse request 8.1 rejected: not a voter leader 1");
  }

  private void changesThatCommit() {
    on(ADDING_4, appendResponse(from(2, SAME)).accepted(6).commit(5))
        .now("1→2 Append t5 prev (5,6) [] commit 6", "1→4 Append t5 prev (5,6) [] commit 6")
        .state(
            "commit 6",
            "voters {1,2,3,4}",
            "2: replicate, match 6, next 7",
            "4: probe, match 0, next 7",
            "waits anew");
    // The joint configuration is left as soon as it is in effect.
    on(REPLACING, appendResponse(from(2, SAME)).accepted(6).commit(5))
        .now(
            "1→2 Append t5 prev (5,6) [] commit 6",
            "1→2 Append t5 prev (5,6) [(5,7) change {leave}] commit 6",
            "1→4 Append t5 prev (5,6) [(5,7) change {leave}] commit 6")
        .state(
            "log [(2,2), (2,3), (4,4), (5,5) no-op, "
                + "(5,6) change {add voter 4, remove 3}, (5,7) change {leave}]",
            "commit 6",
            "voters {1,2,4} outgoing {1,2,3} auto-leave",
            "1: replicate, match 7, next 8",
            "2: replicate, match 6, next 8, in flight 1",
            "4: probe, match 0, next 7",
            "waits anew");
    // Who is removed gets no more than the commit of it, and only if its log is known.
    on(REMOVING_3, appendResponse(from(2, SAME)).accepted(6).commit(5))
        .now("1→2 Append t5 prev (5,6) [] commit 6")
        .state("commit 6", "voters {1,2}", "2: replicate, match 6, next 7", "waits anew");
    State known =
        REMOVING_3.then(
            "leader, removes 3, which has all",
            node -> node.step(appendResponse(from(3, SAME)).accepted(5).commit(5)));
    on(known, appendResponse(from(2, SAME)).accepted(6).commit(5))
        .now(
            "1→2 Append t5 prev (5,6) [] commit 6",
            "1→3 Append t5 prev (5,6) [] commit 6",
            "1→3 Append t5 prev (5,6) [] commit 6 no answer") // As a member, and when it is none
        // any more.
        .state("commit 6", "voters {1,2}", "2: replicate, match 6, next 7");
    // There was never a second one.
    on(ADDING_4, appendResponse(from(4, SAME)).accepted(6)).drops(DropReason.STRANGER);
  }

  /** It leads on until both others have the commit of it on their disks. */
  private void removalOfTheLeader() {
    on(REMOVING_ITSELF, appendResponse(from(2, SAME)).accepted(6).commit(5))
        .now("1→2 Append t5 prev (5,6) [] commit 6")
        .state("commit 6", "voters {2,3}", "2: replicate, match 6, next 7");
    on(LEAVING, propose(from(3), request(8, 1), "a"))
        .now("1→3 ProposeResponse request 8.1 rejected: leaving leader 1");
    on(LEAVING, readIndex(from(3), request(8, 1)))
        .now("1→3 ReadIndexResponse request 8.1 aborted: leaving leader 1");
    on(LEAVING, appendResponse(from(2, SAME)).accepted(6).commit(6)).nothing();
    on(LEAVING, appendResponse(from(3, SAME)).accepted(6).commit(6))
        .state("3: replicate, match 6, next 7", "waits anew");
    State known =
        LEAVING.then(
            "leader, removed, as 2 knows",
            node -> node.step(appendResponse(from(2, SAME)).accepted(6).commit(6)));
    on(known, appendResponse(from(3, SAME)).accepted(6).commit(5))
        .now("1→3 Append t5 prev (5,6) [] commit 6")
        .state("3: replicate, match 6, next 7", "waits anew");
    on(known, appendResponse(from(3, SAME)).accepted(6).commit(6))
        .now("1→2 TimeoutNow t5 last (5,6)")
        .state("follower", "waits anew");
  }
}
