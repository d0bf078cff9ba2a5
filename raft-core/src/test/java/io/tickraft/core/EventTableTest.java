package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.install;
import static io.tickraft.core.Messages.installed;
import static io.tickraft.core.Messages.message;
import static io.tickraft.core.Messages.notInstalled;
import static io.tickraft.core.Messages.proposeAccepted;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Messages.vote;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.id;
import static io.tickraft.core.Wire.rope;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tickraft.core.RaftEvent.ApplyOverdue;
import io.tickraft.core.RaftEvent.CampaignRefused;
import io.tickraft.core.RaftEvent.ConfigurationChanged;
import io.tickraft.core.RaftEvent.ForwardAnswered;
import io.tickraft.core.RaftEvent.LeaderChanged;
import io.tickraft.core.RaftEvent.LogTruncated;
import io.tickraft.core.RaftEvent.MessageDropped;
import io.tickraft.core.RaftEvent.OutgoingDropped;
import io.tickraft.core.RaftEvent.PersistOverdue;
import io.tickraft.core.RaftEvent.PreVoteAnswered;
import io.tickraft.core.RaftEvent.RemovalLikely;
import io.tickraft.core.RaftEvent.ReplicationChanged;
import io.tickraft.core.RaftEvent.RoleChanged;
import io.tickraft.core.RaftEvent.SnapshotAccepted;
import io.tickraft.core.RaftEvent.SnapshotTooLarge;
import io.tickraft.core.RaftEvent.StateLost;
import io.tickraft.core.RaftEvent.StateRegained;
import io.tickraft.core.RaftEvent.SteppedDown;
import io.tickraft.core.RaftEvent.VoteAnswered;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.VoteRejectReason;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each event, in the story that causes it. */
final class EventTableTest {

  static final ConfChange LEAVES = ConfChanges.remove(1).build();

  private static Arguments row(
      String story, Supplier<Host> node, Consumer<Host> input, RaftEvent... events) {
    return arguments(story, node, input, List.of(events));
  }

  private static Message preVote(long term, long campaignTerm) {
    return message(2, term)
        .setPreVote(
            PreVote.newBuilder()
                .setCampaignTerm(campaignTerm)
                .setLast(term == 0 ? id(0, 0) : id(1, 1)))
        .build();
  }

  private static Message preVoteGranted(long from, long campaignTerm) {
    return message(from, 1)
        .setPreVoteResponse(
            PreVoteResponse.newBuilder()
                .setCampaignTerm(campaignTerm)
                .setGranted(PreVoteResponse.Granted.getDefaultInstance()))
        .build();
  }

  /** Refused by a node that hears a leader, which does not replicate to node 1. */
  private static Message isNoMember(long from, long campaignTerm) {
    return message(from, 1)
        .setPreVoteResponse(
            PreVoteResponse.newBuilder()
                .setCampaignTerm(campaignTerm)
                .setCommit(id(1, 7))
                .setRejected(
                    PreVoteResponse.Rejected.newBuilder()
                        .setReason(VoteRejectReason.VOTE_REJECT_REASON_NOT_A_MEMBER)))
        .build();
  }

  /** Leads nodes 2 and 3 in term 2, and is removed itself by the entry at 3. */
  private static Host removed() {
    Host host = Host.leader();
    host.node.proposeConfChange(LEAVES);
    host.settle();
    host.step(accepted(2, 2, 3, 2));
    return host;
  }

  /** Leads in term 3 from a log that begins after 5, and has sent its snapshot to node 2. */
  private static Host sendsSnapshot() {
    MemoryStorage disk = storage(hardState(2, 0, 6), voters(1, 2, 3), 1, 1, 2, 2, 2);
    disk.createSnapshot(5, voters(1, 2, 3), bytes("state"));
    disk.compact(5);
    Host host = Host.on(disk);
    host.node.campaign();
    host.settle();
    host.step(granted(3, 3), rejected(2, 3, 6, 1, 1));
    host.events.clear();
    return host;
  }

  private static Snapshot stored(Host host) {
    return host.disk.snapshot().snapshot();
  }

  static Stream<Arguments> events() {
    return Stream.of(
        row(
            "a campaign, asked about before",
            () -> Host.ofThree(knobs -> knobs.preVote(true)),
            host -> {
              host.node.campaign();
              host.settle();
              host.step(preVoteGranted(2, 2), granted(3, 2));
            },
            new RoleChanged(1, RoleName.FOLLOWER, RoleName.PRE_CANDIDATE),
            new RoleChanged(2, RoleName.PRE_CANDIDATE, RoleName.CANDIDATE),
            new RoleChanged(2, RoleName.CANDIDATE, RoleName.LEADER),
            new LeaderChanged(2, 1)),
        row(
            "a campaign that may not be",
            () -> Host.on(MemoryStorage.bootstrapped(2, 3)),
            host -> host.node.campaign(),
            new CampaignRefused(1, CampaignRefused.Reason.NOT_A_VOTER)),
        row(
            "a node that was removed and does not know",
            () -> Host.ofThree(knobs -> knobs.preVote(true)),
            host -> {
              host.node.campaign();
              host.settle();
              host.step(isNoMember(2, 2));
            },
            new RoleChanged(1, RoleName.FOLLOWER, RoleName.PRE_CANDIDATE),
            new RemovalLikely(2, 7)),
        row(
            "votes",
            Host::ofThree,
            host -> host.step(vote(2, 1, 1, 1), vote(3, 1, 1, 1)),
            new VoteAnswered(1, 2, true),
            new VoteAnswered(1, 3, false)),
        row(
            "pre-votes",
            Host::ofThree,
            host -> host.step(preVote(1, 2), preVote(0, 1)),
            new PreVoteAnswered(2, 2, true),
            new PreVoteAnswered(1, 2, false)),
        row(
            "a leader that is forgotten",
            Host::follower,
            host -> host.node.forgetLeader(),
            new LeaderChanged(2, 0)),
        row(
            "a leader that is heard of",
            Host::ofThree,
            host -> host.step(heartbeat(2, 1, 1, 1)),
            new LeaderChanged(1, 2)),
        row(
            "a write that is not acknowledged",
            () -> Host.leader(knobs -> knobs.electionTicks(5).maxPersistTicks(1000)),
            host -> {
              host.node.propose(bytes("a"));
              host.node.ready();
              host.ticks(4);
              assertThat(host.events).isEmpty();
              host.ticks(20);
            },
            new PersistOverdue(1, 5),
            new PersistOverdue(1, 10),
            new PersistOverdue(1, 20)),
        row(
            "committed entries that are not acknowledged as applied",
            () -> Host.leader(knobs -> knobs.electionTicks(5)),
            host -> {
              host.node.propose(bytes("a"));
              host.persist(host.node.ready());
              host.step(accepted(2, 2, 3, 2));
              host.node.propose(bytes("b"));
              host.persist(host.node.ready());
              host.node.step(accepted(2, 2, 4, 3));
              host.persist(host.node.ready());
              host.ticks(12);
              host.node.applied(4);
              host.ticks(12);
            },
            new ApplyOverdue(4, 3, 5),
            new ApplyOverdue(4, 3, 10)),
        row(
            "committed entries that are late after a time without inputs, which does not count",
            () -> Host.leader(knobs -> knobs.electionTicks(40).heartbeatTicks(30)),
            host -> {
              host.ticks(20);
              host.node.propose(bytes("a"));
              host.persist(host.node.ready());
              host.node.step(accepted(2, 2, 3, 2));
              host.persist(host.node.ready());
              host.ticks(39);
              assertThat(host.events).isEmpty();
              host.ticks(1);
            },
            new ApplyOverdue(3, 2, 40)),
        row(
            "a leader whose own disk is stuck",
            () -> Host.leader(knobs -> knobs.maxPersistTicks(3)),
            host -> {
              host.node.propose(bytes("a"));
              host.node.ready();
              host.ticks(3);
            },
            new SteppedDown(2, SteppedDown.Reason.PERSIST_TIMED_OUT),
            new RoleChanged(2, RoleName.LEADER, RoleName.FOLLOWER),
            new LeaderChanged(2, 0)),
        row(
            "a leader that hears from nobody",
            () -> Host.leader(knobs -> knobs.checkQuorum(true)),
            host -> host.ticks(10),
            new SteppedDown(2, SteppedDown.Reason.QUORUM_LOST),
            new RoleChanged(2, RoleName.LEADER, RoleName.FOLLOWER),
            new LeaderChanged(2, 0)),
        row(
            "a membership change",
            Host::leader,
            host -> {
              host.node.proposeConfChange(LEAVES);
              host.settle();
              host.step(accepted(2, 2, 3, 2));
            },
            new ConfigurationChanged(voters(2, 3))),
        row(
            "a leader that left, and the others know",
            EventTableTest::removed,
            host -> host.step(accepted(2, 2, 3, 3), accepted(3, 2, 3, 3)),
            new SteppedDown(2, SteppedDown.Reason.LEFT),
            new RoleChanged(2, RoleName.LEADER, RoleName.FOLLOWER),
            new LeaderChanged(2, 0)),
        row(
            "a leader that resigns",
            Host::leader,
            host -> host.node.resign(),
            new SteppedDown(2, SteppedDown.Reason.RESIGNED),
            new RoleChanged(2, RoleName.LEADER, RoleName.FOLLOWER),
            new LeaderChanged(2, 0)),
        row(
            "a leader that left, and the others do not get to know",
            EventTableTest::removed,
            host -> host.ticks(100),
            new SteppedDown(2, SteppedDown.Reason.LEAVE_TIMED_OUT),
            new RoleChanged(2, RoleName.LEADER, RoleName.FOLLOWER),
            new LeaderChanged(2, 0)),
        row(
            "entries that are removed",
            () -> {
              Host host = Host.follower();
              host.step(append(2, 2, 1, 1, 1, entries(2, 2, 2)));
              return host;
            },
            host -> host.step(append(2, 3, 1, 1, 1, entries(2, 3))),
            new RoleChanged(3, RoleName.FOLLOWER, RoleName.FOLLOWER),
            new LogTruncated(2, 3)),
        row(
            "a snapshot",
            Host::follower,
            host -> host.step(install(2, 2, snapshot(2, 9, voters(1, 2, 3)), 1)),
            new SnapshotAccepted(new LogId(2, 9))),
        row(
            "a follower that is out of reach",
            Host::leader,
            host -> host.node.reportUnreachable(2),
            new ReplicationChanged(2, PeerStatus.State.REPLICATE, PeerStatus.State.PROBE)),
        row(
            "a follower whose log is another one",
            Host::leader,
            host -> {
              host.node.propose(bytes("a"));
              host.settle();
              host.node.propose(bytes("b"));
              host.settle();
              host.step(rejected(2, 2, 3, 2, 2));
            },
            new ReplicationChanged(2, PeerStatus.State.REPLICATE, PeerStatus.State.PROBE)),
        row(
            "a snapshot that is refused",
            EventTableTest::sendsSnapshot,
            host -> host.step(notInstalled(2, 3, stored(host), 1)),
            new ReplicationChanged(2, PeerStatus.State.SNAPSHOT, PeerStatus.State.PROBE)),
        row(
            "a snapshot that the host could not send",
            EventTableTest::sendsSnapshot,
            host -> host.node.reportSnapshot(2, 1, SnapshotStatus.FAILED),
            new ReplicationChanged(2, PeerStatus.State.SNAPSHOT, PeerStatus.State.PROBE)),
        row(
            "a snapshot that nobody speaks of",
            EventTableTest::sendsSnapshot,
            host -> host.ticks(100),
            new ReplicationChanged(2, PeerStatus.State.SNAPSHOT, PeerStatus.State.PROBE)),
        row(
            "a snapshot that is installed",
            EventTableTest::sendsSnapshot,
            host -> host.step(installed(2, 3, stored(host), 1, 5)),
            new ReplicationChanged(2, PeerStatus.State.SNAPSHOT, PeerStatus.State.REPLICATE)),
        row(
            "entries that the disk has lost, and that come again",
            Host::follower,
            host -> host.step(heartbeat(2, 2, 3, 1), append(2, 2, 1, 1, 1, entries(2, 2, 2))),
            new MessageDropped(heartbeat(2, 2, 3, 1), DropReason.LOST_STATE),
            new StateLost(2, 1, 3),
            new StateRegained(3)),
        row(
            "a snapshot that no message can carry",
            EventTableTest::sendsSnapshot,
            host -> {
              host.disk.createSnapshot(6, voters(1, 2, 3), rope(Integer.MAX_VALUE - 29));
              host.node.reportSnapshot(2, host.peer(2).snapshotAttempt(), SnapshotStatus.FAILED);
              host.ticks(1);
              host.step(heartbeatResponse(2, 3, 1));
            },
            new ReplicationChanged(2, PeerStatus.State.SNAPSHOT, PeerStatus.State.PROBE),
            new SnapshotTooLarge(2, new LogId(2, 6), Integer.MAX_VALUE - 29)),
        row(
            "a forwarded proposal",
            Host::follower,
            host -> host.step(proposeAccepted(2, 2, 9)),
            new ForwardAnswered(2, true)),
        row(
            "a message that is dropped",
            Host::follower,
            host -> host.step(heartbeat(3, 2, 1, 1)),
            new MessageDropped(heartbeat(3, 2, 1, 1), DropReason.SECOND_LEADER)),
        row(
            "a message that is not sent",
            () -> Host.follower(knobs -> knobs.maxOutboxMessages(1).forwardProposals(true)),
            host -> {
              host.node.propose(bytes("a"));
              host.node.propose(bytes("b"));
            },
            new OutgoingDropped(
                message(0, 0)
                    .setFrom(1)
                    .setTo(2)
                    .setPropose(
                        Messages.propose(2, bytes("b")).getPropose().toBuilder()
                            .setRequest(Messages.request(0, 2)))
                    .build(),
                DropReason.OUTBOX_LIMIT)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("events")
  void isTold(String story, Supplier<Host> node, Consumer<Host> input, List<RaftEvent> events) {
    Host host = node.get();
    host.events.clear();

    input.accept(host);

    assertThat(host.events).as(story).containsExactlyElementsOf(events);
  }

  @Test
  void everyEventIsInThisTable() {
    Set<Class<?>> told = expected().<Class<?>>map(RaftEvent::getClass).collect(Collectors.toSet());

    assertThat(told).containsExactlyInAnyOrder(RaftEvent.class.getPermittedSubclasses());
    assertThat(
            expected()
                .filter(SteppedDown.class::isInstance)
                .map(event -> ((SteppedDown) event).reason()))
        .containsExactlyInAnyOrder(SteppedDown.Reason.values());
  }

  private static Stream<RaftEvent> expected() {
    return events().flatMap(row -> ((List<?>) row.get()[3]).stream()).map(RaftEvent.class::cast);
  }
}
