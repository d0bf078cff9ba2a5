package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.message;
import static io.tickraft.core.Messages.refused;
import static io.tickraft.core.Messages.vote;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.tickraft.core.RaftEvent.CampaignRefused;
import io.tickraft.core.RaftEvent.LeaderChanged;
import io.tickraft.core.RaftEvent.LogTruncated;
import io.tickraft.core.RaftEvent.MessageDropped;
import io.tickraft.core.RaftEvent.OutgoingDropped;
import io.tickraft.core.RaftEvent.ReplicationChanged;
import io.tickraft.core.RaftEvent.RoleChanged;
import io.tickraft.core.RaftEvent.VoteAnswered;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an observer is told. */
final class EventsTest {

  // Roles and leaders.

  @Test
  void anElectionIsTold() {
    Host host = Host.ofThree();

    host.node.campaign();
    host.settle();
    host.step(granted(3, 2));

    assertThat(host.events)
        .containsExactly(
            new RoleChanged(2, RoleName.FOLLOWER, RoleName.CANDIDATE),
            new RoleChanged(2, RoleName.CANDIDATE, RoleName.LEADER),
            new LeaderChanged(2, 1));
  }

  @Test
  void anElectionThatIsLostIsTold() {
    Host host = Host.candidate();

    host.step(refused(2, 2), refused(3, 2));

    assertThat(host.events)
        .containsExactly(new RoleChanged(2, RoleName.CANDIDATE, RoleName.FOLLOWER));
  }

  @Test
  void eachCampaignIsTold() {
    Host host = Host.candidate();

    host.node.campaign();

    assertThat(host.events)
        .containsExactly(new RoleChanged(3, RoleName.CANDIDATE, RoleName.CANDIDATE));
  }

  @Test
  void aLaterTermIsToldEvenIfTheRoleStays() {
    Host host = Host.follower();

    host.step(heartbeat(2, 3, 1, 1)); // the same leader leads again
    host.step(vote(3, 5, 1, 1));
    host.step(heartbeat(3, 5, 1, 1));

    assertThat(host.events)
        .containsExactly(
            new RoleChanged(3, RoleName.FOLLOWER, RoleName.FOLLOWER),
            new RoleChanged(5, RoleName.FOLLOWER, RoleName.FOLLOWER),
            new LeaderChanged(5, 0),
            new VoteAnswered(5, 3, true),
            new LeaderChanged(5, 3));
  }

  @Test
  void aLeaderThatHearsOfALaterTermStepsDown() {
    Host host = Host.leader();

    host.step(heartbeatResponse(3, 7, 0));

    assertThat(host.events)
        .containsExactly(
            new RoleChanged(7, RoleName.LEADER, RoleName.FOLLOWER), new LeaderChanged(7, 0));
    assertThat(host.status().peers()).isEmpty();
  }

  @Test
  void aCampaignThatIsNotAllowedIsTold() {
    Host host = Host.on(MemoryStorage.bootstrapped(2, 3));

    host.node.campaign();
    host.ticks(30);

    assertThat(host.events)
        .hasSizeGreaterThan(1)
        .containsOnly(new CampaignRefused(1, CampaignRefused.Reason.NOT_A_VOTER));
  }

  @Test
  void votesAreTold() {
    Host host = Host.ofThree();

    host.step(vote(2, 1, 1, 1), vote(3, 1, 1, 1), vote(2, 1, 1, 1));

    assertThat(host.events)
        .containsExactly(
            new VoteAnswered(1, 2, true),
            new VoteAnswered(1, 3, false),
            new VoteAnswered(1, 2, true));
  }

  // Replication.

  @Test
  void entriesThatAreRemovedAreTold() {
    Host host = Host.follower();
    host.step(append(2, 2, 1, 1, 1, entries(2, 2, 2, 2)));
    host.events.clear();

    host.step(append(2, 2, 2, 2, 1, entries(3, 2)));
    assertThat(host.events).isEmpty();
    host.step(append(3, 3, 2, 2, 1, entries(3, 3)));

    assertThat(host.eventsOf(LogTruncated.class)).containsExactly(new LogTruncated(3, 4));
  }

  @Test
  void howAFollowerIsReplicatedToIsTold() {
    Host host = Host.leader();

    host.node.reportUnreachable(2);
    host.node.reportUnreachable(2);
    host.settle();
    host.step(accepted(2, 2, 2, 2));

    assertThat(host.events)
        .containsExactly(
            new ReplicationChanged(2, PeerStatus.State.REPLICATE, PeerStatus.State.PROBE),
            new ReplicationChanged(2, PeerStatus.State.PROBE, PeerStatus.State.REPLICATE));
  }

  // Dropped messages; which ones are, DropTableTest says.

  @Test
  void aDroppedMessageDoesNotResetTheElectionTimer() {
    Host host = Host.follower();
    for (int i = 0; i < 20 && host.status().role() == RoleName.FOLLOWER; i++) {
      host.node.step(heartbeat(3, 2, 1, 1)); // a second leader
      host.node.tick();
    }

    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
  }

  @Test
  void aBodyOfANewerPeerIsDroppedFromItsBytesOn() throws InvalidProtocolBufferException {
    byte[] bytes =
        message(2, 9)
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        28,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("a body to come"))
                            .build())
                    .build())
            .build()
            .toByteArray();
    Host host = Host.follower();

    Message message = Message.parseFrom(bytes);
    host.node.step(message);

    assertThat(host.events).containsExactly(new MessageDropped(message, DropReason.UNKNOWN_BODY));
    assertThat(host.status().term()).isEqualTo(2);
  }

  // The outbox.

  @Test
  void messagesBeyondTheLimitInNumberAreDroppedAndTold() {
    Host host = Host.follower(config -> config.maxOutboxMessages(3));
    for (int round = 1; round <= 5; round++) {
      host.node.step(heartbeat(2, 2, 1, round));
    }

    assertThat(host.eventsOf(OutgoingDropped.class))
        .extracting(e -> e.message().getHeartbeatResponse().getRound(), OutgoingDropped::reason)
        .containsExactly(tuple(4L, DropReason.OUTBOX_LIMIT), tuple(5L, DropReason.OUTBOX_LIMIT));
    assertThat(host.node.ready().messages()).hasSize(3);
    host.node.step(heartbeat(2, 2, 1, 6));
    assertThat(host.node.ready().messages()).hasSize(1);
  }

  @Test
  void messagesBeyondTheLimitInBytesAreDroppedAndTold() {
    Host host = Host.follower(config -> config.maxOutboxBytes(60).forwardProposals(true));

    host.node.propose(bytes(1));
    host.node.propose(bytes(100));
    host.node.propose(bytes(2));

    assertThat(host.eventsOf(OutgoingDropped.class)).hasSize(1);
    assertThat(host.node.ready().messages())
        .extracting(m -> m.getPropose().getData(0).size())
        .containsExactly(1, 2);
  }

  @Test
  void anEmptyOutboxTakesOneMessageOfAnySize() {
    Host host = Host.leader(config -> config.maxOutboxBytes(1));

    host.node.readIndex(bytes("r"));

    assertThat(host.node.hasReady()).isTrue();
    assertThat(host.node.ready().messages()).hasSize(1).allMatch(Message::hasHeartbeat);
    assertThat(host.eventsOf(OutgoingDropped.class)).hasSize(1); // To the other follower.
  }

  @Test
  void appendsAreNotHeldUpByAFullOutbox() {
    Host host = Host.leader(config -> config.maxOutboxMessages(1));
    host.ticks(1); // heartbeats to two
    assertThat(host.eventsOf(OutgoingDropped.class)).hasSize(1);

    host.node.propose(bytes("a"));

    assertThat(host.node.ready().messages().stream().filter(Message::hasAppend)).hasSize(2);
  }

  @Test
  void aPromiseThatIsDroppedCanBeHadAgain() {
    Host host = Host.follower(config -> config.maxOutboxMessages(1));
    host.node.step(heartbeat(2, 2, 1, 1));
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    assertThat(host.settle()).noneMatch(Message::hasAppendResponse);

    List<Message> sent = host.step(append(2, 2, 1, 1, 1, entries(2, 2)));

    assertThat(sent.get(0).getAppendResponse().getAccepted().getMatch()).isEqualTo(2);
  }

  // Delivery.

  @Test
  void eventsAreDeliveredWhenTheWorkIsDone() {
    List<RaftEvent> events = new ArrayList<>();
    List<RoleName> seen = new ArrayList<>();
    List<RawNode> node = new ArrayList<>();
    RaftObserver observer =
        event -> {
          events.add(event);
          seen.add(node.get(0).status().role());
        };
    node.add(RawNode.open(Host.plain(1).observer(observer).build(), MemoryStorage.bootstrapped(1)));
    node.get(0).campaign();
    Ready ready = node.get(0).ready();
    node.get(0).persisted(ready);

    assertThat(events).hasSizeGreaterThan(2);
    assertThat(seen.get(0)).isEqualTo(RoleName.CANDIDATE);
    assertThat(seen.subList(1, seen.size())).containsOnly(RoleName.LEADER);
  }

  @Test
  void withoutAnObserverANodeDoesTheSame() {
    Host watched = Host.candidate();
    RawNode alone = RawNode.open(Host.plain(1).build(), MemoryStorage.bootstrapped(1, 2, 3));
    alone.campaign();
    alone.advance(alone.ready());
    List<Message> messages =
        List.of(granted(2, 2), accepted(2, 1, 1, 1), heartbeat(9, 7, 1, 1), vote(2, 9, 9, 9));
    for (Message message : messages) {
      watched.node.step(message);
      alone.step(message);

      assertThat(alone.status()).hasToString(watched.status().toString());
    }
  }
}
