package io.tickraft.testkit.tables;

import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.heartbeat;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.TransferResult;
import io.tickraft.testkit.fixture.NodeFixture;
import io.tickraft.testkit.fixture.NodeSetup;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The states that the tables are about: node 1 of three voters, in term 5, with the log (1,1),
 * (2,2), (2,3), (4,4), of which (2,3) and what is before it is committed and applied.
 *
 * <p>In each of them 8 ticks have passed since the last thing that a node waits for, unless its
 * name says otherwise: less than the election timeout of 10, so that a leader that was heard then
 * still counts, and so near to what the node drew (15 ticks in this term) that a timer which begins
 * anew can be told from one that goes on.
 */
final class States {

  /** With which the timeouts of node 1 in term 5 are long: 15 ticks, then 16, 14. */
  private static final long SEED = 174;

  private static final int TICKS = 8;

  // Followers.

  /** Has heard from its leader 8 ticks ago. */
  static final State FOLLOWER = follower("follower of 2", UnaryOperator.identity(), s -> s);

  /** As above, with an entry of the term, which all a leader could name is. */
  static final State FOLLOWER_UP_TO_DATE =
      follower("follower of 2 with (5,5)", UnaryOperator.identity(), s -> s.log(5));

  /** Has not heard from its leader for longer than the election timeout. */
  static final State ABANDONED = FOLLOWER.then("follower of 2, silent", node -> node.tick(3));

  /** Has been told by its leader that it had acknowledged (5,5), which its log does not hold. */
  static final State LOST =
      FOLLOWER.then(
          "follower of 2, lost (5,5)",
          node -> node.step(heartbeat(fromNode(2).to(1).term(5)).commit(5)).run().tick(TICKS));

  /** As above, but what is lost is after an entry of the term. */
  static final State LOST_WITH_ENTRY =
      FOLLOWER_UP_TO_DATE.then(
          "follower of 2 with (5,5), lost (5,6)",
          node -> node.step(heartbeat(fromNode(2).to(1).term(5)).commit(6)).run().tick(TICKS));

  /** Knows of no leader in this term, and has not voted. */
  static final State WAITING = state("follower", NodeSetup::asFollower, s -> s);

  /** Knows of no leader in this term, and has voted for 2. */
  static final State VOTED = state("follower, voted for 2", NodeSetup::asFollower, s -> s.vote(2));

  /** Has a priority. */
  static final State FAVOURED =
      state(
          "follower of priority 7",
          config -> config.priority(7),
          NodeSetup::asFollower,
          UnaryOperator.identity());

  /** Knows nothing: no term, no log, no configuration. */
  static final State JOINING =
      new State(
          "joining",
          switches ->
              NodeFixture.joining(1).config(c -> settings(switches, c)).asFollower().tick(TICKS));

  /** Follows as a learner. */
  static final State LEARNER =
      state(
          "learner of 2",
          UnaryOperator.identity(),
          setup -> setup.asFollower(2),
          s -> s.voters(2, 3).learners(1).log(5));

  /** Is no member, and knows it. */
  static final State REMOVED =
      state("removed", UnaryOperator.identity(), NodeSetup::asFollower, s -> s.voters(2, 3));

  // Pre-candidates and candidates.

  /** Has asked for campaign term 6 and has no answer. */
  static final State PRE_CANDIDATE =
      onlyWithPreVote(state("pre-candidate", NodeSetup::asPreCandidate, s -> s));

  /** Follows a leader that it has just heard from, and was made to ask whether it could win. */
  static final State IMPATIENT =
      onlyWithPreVote(
          FOLLOWER.then("pre-candidate, heard from 2", node -> node.campaign().run().tick(1)));

  /** Has asked for votes in term 5, has its own, and no answer. */
  static final State CANDIDATE = state("candidate", NodeSetup::asCandidate, s -> s);

  /** As above, and needs two others. */
  static final State CANDIDATE_OF_FIVE =
      state("candidate of 5", NodeSetup::asCandidate, s -> s.voters(1, 2, 3, 4, 5));

  // Leaders. What they have sent on the way, and their heartbeats, are out of the way.

  /** Leads term 5, with its no-op (5,5), which nobody else has acknowledged. */
  static final State LEADER = state("leader", NodeSetup::asLeader, s -> s);

  /** Leads; 2 has acknowledged the no-op, which is committed, and 3 is not heard of. */
  static final State LEADER_WITH_2 =
      state(
          "leader with 2",
          UnaryOperator.identity(),
          setup -> setup.asLeader().acknowledgedBy(2),
          s -> s);

  /** Leads; 2 has rejected what it had acknowledged, and is asked for it. */
  static final State LEADER_DOUBTING_2 =
      LEADER_WITH_2.then(
          "leader, doubts 2",
          node ->
              node.step(appendResponse(fromNode(2).to(1).term(5)).rejected(5, 2, 3))
                  .run()
                  .tick(TICKS));

  /** Leads, with an entry that is not committed, beside which there is no room for another. */
  static final State LEADER_FULL =
      state(
          "leader, full",
          config -> config.maxUncommittedEntries(1),
          setup -> {
            NodeFixture node = setup.asLeader();
            node.propose("a");
            return node;
          },
          s -> s);

  /** Leads, and takes no proposals from other nodes. */
  static final State LEADER_TAKING_OWN_PROPOSALS =
      state(
          "leader without forwarded proposals",
          config -> config.acceptForwardedProposals(false),
          NodeSetup::asLeader,
          UnaryOperator.identity());

  /** Leads, has committed up to (5,6) with 2, and has compacted its log up to there; 3 lags. */
  static final State LEADER_COMPACTED =
      LEADER_WITH_2.then(
          "leader, compacted",
          node -> {
            node.propose("a");
            node.acknowledgedBy(2);
            node.storage().createSnapshot(6, node.node().confState(), ByteString.EMPTY);
            node.storage().compact(6);
            return node.tick(TICKS);
          });

  /** As above, and has just sent 3 a snapshot. */
  static final State LEADER_SENDING =
      LEADER_COMPACTED.then(
          "leader, sends 3 a snapshot",
          node ->
              node.step(appendResponse(fromNode(3).to(1).term(5)).rejected(4, 2, 3))
                  .run()
                  .tick(TICKS));

  private States() {}

  /** Steps in which the host reads, and the node asks whom it must. */
  static UnaryOperator<NodeFixture> reads(String context) {
    return node -> {
      ReadResult result = node.readIndex(context);
      if (!(result instanceof ReadResult.Accepted)) {
        throw new IllegalStateException("no read: " + result);
      }
      return node;
    };
  }

  /** Steps in which the host asks for leadership to be handed to a node. */
  static UnaryOperator<NodeFixture> transfers(long target) {
    return node -> {
      TransferResult result = node.transferLeadership(target);
      if (result instanceof TransferResult.Rejected) {
        throw new IllegalStateException("no transfer: " + result);
      }
      return node;
    };
  }

  private static State follower(
      String name, UnaryOperator<RaftConfig.Builder> config, UnaryOperator<NodeSetup> changes) {
    return state(name, config, setup -> setup.asFollower(2), changes);
  }

  /** The usual setup, with changes, ended in some way and left alone for 8 ticks. */
  static State state(
      String name, Function<NodeSetup, NodeFixture> end, UnaryOperator<NodeSetup> changes) {
    return state(name, UnaryOperator.identity(), end, changes);
  }

  private static State state(
      String name,
      UnaryOperator<RaftConfig.Builder> config,
      Function<NodeSetup, NodeFixture> end,
      UnaryOperator<NodeSetup> changes) {
    State atOnce =
        new State(
            name,
            switches -> {
              NodeSetup setup =
                  NodeFixture.node(1)
                      .voters(1, 2, 3)
                      .log(2, 2, 4)
                      .commit(3)
                      .term(5)
                      .config(builder -> config.apply(settings(switches, builder)));
              return end.apply(changes.apply(setup));
            });
    return atOnce.then(name, node -> node.tick(TICKS));
  }

  private static RaftConfig.Builder settings(Switches switches, RaftConfig.Builder builder) {
    return switches.set(builder.seed(SEED).acceptForwardedProposals(true));
  }

  static State onlyWithPreVote(State state) {
    return new State(state.name(), Switches::preVote, state.node());
  }
}
