package io.tickraft.core;

import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.vote;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.RaftEvent.SteppedDown;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A host whose loop was blocked delivers several ticks at once, and then the messages that arrived
 * in the meantime. Time-outs are acted on when all of that is in.
 */
final class LateTicksTest {

  private static Host leader() {
    return Host.leader(knobs -> knobs.checkQuorum(true));
  }

  /** Five ticks in time, whose heartbeats are answered: the answers wait in the host's inbox. */
  private static List<Message> unreadAnswers(Host leader) {
    List<Message> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      leader.node.tick();
      for (Message sent : leader.settle()) {
        if (sent.hasHeartbeat()) {
          answers.add(heartbeatResponse(sent.getTo(), 2, sent.getHeartbeat().getRound()));
        }
      }
    }
    assertThat(answers).hasSize(10);
    return answers;
  }

  private static List<SteppedDown> stepDowns(Host host) {
    return host.eventsOf(SteppedDown.class);
  }

  @Test
  void aLeaderWhoseAnswersWaitBehindTicksGoesOnLeading() {
    Host host = leader();
    List<Message> answers = unreadAnswers(host);

    host.lateTicks(5);
    answers.forEach(host.node::step);

    assertThat(host.node.hasReady()).isTrue();
    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
    assertThat(stepDowns(host)).isEmpty();
  }

  @Test
  void aLeaderDecidesAlsoWhileItsHostMayTakeNoReady() {
    Host host = Host.leader(knobs -> knobs.checkQuorum(true).maxOutstandingReadys(1));
    host.node.propose(bytes("a"));
    host.node.ready();
    List<Message> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      host.node.tick();
      host.node.hasReady();
      answers.add(heartbeatResponse(2, 2, i + 1));
    }

    host.lateTicks(5);
    answers.forEach(host.node::step);
    assertThat(host.node.role()).isEqualTo(RoleName.LEADER);

    host.ticks(9);
    assertThat(host.node.role()).isEqualTo(RoleName.LEADER);
    host.lateTicks(1);
    assertThat(host.node.role()).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void aFollowerWhoseHeartbeatsWaitBehindTicksDoesNotCampaign() {
    Host host = Host.follower(knobs -> knobs.preVote(false));

    host.lateTicks(19);
    for (long round = 2; round <= 10; round++) {
      host.node.step(heartbeat(2, 2, 1, round));
    }

    assertThat(host.node.hasReady()).isTrue();
    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(host.status().leader()).isEqualTo(2);
    assertThat(host.status().term()).isEqualTo(2);
  }

  @Test
  void aFollowerThatGrantsItsVoteAfterLateTicksWaitsForThatCandidate() {
    Host host = Host.ofThree(knobs -> knobs.preVote(false));

    host.lateTicks(19);
    host.node.step(vote(3, 5, 1, 1));
    host.node.hasReady();

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(host.status().vote()).isEqualTo(3);
  }

  @Test
  void aCandidateWhoseVotesWaitBehindTicksIsElected() {
    Host host = Host.candidate();

    host.lateTicks(19);
    host.node.step(granted(2, 2));

    assertThat(host.node.hasReady()).isTrue();
    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
    assertThat(host.status().term()).isEqualTo(2);
  }

  @Test
  void campaignsThatKeepFailingAreFurtherApart() {
    Host host = Host.ofThree(knobs -> knobs.preVote(false));
    long longest = 0;
    for (long term = 1; term < 30; term++) {
      int ticks = 0;
      while (host.node.term() <= term) {
        host.node.tick();
        ticks++;
      }
      longest = Math.max(longest, ticks);
    }

    assertThat(longest).isBetween(20L, 49L);
  }

  @Test
  void aReadWhoseAnswersWaitBehindTicksIsConfirmed() {
    Host host = Host.leader(knobs -> knobs.checkQuorum(true).readTimeoutTicks(3));
    host.node.readIndex(bytes("r"));
    long round =
        host.settle().stream()
            .filter(Message::hasHeartbeat)
            .findFirst()
            .orElseThrow()
            .getHeartbeat()
            .getRound();

    host.lateTicks(4);
    host.node.step(heartbeatResponse(2, 2, round));

    assertThat(host.node.ready().readStates())
        .containsExactly(new ReadState.Confirmed(bytes("r"), 2));
  }

  @Test
  void manyLateTicksAreOneRoundOfHeartbeats() {
    Host host = leader();

    host.lateTicks(7);

    assertThat(host.settle()).filteredOn(Message::hasHeartbeat).hasSize(2);
  }

  /** What a host may call beside {@code tick()} and {@code step()}. */
  static Stream<Arguments> otherCalls() {
    return Stream.of(
        call("hasReady", host -> host.node.hasReady()),
        call("ready", host -> host.node.ready()),
        call("propose", host -> host.node.propose(bytes("a"))),
        call("readIndex", host -> host.node.readIndex(bytes("a"))),
        call("transferLeadership", host -> host.node.transferLeadership(2)),
        call("campaign", host -> host.node.campaign()),
        call("forgetLeader", host -> host.node.forgetLeader()),
        call("reportUnreachable", host -> host.node.reportUnreachable(2)),
        call("applied", host -> host.node.applied(2)),
        call("confState", host -> host.node.confState()),
        call("role", host -> host.node.role()),
        call("leader", host -> host.node.leader()),
        call("term", host -> host.node.term()),
        call("status", host -> host.node.status()));
  }

  private static Arguments call(String name, Consumer<Host> call) {
    return Arguments.of(name, call);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("otherCalls")
  void aLeaderThatHasLostItsQuorumStepsDownAtTheFirstOtherCall(String name, Consumer<Host> call) {
    Host host = leader();
    host.lateTicks(10);
    host.node.step(heartbeat(9, 1, 0, 1));
    assertThat(stepDowns(host)).isEmpty();

    call.accept(host);

    assertThat(stepDowns(host)).containsExactly(new SteppedDown(2, SteppedDown.Reason.QUORUM_LOST));
  }

  @Test
  void aLeaderIsLedByAnotherOneWhoseAppendArrivesAfterTheTicks() {
    Host host = leader();
    host.lateTicks(10);

    host.node.step(append(3, 3, 2, 2, 2, entries(3, 3)));
    host.node.hasReady();

    assertThat(host.status().leader()).isEqualTo(3);
    assertThat(stepDowns(host)).isEmpty();
  }

  // A node that stood still for an election timeout: the others have most likely elected another
  // leader, and its own answers may all be from before.

  @Test
  void aLeaderThatStoodStillForAnElectionTimeoutStepsDownWhateverWaitsInItsInbox() {
    Host host = leader();

    host.lateTicks(10);
    host.node.step(heartbeatResponse(2, 2, 0));
    host.node.step(heartbeatResponse(3, 2, 0));

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(stepDowns(host)).containsExactly(new SteppedDown(2, SteppedDown.Reason.QUORUM_LOST));
  }

  @Test
  void aLeaderThatWasFrozenWaitsForTheAnswersToItsFirstHeartbeats() {
    Host host = leader();
    host.lateTicks(9);
    assertThat(host.settle()).filteredOn(Message::hasHeartbeat).hasSize(2);

    host.ticks(1);
    assertThat(host.status().role()).as("before the answers").isEqualTo(RoleName.LEADER);

    host.node.step(heartbeatResponse(2, 2, 1));
    host.ticks(9);
    assertThat(host.status().role()).as("after an answer").isEqualTo(RoleName.LEADER);
  }

  @Test
  void aLeaderThatWasFrozenAndIsNotAnsweredThenStepsDown() {
    Host host = leader();
    host.lateTicks(9);
    host.settle();

    host.ticks(2);

    assertThat(stepDowns(host)).containsExactly(new SteppedDown(2, SteppedDown.Reason.QUORUM_LOST));
  }

  @ParameterizedTest(name = "{0} ticks at once, a heartbeat every {1}")
  @CsvSource({"2, 1", "2, 2", "3, 2", "3, 3", "9, 10"})
  void aLeaderWhoseHostIsAlwaysLateStillLosesItsQuorum(int atOnce, int heartbeatTicks) {
    Host host =
        Host.leader(
            knobs -> knobs.checkQuorum(true).electionTicks(20).heartbeatTicks(heartbeatTicks));

    for (int ticks = 0; ticks < 20 + heartbeatTicks; ticks += atOnce) {
      host.lateTicks(atOnce);
      host.settle();
    }

    assertThat(stepDowns(host)).containsExactly(new SteppedDown(2, SteppedDown.Reason.QUORUM_LOST));
  }

  @Test
  void aTickBetweenTheMessagesDoesNotHideThatTheLeaderStoodStill() {
    Host host = leader();

    host.lateTicks(10);
    host.node.step(heartbeatResponse(2, 2, 0));
    host.lateTicks(1);
    host.node.step(heartbeatResponse(3, 2, 0));

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void aLeaderThatHearsItsQuorumBetweenTheTicksDidNotStandStill() {
    Host host = leader();

    for (int i = 0; i < 30; i++) {
      host.node.tick();
      host.node.step(heartbeatResponse(2, 2, 0));
    }

    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void whatArrivesAfterTheVerdictOfALongStandstillCountsAgain() {
    Host host = leader();
    host.lateTicks(9);
    assertThat(host.node.role()).isEqualTo(RoleName.LEADER);
    host.node.step(heartbeatResponse(2, 2, 0));

    host.lateTicks(9);

    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void aLeaderOfItselfAloneStandsStillAsLongAsItLikes() {
    Host host = Host.alone(knobs -> knobs);

    host.lateTicks(1000);

    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void aLeaderOfItselfAloneStaysWhenItsWriteWasLate() {
    Host host = Host.alone(knobs -> knobs.checkQuorum(true));
    host.node.propose(bytes("a"));
    Ready ready = host.node.ready();
    host.write(ready);

    host.lateTicks(10);
    host.node.advance(ready);

    assertThat(stepDowns(host)).isEmpty();
  }

  @Test
  void aLeaderOfItselfAloneCommitsOnADiskThatIsSlowerThanTheElectionTimeout() {
    Host host =
        Host.on(MemoryStorage.bootstrapped(1), knobs -> knobs.checkQuorum(true).preVote(true));
    for (int i = 0; i < 200; i++) {
      host.node.tick();
      if (host.node.role() == RoleName.LEADER) {
        host.node.propose(bytes("a"));
      }
      while (host.node.hasReady()) {
        Ready ready = host.node.ready();
        host.write(ready);
        host.lateTicks(ready.mustSync() ? 12 : 0);
        host.node.advance(ready);
      }
    }

    assertThat(host.status().term()).isEqualTo(2);
    assertThat(host.status().commitIndex()).isGreaterThan(100);
  }

  @Test
  void aLeaderThatIsElectedAfterLateTicksCountsItselfAsHeard() {
    Host host = Host.on(MemoryStorage.bootstrapped(1, 2), knobs -> knobs.checkQuorum(true));
    host.node.campaign();
    host.settle();

    host.lateTicks(10);
    host.node.step(granted(2, 2));

    assertThat(host.node.role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void aVerdictThatFailsFailsTheNode() {
    // Not all is committed: the campaign reads the term of the last committed entry.
    Host host = Host.on(storage(hardState(2, 0, 1), voters(1, 2, 3), 1));
    host.storage.fail(new IllegalStateException("the disk is gone"));
    host.lateTicks(20);

    assertThatThrownBy(() -> host.node.role()).isInstanceOf(NodeFailedException.class);
    assertThat(host.status().failure()).isPresent();
  }

  @Test
  void theStatusOfANodeWhoseVerdictFailsSaysSo() {
    Host host = Host.follower();
    host.storage.fail(new IllegalStateException("the disk is gone"));
    host.lateTicks(20);

    assertThat(host.status().failure()).isPresent();
  }
}
