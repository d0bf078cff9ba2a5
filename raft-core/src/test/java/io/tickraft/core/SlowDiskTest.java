package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.RaftEvent.SteppedDown;
import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node does while a write of its host hangs. */
final class SlowDiskTest {

  private static final long TICKS = 40;

  /** A follower of 2 with as many writes outstanding as may be, which is one. */
  private static Host stalledFollower(List<Ready> out) {
    Host host = Host.follower(knobs -> knobs.maxOutstandingReadys(1));
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    out.add(host.node.ready());
    return host;
  }

  @Test
  void heartbeatsAreAnsweredHoweverManyWritesHang() {
    Host host = stalledFollower(new ArrayList<>());
    List<Message> sent = new ArrayList<>();

    for (long round = 2; round <= TICKS; round++) {
      host.node.step(heartbeat(2, 2, 1, round));
      while (host.node.hasReady()) {
        Ready ready = host.node.ready();
        assertThat(ready.hardState()).isEmpty();
        assertThat(ready.entries()).isEmpty();
        assertThat(ready.messagesAfterPersist()).isEmpty();
        assertThat(ready.mustSync()).isFalse();
        sent.addAll(ready.messages());
      }
    }

    assertThat(sent).hasSize((int) TICKS - 1).allMatch(Message::hasHeartbeatResponse);
  }

  /** What a follower sends once its disk works again. */
  private static List<Message> sentOncePersisted(Host host, Ready stalled) {
    host.persist(stalled);
    return host.node.ready().messagesAfterPersist();
  }

  /** Steps an append after each of many heartbeats, all answers of which wait for a write. */
  private static int heartbeatsAnswered(Host host, LongFunction<Message> append) {
    int answered = 0;
    for (long round = 2; round < 102; round++) {
      host.node.step(heartbeat(2, 2, 1, round));
      while (host.node.hasReady()) {
        answered += host.node.ready().messages().size();
      }
      host.node.step(append.apply(round));
    }
    return answered;
  }

  private static Host stalledFollowerWithSmallOutbox(List<Ready> out) {
    Host host = Host.follower(knobs -> knobs.maxOutstandingReadys(1).maxOutboxMessages(10));
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    out.add(host.node.ready());
    return host;
  }

  @Test
  void acceptancesThatWaitForAWriteDoNotFillTheOutbox() {
    List<Ready> out = new ArrayList<>();
    Host host = stalledFollowerWithSmallOutbox(out);

    int answered =
        heartbeatsAnswered(host, round -> append(2, 2, 2, round, 1, entries(round + 1, 2)));

    assertThat(answered).isEqualTo(100);
    assertThat(sentOncePersisted(host, out.get(0)))
        .extracting(m -> m.getAppendResponse().getAccepted().getMatch())
        .containsExactly(101L, 102L);
  }

  @Test
  void equalRejectionsThatWaitForAWriteDoNotFillTheOutbox() {
    List<Ready> out = new ArrayList<>();
    Host host = stalledFollowerWithSmallOutbox(out);

    int answered = heartbeatsAnswered(host, round -> append(2, 2, 2, 7, 1, List.of()));

    assertThat(answered).isEqualTo(100);
    assertThat(sentOncePersisted(host, out.get(0)))
        .extracting(m -> m.getAppendResponse().getRejected().getPrevIndex())
        .containsExactly(7L, 7L);
  }

  @Test
  void aBatchOfAcceptancesDoesNotFillTheOutbox() {
    Host host = stalledFollowerWithSmallOutbox(new ArrayList<>());
    for (long index = 3; index < 15; index++) {
      host.node.step(append(2, 2, 2, index - 1, 1, entries(index, 2)));
    }

    host.node.step(heartbeat(2, 2, 1, 2));

    assertThat(host.node.ready().messages()).hasSize(1).allMatch(Message::hasHeartbeatResponse);
  }

  @Test
  void acceptancesOfDuplicatesDoNotFillTheOutbox() {
    Host host = stalledFollowerWithSmallOutbox(new ArrayList<>());

    int answered = heartbeatsAnswered(host, round -> append(2, 2, 2, 2, 1, entries(3, 2)));

    assertThat(answered).isEqualTo(100);
  }

  @Test
  void whatHasLeftTheOutboxOrWasDroppedTakesNoBytesInIt() {
    Host host = Host.follower(knobs -> knobs.maxOutstandingReadys(1).maxOutboxBytes(100));
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    host.node.ready();

    int answered =
        heartbeatsAnswered(host, round -> append(2, 2, 2, round, 1, entries(round + 1, 2)));

    assertThat(answered).isEqualTo(100);
    assertThat(host.eventsOf(RaftEvent.OutgoingDropped.class)).isEmpty();
  }

  @Test
  void aNeedlessAnswerMakesRoomForThatToAHeartbeat() {
    Host host = Host.follower(knobs -> knobs.maxOutstandingReadys(1).maxOutboxMessages(2));
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    host.node.ready();
    host.node.step(append(2, 2, 2, 2, 1, entries(3, 2)));
    host.node.step(append(2, 2, 2, 3, 1, entries(4, 2)));

    host.node.step(heartbeat(2, 2, 1, 2));

    assertThat(host.node.ready().messages()).hasSize(1).allMatch(Message::hasHeartbeatResponse);
  }

  @Test
  void onlyAnAnswerThatALaterOneMakesNeedlessIsDropped() {
    List<Ready> out = new ArrayList<>();
    Host host = stalledFollower(out);
    host.node.step(append(2, 2, 2, 2, 1, entries(3, 2, 2)));
    host.node.step(append(2, 2, 2, 2, 1, entries(3, 2))); // An old one, with a lower match.
    host.node.step(append(2, 2, 2, 7, 1, List.of()));
    host.node.step(append(2, 2, 2, 8, 1, List.of())); // Another rejection.
    host.node.step(append(2, 2, 2, 4, 1, List.of()));
    host.node.step(heartbeat(2, 2, 1, 2));
    host.node.ready();

    assertThat(sentOncePersisted(host, out.get(0))).hasSize(5);
  }

  @Test
  void anAcknowledgementWaitsUntilAWriteMayBeOutstandingAgain() {
    List<Ready> out = new ArrayList<>();
    Host host = stalledFollower(out);

    host.node.step(append(2, 2, 2, 2, 1, entries(3, 2)));
    host.node.step(heartbeat(2, 2, 1, 2));
    assertThat(host.node.ready().messages()).hasSize(1);
    assertThat(host.node.hasReady()).isFalse();

    host.persist(out.get(0));
    Ready next = host.node.ready();
    assertThat(next.entries()).isEqualTo(entries(3, 2));
    assertThat(next.messagesAfterPersist()).hasSize(1).allMatch(Message::hasAppendResponse);
  }

  @Test
  void anAnswerOfATermThatIsNotDurableWaits() {
    Host host = Host.ofThree(knobs -> knobs.maxOutstandingReadys(1));
    host.node.step(heartbeat(2, 2, 1, 1));
    Ready first = host.node.ready();
    assertThat(first.messages()).isEmpty();

    host.node.step(heartbeat(2, 2, 1, 2));
    assertThat(host.node.hasReady()).isFalse();

    host.persist(first);
    assertThat(host.node.ready().messages()).hasSize(1).allMatch(Message::hasHeartbeatResponse);
  }

  @Test
  void aLeaderGoesOnReplicatingWhileItsOwnDiskHangs() {
    Host host = Host.leader(knobs -> knobs.maxOutstandingReadys(1));
    host.node.propose(bytes("a"));
    host.node.ready();

    host.node.propose(bytes("b"));

    Ready second = host.node.ready();
    assertThat(second.entries()).isEmpty();
    assertThat(second.messages()).hasSize(2).allMatch(Message::hasAppend);
    host.node.step(accepted(2, 2, 4, 2));
    assertThat(host.status().commitIndex()).as("its own copy does not count").isEqualTo(2);
    host.node.step(accepted(3, 2, 4, 2));
    assertThat(host.status().commitIndex()).isEqualTo(4);
    assertThat(host.node.ready().committedEntries()).as("not persisted here").isEmpty();
  }

  // Acknowledging.

  /** A write that hangs, and then a Ready without anything to write. */
  private static Host withReadyThatWritesNothing(List<Ready> out) {
    Host host = stalledFollower(out);
    host.node.step(heartbeat(2, 2, 1, 2));
    out.add(host.node.ready());
    return host;
  }

  @Test
  void aReadyThatWritesNothingIsAcknowledgedWithTheWriteBeforeIt() {
    List<Ready> out = new ArrayList<>();
    Host host = withReadyThatWritesNothing(out);

    host.persist(out.get(0));

    assertThat(host.status().persistedIndex()).isEqualTo(2);
    host.node.step(append(2, 2, 2, 2, 2, entries(3, 2)));
    Ready next = host.node.ready();
    host.persist(next);
    assertThat(host.status().persistedIndex()).isEqualTo(3);
  }

  @Test
  void itMayBeNamedAfterTheWriteBeforeItOnce() {
    List<Ready> out = new ArrayList<>();
    Host host = withReadyThatWritesNothing(out);
    host.persist(out.get(0));

    host.node.persisted(out.get(1));

    assertThatThrownBy(() -> host.node.persisted(out.get(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("once and in order: #" + out.get(1).number());
    assertThatThrownBy(() -> host.node.persisted(out.get(0)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namingItAcknowledgesTheWriteBeforeItToo() {
    List<Ready> out = new ArrayList<>();
    Host host = withReadyThatWritesNothing(out);
    host.write(out.get(0));

    host.node.persisted(out.get(1));

    assertThat(host.status().persistedIndex()).isEqualTo(2);
    assertThatThrownBy(() -> host.node.persisted(out.get(0)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void readysThatWaitForNothingDoNotCount() {
    Host host = Host.leader(knobs -> knobs.maxOutstandingReadys(2));
    for (int i = 0; i < 10; i++) {
      host.node.tick();
      assertThat(host.node.ready().messages()).hasSize(2);
    }

    host.node.propose(bytes("a"));
    assertThat(host.node.ready().entries()).hasSize(1);
    host.node.propose(bytes("b"));
    assertThat(host.node.ready().entries()).hasSize(1);
    host.node.propose(bytes("c"));
    assertThat(host.node.ready().entries()).as("two are outstanding").isEmpty();
  }

  // A leader whose own disk is stuck.

  private static Host stuckLeader(UnaryOperator<RaftConfig.Builder> knobs) {
    Host host = Host.leader(knobs);
    host.node.propose(bytes("a"));
    host.node.ready();
    host.events.clear();
    return host;
  }

  /** A tick, whose heartbeats node 2 answers. Nothing is persisted. */
  private static List<Message> tickHeard(Host host) {
    List<Message> sent = new ArrayList<>();
    host.node.tick();
    while (host.node.hasReady()) {
      sent.addAll(host.node.ready().messages());
    }
    for (Message message : sent) {
      if (message.hasHeartbeat()) {
        host.node.step(heartbeatResponse(message.getTo(), 2, message.getHeartbeat().getRound()));
      }
    }
    return sent;
  }

  @Test
  void aLeaderWhoseOldestWriteIsTooOldHandsOverAndStepsDown() {
    Host host = stuckLeader(knobs -> knobs.checkQuorum(true).maxPersistTicks(15));
    host.node.step(accepted(3, 2, 3, 2));
    for (int i = 0; i < 14; i++) {
      tickHeard(host);
    }
    assertThat(host.node.role()).isEqualTo(RoleName.LEADER);

    List<Message> sent = tickHeard(host);

    assertThat(host.node.role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(host.eventsOf(SteppedDown.class))
        .containsExactly(new SteppedDown(2, SteppedDown.Reason.PERSIST_TIMED_OUT));
    assertThat(sent)
        .filteredOn(Message::hasTimeoutNow)
        .extracting(Message::getTo)
        .as("the most advanced voter")
        .containsExactly(3L);
  }

  @Test
  void theWriteThatIsMadeInTimeStartsTheCountAnew() {
    Host host = Host.leader(knobs -> knobs.checkQuorum(true).maxPersistTicks(15));
    Ready ready = null;
    for (int i = 0; i < 60; i++) {
      if (i % 14 == 0) {
        if (ready != null) {
          host.persist(ready);
        }
        host.node.propose(bytes("a"));
        ready = host.node.ready();
      }
      tickHeard(host);
    }
    assertThat(host.node.role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void aDiskThatGoesOnWritingIsNotStuckHoweverLongEachWriteWaits() {
    Host host = Host.leader(knobs -> knobs.checkQuorum(true).maxPersistTicks(15));
    Deque<Ready> out = new ArrayDeque<>();
    for (int i = 0; i < 5; i++) {
      host.node.propose(bytes("a"));
      out.add(host.node.ready());
    }

    while (!out.isEmpty()) {
      for (int i = 0; i < 10; i++) {
        tickHeard(host);
      }
      host.persist(out.remove());
    }

    assertThat(host.node.role()).isEqualTo(RoleName.LEADER);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWriteThatIsAcknowledgedAfterLateTicksIsNotStuck(boolean completely) {
    Host host = Host.leader(knobs -> knobs.maxPersistTicks(30));
    host.node.propose(bytes("a"));
    Ready ready = host.node.ready();
    host.write(ready);

    host.lateTicks(30);
    if (completely) {
      host.node.advance(ready);
    } else {
      host.node.persisted(ready);
    }

    assertThat(host.node.role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void aLeaderWithNobodyToHandOverToStays() {
    Host host = Host.alone(knobs -> knobs.maxPersistTicks(5));
    host.node.propose(bytes("a"));
    host.node.ready();

    host.ticks(50);

    assertThat(host.node.role()).isEqualTo(RoleName.LEADER);
  }

  // What the host may see of it.

  @Test
  void theStatusTellsWhatIsOutstandingAndForHowLong() {
    Host host = Host.follower();
    assertThat(host.status().outstandingReadys()).isZero();
    assertThat(host.status().oldestOutstandingTicks()).isZero();
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    Ready first = host.node.ready();
    host.ticks(3);
    host.node.step(append(2, 2, 2, 2, 1, entries(3, 2)));
    host.node.step(heartbeat(2, 2, 1, 2));
    Ready second = host.node.ready();
    host.node.step(heartbeat(2, 2, 1, 3));
    host.node.ready();
    host.ticks(2);

    assertThat(host.status().outstandingReadys()).as("the third waits for nothing").isEqualTo(2);
    assertThat(host.status().oldestOutstandingTicks()).isEqualTo(5);
    assertThat(host.status().toString()).contains("Readys outstanding 2 (oldest: 5 ticks)");

    host.persist(first);
    assertThat(host.status().outstandingReadys()).isEqualTo(1);
    assertThat(host.status().oldestOutstandingTicks()).isEqualTo(2);
    host.persist(second);
    assertThat(host.status().outstandingReadys()).isZero();
  }

  @Test
  void theStatusTellsWhatIsBeingApplied() {
    Host host = Host.follower();
    host.node.step(append(2, 2, 1, 1, 3, entries(2, 2, 2)));
    host.persist(host.node.ready());
    host.persist(host.node.ready());

    assertThat(host.status().applyingIndex()).isEqualTo(3);
    assertThat(host.status().appliedIndex()).isEqualTo(1);
    assertThat(host.status().toString()).contains("applying 3, applied 1");

    host.node.applied(3);
    assertThat(host.status().applyingIndex()).isEqualTo(3);
    assertThat(host.status().toString()).contains("applied 3").doesNotContain("applying");
  }

  @Test
  void theStatusTellsWhyTheNodeMayNotCampaign() {
    assertThat(Host.follower().status().campaignObstacle()).isEmpty();
    assertThat(Host.on(new MemoryStorage()).status().campaignObstacle())
        .contains(RaftEvent.CampaignRefused.Reason.NO_CONFIGURATION);
    assertThat(Host.on(MemoryStorage.bootstrapped(2, 3)).status().campaignObstacle())
        .contains(RaftEvent.CampaignRefused.Reason.NOT_A_VOTER);
    assertThat(Host.on(MemoryStorage.bootstrapped(2, 3)).status().toString())
        .contains("may not campaign: NOT_A_VOTER");
  }
}
