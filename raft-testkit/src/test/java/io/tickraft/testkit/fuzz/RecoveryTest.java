package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RoleName;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.HostContext;
import io.tickraft.testkit.sim.OwnHost;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** A run ends with a group that must work again: each way not to do so is seen. */
class RecoveryTest {

  private static final int SEEDS = 30;

  /** Returns the first failure of runs in which the recovery is all that can fail. */
  private static Failure failure(Fuzz fuzz) {
    fuzz.oracles(() -> new Oracle() {});
    for (long seed = 1; seed <= SEEDS; seed++) {
      Optional<Failure> failure = Failure.of(fuzz, Choices.random(seed));
      if (failure.isPresent()) {
        return failure.get();
      }
    }
    return fail("no run fails");
  }

  /** Runs hosts of three nodes that hardly get into trouble before. */
  private static Failure failureOf(LongFunction<Faulty> hosts) {
    return failure(Fuzz.ofAnyGroup().nodes(3).steps(10).with(List.of()).hosts(hosts));
  }

  private static void assertSeen(LongFunction<Faulty> hosts, String kind, String message) {
    Failure failure = failureOf(hosts);
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.toString()).contains(message);
  }

  /** A host with a bug. */
  private static class Faulty extends OwnHost {
    @SuppressWarnings("NullAway.Init")
    HostContext context;

    @Override
    public void start(HostContext given) {
      context = given;
      super.start(given);
    }

    final boolean leads() {
      return status().role() == RoleName.LEADER;
    }
  }

  @Test
  void aHostWithoutABugRecovers() {
    Fuzz fuzz = Fuzz.ofAnyGroup().hosts(id -> new Faulty());
    for (long seed = 1; seed <= SEEDS; seed++) {
      fuzz.run(Choices.random(seed));
    }
  }

  // An idle group.

  /** Hands over after it has led for some time without a command. */
  private static final class HandsOverWhenIdle extends Faulty {
    private final int maxTicks;
    private int ticks;

    HandsOverWhenIdle(int maxTicks) {
      this.maxTicks = maxTicks;
    }

    @Override
    public void tick() {
      super.tick();
      ticks = leads() ? ticks + 1 : 0;
      if (ticks == maxTicks) {
        transferLeadership(0);
      }
    }

    @Override
    public ProposeResult propose(List<ByteString> commands) {
      ticks = 0;
      return super.propose(commands);
    }
  }

  @Test
  void aLeaderThatHandsOverAgainAndAgainInAnIdleGroupIsSeen() {
    String kind = "an idle group keeps its leader";
    assertSeen(id -> new HandsOverWhenIdle(75), kind, " no longer leads in term ");
    assertSeen(id -> new HandsOverWhenIdle(30), kind, "it has another one, or none: ");
  }

  /** Sends nothing for two seconds after it has led for some time without a command. */
  private static final class IsSilentWhenIdle extends Faulty {
    private int ticks;

    @Override
    public void tick() {
      super.tick();
      ticks = leads() ? ticks + 1 : 0;
    }

    @Override
    public ProposeResult propose(List<ByteString> commands) {
      ticks = 0;
      return super.propose(commands);
    }

    @Override
    protected void send(List<Message> messages) {
      if (ticks < 75) {
        super.send(messages);
      }
    }
  }

  @Test
  void aLeaderThatIsLostInAnIdleGroupIsSeenAtOnce() {
    assertSeen(
        id -> new IsSilentWhenIdle(),
        "an idle group keeps its leader",
        " no longer leads in term ");
  }

  /** A request of the node before it had come to this leader six seconds late. */
  @Test
  void aLateTransferDoesNotCostAnIdleGroupItsLeader() {
    Fuzz.ofAnyGroup().run(Choices.random(6_211_167));
  }

  private static final class SendsHeartbeatsTwice extends Faulty {
    @Override
    protected void send(List<Message> messages) {
      super.send(messages);
      messages.stream().filter(Message::hasHeartbeat).forEach(context::send);
    }
  }

  @Test
  void anIdleGroupThatSendsMoreThanItsHeartbeatsIsSeen() {
    assertSeen(id -> new SendsHeartbeatsTwice(), "an idle group is quiet", " requests, at most ");
  }

  private static final class RepeatsAppends extends Faulty {
    private Message append = Message.getDefaultInstance();

    @Override
    protected void send(List<Message> messages) {
      super.send(messages);
      messages.stream().filter(Message::hasAppend).forEach(message -> append = message);
    }

    @Override
    public void tick() {
      super.tick();
      if (leads() && append.getTerm() == status().term()) {
        context.send(append);
      }
    }
  }

  @Test
  void anIdleGroupThatSendsAppendsIsSeen() {
    assertSeen(id -> new RepeatsAppends(), "an idle group is quiet", " appends, at most 3: ");
  }

  /** Proposes by itself after it has led for some time without a command. */
  private static final class ProposesWhenIdle extends Faulty {
    private final int everyTicks;
    private final int times;
    private int ticks;
    private int proposed;

    ProposesWhenIdle(int everyTicks, int times) {
      this.everyTicks = everyTicks;
      this.times = times;
    }

    @Override
    public void tick() {
      super.tick();
      ticks = leads() ? ticks + 1 : 0;
      if (proposed < times && ticks == everyTicks) {
        ticks = 0;
        proposed++;
        long number = 100_000 * context.id() + proposed;
        super.propose(List.of(ByteString.copyFromUtf8("a=" + number)));
      }
    }

    @Override
    public ProposeResult propose(List<ByteString> commands) {
      ticks = 0;
      return super.propose(commands);
    }
  }

  @Test
  void aLateProposalDoesNotMakeAnIdleGroupLoud() {
    Fuzz fuzz =
        Fuzz.ofAnyGroup()
            .nodes(3)
            .steps(10)
            .with(List.of())
            .hosts(id -> new ProposesWhenIdle(75, 1));
    for (long seed = 1; seed <= SEEDS; seed++) {
      fuzz.run(Choices.random(seed));
    }
  }

  @Test
  void anIdleGroupWhoseLogGrowsIsSeen() {
    assertSeen(
        id -> new ProposesWhenIdle(15, Integer.MAX_VALUE),
        "an idle group is quiet",
        "its log grows although nothing is proposed: ");
  }

  /** Answers each message without a body with two of them. */
  private static final class AnswersTwice extends Faulty {
    @Override
    public void tick() {
      super.tick();
      answer(context.id() % 3 + 1);
    }

    @Override
    public void step(Message message) {
      if (message.getBodyCase() == Message.BodyCase.BODY_NOT_SET) {
        answer(message.getFrom());
        answer(message.getFrom());
      } else {
        super.step(message);
      }
    }

    private void answer(long to) {
      context.send(Message.newBuilder().setFrom(context.id()).setTo(to).build());
    }
  }

  @Test
  void aStormOfMessagesIsSeen() {
    assertSeen(id -> new AnswersTwice(), "no storm of messages", " messages and timers wait");
  }

  // A core that does not agree in time.

  private static final class HearsNoCandidate extends Faulty {
    @Override
    public void step(Message message) {
      if (!message.hasVote() && !message.hasPreVote()) {
        super.step(message);
      }
    }
  }

  @Test
  void aGroupThatElectsNobodyIsSeen() {
    assertSeen(
        id -> new HearsNoCandidate(),
        "liveness",
        "no leader is elected within 60 election timeouts");
  }

  private static final class TakesNoCommand extends Faulty {
    @Override
    public ProposeResult propose(List<ByteString> commands) {
      return new ProposeResult.Rejected(ProposeResult.Reason.UNCOMMITTED_LIMIT, 0);
    }
  }

  @Test
  void aLeaderThatAcceptsNoCommandIsSeen() {
    assertSeen(id -> new TakesNoCommand(), "liveness", "no command is accepted by leader ");
  }

  private static final class HearsNoAnswerToAppends extends Faulty {
    @Override
    public void step(Message message) {
      if (!message.hasAppendResponse()) {
        super.step(message);
      }
    }
  }

  @Test
  void aLeaderThatCommitsNothingIsSeen() {
    assertSeen(id -> new HearsNoAnswerToAppends(), "liveness", " is not committed by leader ");
  }

  private static final class NeverLeavesJoint extends Faulty {
    @Override
    public ConfChangeResult proposeConfChange(ConfChange change) {
      return change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE
          ? new ConfChangeResult.Rejected(ConfChangeResult.Reason.PENDING, 0, "")
          : super.proposeConfChange(change);
    }
  }

  @Test
  void aJointConfigurationThatIsNotLeftIsSeen() {
    Fuzz fuzz =
        Fuzz.ofAnyGroup()
            .nodes(3)
            .steps(100)
            .with(List.of(Trouble.MEMBERSHIP))
            .hosts(id -> new NeverLeavesJoint());

    Failure failure = failure(fuzz);
    assertThat(failure.kind()).isEqualTo("liveness");
    assertThat(failure.toString()).contains(" does not leave the joint configuration ");
  }

  /** Node 2 hears the leader, and gets no entries. */
  private static final class GetsNoEntries extends Faulty {
    @Override
    public void step(Message message) {
      if (context.id() != 2 || !message.hasAppend()) {
        super.step(message);
      }
    }
  }

  @Test
  void aMemberThatAppliesNothingIsSeen() {
    assertSeen(
        id -> new GetsNoEntries(),
        "liveness",
        " is not applied by node 2 within 60 election timeouts, though nodes ");
  }

  private static final class HasAnotherState extends Faulty {
    @Override
    public ByteString state() {
      return context.id() == 3 ? super.state().concat(ByteString.copyFromUtf8("!")) : super.state();
    }
  }

  @Test
  void stateMachinesThatDifferAreSeen() {
    assertSeen(
        id -> new HasAnotherState(),
        "equal states",
        "node 3 and node 1 have applied the same entries, and their state machines differ: ");
  }

  // The user's configuration.

  /** Without the check of the quorum, any node that hears nobody may depose a leader. */
  @Test
  void moreIsNotExpectedThanTheConfigurationPromises() {
    Fuzz noCheck = Fuzz.ofAnyGroup().configuration((config, id) -> config.checkQuorum(false));
    noCheck.run(Choices.random(22));
    noCheck.run(Choices.random(34));
    Fuzz stays = Fuzz.ofAnyGroup().configuration((config, id) -> config.stepDownOnRemoval(false));
    stays.run(Choices.random(36));
    stays.run(Choices.random(48));
    Fuzz.ofAnyGroup()
        .configuration((config, id) -> config.readTimeoutTicks(100))
        .run(Choices.random(68));
  }

  @Test
  void anObserverOfTheUserSeesEventsBesideTheRun() {
    AtomicInteger events = new AtomicInteger();
    Goals goals =
        Fuzz.ofAnyGroup()
            .configuration((config, id) -> config.observer(event -> events.incrementAndGet()))
            .play(Choices.random(1))
            .goals();

    assertThat(events).hasPositiveValue();
    assertThat(goals.elections()).isPositive();
  }

  /** With small limits and slow reads, each of 300 entries takes a fifth of a second. */
  @Test
  void aMemberThatIsFarBehindHasTheTimeToCatchUp() {
    Fuzz.ofAnyGroup().run(Choices.random(23_995));
  }
}
