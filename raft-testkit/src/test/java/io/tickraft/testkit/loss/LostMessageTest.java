package io.tickraft.testkit.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tickraft.core.Outcome;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.Message.BodyCase;
import io.tickraft.testkit.fixture.NodeFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every single message of a story is lost once, and soon after that the group is level again: one
 * leader, one log, all of it committed and applied everywhere, and the request has ended.
 *
 * <p>Soon is one election timeout after the loss of what elects, and two heartbeats after the loss
 * of anything else. Where another bound holds, the story says which and why.
 */
class LostMessageTest {

  private static final int HEARTBEAT_TICKS = 2;
  private static final int TWO_HEARTBEATS = 2 * HEARTBEAT_TICKS;

  private static final int ELECTION_TICKS = 10;

  /** The randomized timeout is below two times {@code electionTicks}. */
  private static final int ELECTION_TIMEOUT = 2 * ELECTION_TICKS;

  private static final int READ_TIMEOUT_TICKS = 7;

  /** The messages without which nobody is elected. */
  private static int usual(BodyCase lost) {
    return switch (lost) {
      case VOTE, VOTE_RESPONSE, PRE_VOTE, PRE_VOTE_RESPONSE -> ELECTION_TIMEOUT;
      default -> TWO_HEARTBEATS;
    };
  }

  /**
   * One story.
   *
   * @param group a group in the state in which the story begins
   * @param action what happens, with everything that follows at once
   * @param hasEnded whether the request has ended
   * @param bound how many ticks after the loss of a message all is well
   */
  private record Story(
      String name,
      Supplier<LossyGroup> group,
      Consumer<LossyGroup> action,
      Predicate<LossyGroup> hasEnded,
      ToIntFunction<BodyCase> bound) {

    Story(String name, Supplier<LossyGroup> group, Consumer<LossyGroup> action) {
      this(name, group, action, g -> true, LostMessageTest::usual);
    }
  }

  // Groups.

  private static RaftConfig.Builder knobs(RaftConfig.Builder builder) {
    return builder
        .electionTicks(ELECTION_TICKS)
        .heartbeatTicks(HEARTBEAT_TICKS)
        .readTimeoutTicks(READ_TIMEOUT_TICKS)
        .forwardProposals(true)
        .maxAppendBytes(40);
  }

  private static LossyGroup group(boolean preVote, long... voters) {
    NodeFixture[] nodes = new NodeFixture[voters.length];
    for (int i = 0; i < voters.length; i++) {
      nodes[i] =
          NodeFixture.node(voters[i])
              .voters(voters)
              .config(builder -> knobs(builder).preVote(preVote))
              .asFollower();
    }
    return new LossyGroup(nodes);
  }

  /** Node 1 leads, and all are level. */
  private static LossyGroup led(long... voters) {
    return led(group(true, voters));
  }

  private static LossyGroup led(LossyGroup group) {
    group.node(1).campaign();
    group.deliver();
    return group;
  }

  /** Node 3 has missed entries. */
  private static LossyGroup lagging() {
    LossyGroup group = led(1, 2, 3);
    group.network.isolate(3);
    for (int i = 0; i < 5; i++) {
      group.network.propose(1, "command " + i);
    }
    group.node(1).node().reportUnreachable(3);
    group.deliver();
    return group;
  }

  private static LossyGroup behindACompactedLog() {
    LossyGroup group = lagging();
    group.compact(1);
    return group;
  }

  /** Node 4 is started and joins. */
  private static LossyGroup withAJoiningNode() {
    NodeFixture[] nodes = new NodeFixture[4];
    for (int i = 0; i < 3; i++) {
      nodes[i] =
          NodeFixture.node(1L + i).voters(1, 2, 3).config(LostMessageTest::knobs).asFollower();
    }
    nodes[3] = NodeFixture.joining(4).config(LostMessageTest::knobs).asFollower();
    LossyGroup group = new LossyGroup(nodes);
    group.expectLevel(1, 2, 3);
    return led(group);
  }

  // Actions.

  private static Consumer<LossyGroup> change(
      ConfChangeTransition transition, ConfChangeType type, long id, long... then) {
    ConfChange change =
        ConfChange.newBuilder()
            .setTransition(transition)
            .addChanges(ConfChangeSingle.newBuilder().setType(type).setNode(id))
            .build();
    return group -> {
      group.node(1).proposeConfChange(change);
      group.expectLevel(then);
      group.deliver();
    };
  }

  private static void campaign(LossyGroup group) {
    group.node(1).campaign();
    group.deliver();
  }

  private static void propose(LossyGroup group) {
    group.node(1).propose("a");
    group.deliver();
    group.node(1).propose("b", "c");
    group.deliver();
  }

  private static void transfer(LossyGroup group, long from) {
    group.node(from).transferLeadership(2);
    group.deliver();
  }

  private static boolean transferEnded(LossyGroup group) {
    return group.outcomes.stream().anyMatch(Outcome.TransferEnded.class::isInstance);
  }

  private static void read(LossyGroup group, long id) {
    group.node(id).readIndex("x");
    group.deliver();
  }

  private static boolean readEnded(LossyGroup group) {
    return group.reads.size() == 1;
  }

  private static void forward(LossyGroup group) {
    ProposeResult result = group.node(3).propose("forwarded");
    assertThat(result).isInstanceOf(ProposeResult.Forwarded.class);
    group.deliver();
  }

  // Stories.

  private static List<Story> stories() {
    ConfChangeTransition auto = ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO;
    ConfChangeTransition joint = ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_IMPLICIT;
    ConfChangeType addVoter = ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER;
    ConfChangeType addLearner = ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER;
    ConfChangeType remove = ConfChangeType.CONF_CHANGE_TYPE_REMOVE;
    return List.of(
        new Story("election of three", () -> group(false, 1, 2, 3), LostMessageTest::campaign),
        new Story("election of two", () -> group(false, 1, 2), LostMessageTest::campaign),
        new Story(
            "pre-vote and election of three",
            () -> group(true, 1, 2, 3),
            LostMessageTest::campaign),
        new Story(
            "pre-vote and election of two", () -> group(true, 1, 2), LostMessageTest::campaign),
        new Story("replication to two", () -> led(1, 2, 3), LostMessageTest::propose),
        new Story("replication to one", () -> led(1, 2), LostMessageTest::propose),
        new Story(
            "a follower that lags catches up",
            LostMessageTest::lagging,
            group -> group.ticks(HEARTBEAT_TICKS)),
        new Story(
            "a follower behind a compacted log gets a snapshot",
            LostMessageTest::behindACompactedLog,
            group -> group.ticks(HEARTBEAT_TICKS)),
        new Story(
            "a voter joins",
            LostMessageTest::withAJoiningNode,
            change(auto, addVoter, 4, 1, 2, 3, 4)),
        new Story(
            "a voter joins by joint consensus",
            LostMessageTest::withAJoiningNode,
            change(joint, addVoter, 4, 1, 2, 3, 4)),
        new Story(
            "a learner joins",
            LostMessageTest::withAJoiningNode,
            change(auto, addLearner, 4, 1, 2, 3, 4)),
        new Story("a follower is removed", () -> led(1, 2, 3), change(auto, remove, 3, 1, 2)),
        new Story(
            "the leader is removed",
            () -> led(1, 2, 3),
            change(auto, remove, 1, 2, 3),
            group -> true,
            // The leader steps down when the others know, and one of them is ordered to campaign.
            // If the order is lost, or what elects, they wait for an election timeout.
            lost -> lost == BodyCase.TIMEOUT_NOW ? ELECTION_TIMEOUT : usual(lost)),
        new Story(
            "a transfer among three",
            () -> led(1, 2, 3),
            group -> transfer(group, 1),
            LostMessageTest::transferEnded,
            LostMessageTest::usual),
        new Story(
            "a transfer among two",
            () -> led(1, 2),
            group -> transfer(group, 1),
            LostMessageTest::transferEnded,
            LostMessageTest::usual),
        new Story(
            "a transfer that a follower asks for",
            () -> led(1, 2, 3),
            group -> transfer(group, 3),
            LostMessageTest::transferEnded,
            // A request is not repeated: it ends as timed out after two election timeouts.
            lost ->
                lost == BodyCase.TRANSFER_LEADER || lost == BodyCase.TRANSFER_LEADER_RESPONSE
                    ? 2 * ELECTION_TICKS
                    : usual(lost)),
        new Story(
            "a read on the leader of three",
            () -> led(1, 2, 3),
            group -> read(group, 1),
            LostMessageTest::readEnded,
            LostMessageTest::usual),
        new Story(
            "a read on the leader of two",
            () -> led(1, 2),
            group -> read(group, 1),
            LostMessageTest::readEnded,
            LostMessageTest::usual),
        new Story(
            "a read on a follower",
            () -> led(1, 2),
            group -> read(group, 2),
            LostMessageTest::readEnded,
            // A request is not repeated: it ends as timed out.
            lost ->
                lost == BodyCase.READ_INDEX || lost == BodyCase.READ_INDEX_RESPONSE
                    ? READ_TIMEOUT_TICKS
                    : usual(lost)),
        // A forwarded proposal has no fate: if it is lost, nobody says so, and all are level.
        new Story("a forwarded proposal", () -> led(1, 2, 3), LostMessageTest::forward));
  }

  @TestFactory
  Stream<DynamicTest> theLossOfOneMessageIsMadeGood() {
    return stories().stream().map(story -> dynamicTest(story.name, () -> tell(story)));
  }

  /** Tells the story once for each of its messages, without it. */
  private static void tell(Story story) {
    LossyGroup whole = run(story, 0);
    assertThat(isWell(story, whole)).as("without a loss: %s", whole.state()).isTrue();
    List<String> late = new ArrayList<>();
    for (int number = 1; number <= whole.sent(); number++) {
      LossyGroup group = run(story, number);
      assertThat(group.hasLost()).as("message %d is sent", number).isTrue();
      int bound = story.bound.applyAsInt(group.lostKind());
      while (!isWell(story, group) && group.ticksSinceLoss() < bound) {
        group.tick();
      }
      if (!isWell(story, group)) {
        int tried = group.ticksSinceLoss();
        String state = group.state();
        while (!isWell(story, group) && group.ticksSinceLoss() < 500) {
          group.tick();
        }
        late.add(
            "message %d, %s: not level after %d ticks but after %d: %s"
                .formatted(number, group.lostText(), tried, group.ticksSinceLoss(), state));
      }
    }
    assertThat(late).isEmpty();
  }

  private static LossyGroup run(Story story, int lost) {
    LossyGroup group = story.group.get();
    group.reads.clear();
    group.outcomes.clear();
    group.lose(lost);
    story.action.accept(group);
    return group;
  }

  private static boolean isWell(Story story, LossyGroup group) {
    return group.isLevel() && story.hasEnded.test(group);
  }

  /** A kind of message that no story sends is not shown to be made good. */
  @Test
  void theStoriesSendEveryKindOfMessage() {
    TreeSet<BodyCase> kinds = new TreeSet<>();
    for (Story story : stories()) {
      LossyGroup group = story.group.get();
      group.lose(0);
      group.network.delivered();
      story.action.accept(group);
      group.network.delivered().forEach(message -> kinds.add(message.getBodyCase()));
    }
    TreeSet<BodyCase> all = new TreeSet<>(List.of(BodyCase.values()));
    // Sent only by a target that refuses.
    all.removeAll(List.of(BodyCase.BODY_NOT_SET, BodyCase.TIMEOUT_NOW_RESPONSE));
    assertThat(kinds).isEqualTo(all);
  }

  @Test
  void aGroupThatIsNotLevelIsSeen() {
    LossyGroup group = led(1, 2, 3);
    assertThat(group.isLevel()).isTrue();
    group.network.isolate(3);
    group.network.propose(1, "a");
    assertThat(group.isLevel()).isFalse();
    TreeMap<Long, Long> commits = new TreeMap<>();
    group.network.nodes().forEach(n -> commits.put(n.status().id(), n.status().commitIndex()));
    assertThat(commits.values()).containsExactly(3L, 3L, 2L);
  }
}
