package io.tickraft.core.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A copy of a node, at any moment of its life, does what the node would do, and not to the node.
 */
class CopyTest {

  private static final int NODES = 3;
  private static final int STEPS = 6_000;

  /** Node 3 goes and comes. */
  private static final List<ConfChange> CHANGES =
      List.of(
          change(
              ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO,
              ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER),
          change(
              ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO,
              ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER),
          change(
              ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT,
              ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER),
          ConfChange.newBuilder()
              .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE)
              .build());

  private static ConfChange change(ConfChangeTransition transition, ConfChangeType type) {
    return ConfChange.newBuilder()
        .setTransition(transition)
        .addChanges(ConfChangeSingle.newBuilder().setType(type).setNode(3))
        .build();
  }

  @Test
  void aCopyGoesTheSameWayAndLeavesTheOriginalAlone() {
    SplittableRandom random = new SplittableRandom(7);
    List<Hosted> nodes = new ArrayList<>();
    for (long id = 1; id <= NODES; id++) {
      MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
      RaftConfig config =
          RaftConfig.builder(id)
              .preVote(id == 2)
              .checkQuorum(id > 1)
              .priority(id)
              .snapshotTicks(5)
              .readTimeoutTicks(id == 1 ? 3 : 6)
              .maxAppendBytes(50)
              .build();
      nodes.add(new Hosted(storage, Raft.open(config, storage, null)));
    }
    List<Message> network = new ArrayList<>();
    TreeSet<String> seen = new TreeSet<>();
    for (int step = 0; step < STEPS; step++) {
      Message message = network.isEmpty() ? null : network.remove(random.nextInt(network.size()));
      int position = message == null ? random.nextInt(NODES) : (int) message.getTo() - 1;
      Hosted original = nodes.get(position);
      Hosted copy = original.copy();
      long choice = random.nextLong();
      // First the copy: were it to touch what is the original's, the two would differ from then on.
      List<Message> sentByCopy = input(copy, choice, message);
      int before = original.out.size();
      List<Message> sent = input(original, choice, message);
      assertThat(sentByCopy).isEqualTo(sent);
      assertThat(copy.out).isEqualTo(original.out.subList(before, original.out.size()));
      for (Message each : sent) {
        seen.add(each.getBodyCase().name());
        if (random.nextInt(4) > 0) {
          network.add(each);
        }
      }
      copy.out.forEach(each -> seen.add(each.getClass().getSimpleName()));
      // The original's place is taken by the copy half of the time, so that copies are copied.
      nodes.set(position, random.nextBoolean() ? copy : original);
    }
    assertThat(seen)
        .contains("INSTALL_SNAPSHOT", "TIMEOUT_NOW", "READ_INDEX", "TRANSFER_LEADER")
        .contains("Confirmed", "Aborted", "TransferEnded", "TransferRejected", "ConfState");
    assertThat(nodes).allSatisfy(node -> assertThat(node.raft.log().committed()).isGreaterThan(20));
  }

  // What the run above hardly shows.

  /** Hands a message to a node and to its copy, and returns what the node then sends. */
  private static List<Message> stepBoth(Hosted node, Message.Builder message) {
    Hosted copy = node.copy();
    Message built = message.setTo(1).build();
    copy.raft.step(built);
    node.raft.step(built);
    List<Message> sent = node.drain();
    assertThat(copy.drain()).isEqualTo(sent);
    assertThat(copy.raft.role()).isEqualTo(node.raft.role());
    return sent;
  }

  private static Message.Builder vote(long term) {
    EntryId last = EntryId.newBuilder().setIndex(1).setTerm(1).build();
    return Message.newBuilder().setFrom(3).setTerm(term).setVote(Vote.newBuilder().setLast(last));
  }

  @Test
  void aCopyKnowsForHowLongNoLeaderWasHeard() {
    Hosted node = Hosted.open(settings -> settings.electionTicks(100), 1, 2, 3);
    stepBoth(
        node,
        Message.newBuilder().setFrom(2).setTerm(1).setHeartbeat(Heartbeat.getDefaultInstance()));
    for (int i = 0; i < 99; i++) {
      node.raft.tick();
      node.raft.actOnTimeouts();
    }
    assertThat(stepBoth(node, vote(2))).isEmpty();
    node.raft.tick();
    node.raft.actOnTimeouts();
    assertThat(node.raft.role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(stepBoth(node, vote(2)).get(0).getVoteResponse().hasGranted()).isTrue();
  }

  @Test
  void aCopyKnowsThatItsNodeHasTimedOut() {
    Hosted node = Hosted.open(settings -> settings.priority(7), 1, 2, 3);
    assertThat(stepBoth(node, vote(2)).get(0).getVoteResponse().hasRejected()).isTrue();
    node.raft.campaign();
    node.drain();
    assertThat(stepBoth(node, vote(3)).get(0).getVoteResponse().hasGranted()).isTrue();
  }

  @Test
  void aCopyKnowsThatItsNodeIsLeaving() {
    Hosted node = Hosted.open(settings -> settings.preVote(false), 1, 2);
    node.raft.campaign();
    node.drain();
    stepBoth(
        node,
        Message.newBuilder()
            .setFrom(2)
            .setTerm(2)
            .setVoteResponse(
                VoteResponse.newBuilder().setGranted(VoteResponse.Granted.getDefaultInstance())));
    ConfChangeSingle removal =
        ConfChangeSingle.newBuilder()
            .setType(ConfChangeType.CONF_CHANGE_TYPE_REMOVE)
            .setNode(1)
            .build();
    node.raft.proposeConfChange(CHANGES.get(0).toBuilder().setChanges(0, removal).build(), false);
    stepBoth(node, stored(2));
    assertThat(node.raft.confState().getVotersList()).containsExactly(2L);
    assertThat(node.raft.role()).isEqualTo(RoleName.LEADER);

    stepBoth(node, stored(3));

    assertThat(node.raft.role()).isEqualTo(RoleName.FOLLOWER);
  }

  /** Node 2 has everything up to the change at 3, and knows of the commit up to an index. */
  private static Message.Builder stored(long commit) {
    return Message.newBuilder()
        .setFrom(2)
        .setTerm(2)
        .setAppendResponse(
            AppendResponse.newBuilder()
                .setCommit(commit)
                .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(3)));
  }

  private static List<Message> input(Hosted node, long choice, @Nullable Message message) {
    if (message != null) {
      node.raft.step(message);
    }
    int kind = (int) Long.remainderUnsigned(choice, 22);
    ByteString name = ByteString.copyFromUtf8("command " + choice);
    if (kind >= 8) {
      node.raft.actOnTimeouts();
    }
    switch (kind) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> node.raft.tick();
      case 8, 9, 10, 11 -> node.raft.propose(List.of(name));
      case 12, 13 -> node.compact();
      case 14, 15 -> node.raft.readIndex(name);
      case 16 -> node.raft.transferLeadership(1 + (choice >>> 8) % 4);
      case 17, 18 -> node.raft.proposeConfChange(CHANGES.get((int) ((choice >>> 8) % 4)), false);
      case 19 -> node.raft.forgetLeader();
      case 20 -> node.raft.campaign();
      default -> {}
    }
    return kind % 3 == 0 ? node.takeOnce() : node.drain();
  }
}
