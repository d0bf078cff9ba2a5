package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tickraft.core.DropReason;
import io.tickraft.core.LogId;
import io.tickraft.core.PeerStatus.State;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RoleName;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.slf4j.LoggerFactory;

/** What an operator reads of what a node drops and does. */
// Each test collects all lines of the one logger, so that two at a time would see each other's.
@Execution(ExecutionMode.SAME_THREAD)
class EventLoggerTest {

  /** No node of another test, which may run at the same time, has this id. */
  private static final long ID = 7_001;

  private final Logger logger = logger();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private long nanos;
  private boolean removed;
  private final EventLogger events = new EventLogger(ID, () -> nanos, () -> removed);

  /** While another test, in another thread, initializes SLF4J, there are only substitutes. */
  private static Logger logger() {
    while (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext)) {
      Thread.onSpinWait();
    }
    return (Logger) LoggerFactory.getLogger(EventLogger.class);
  }

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false); // They point to trouble, and there is none.
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void hangUp() {
    logger.detachAppender(lines);
    logger.setLevel(null);
    logger.setAdditive(true);
  }

  private void dropHeartbeat(long from, DropReason reason) {
    Message message =
        Message.newBuilder().setFrom(from).setHeartbeat(Heartbeat.getDefaultInstance()).build();
    events.onEvent(new RaftEvent.MessageDropped(message, reason));
  }

  /** The lines since the last call. */
  private List<String> written() {
    List<String> own =
        List.copyOf(lines.list).stream()
            .map(ILoggingEvent::getFormattedMessage)
            .filter(line -> line.startsWith("node " + ID + ": "))
            .toList();
    lines.list.clear();
    return own;
  }

  @Test
  void whatIsDroppedAgainAndAgainIsALineAMinuteWithHowManyThereWere() {
    for (int tick = 0; tick <= 600; tick++) {
      nanos = TimeUnit.MILLISECONDS.toNanos(100L * tick);
      dropHeartbeat(3, DropReason.SECOND_LEADER);
    }
    assertThat(written())
        .containsExactly(
            "node 7001: dropped a Heartbeat from node 3: SECOND_LEADER",
            "node 7001: dropped a Heartbeat from node 3, 600 times since the last such line:"
                + " SECOND_LEADER");
  }

  @Test
  void anotherSenderOrReasonIsAnotherLine() {
    dropHeartbeat(2, DropReason.SECOND_LEADER);
    dropHeartbeat(3, DropReason.SECOND_LEADER);
    dropHeartbeat(3, DropReason.OTHER_GROUP);
    dropHeartbeat(2, DropReason.SECOND_LEADER);
    assertThat(written())
        .containsExactly(
            "node 7001: dropped a Heartbeat from node 2: SECOND_LEADER",
            "node 7001: dropped a Heartbeat from node 3: SECOND_LEADER",
            "node 7001: dropped a Heartbeat from node 3: OTHER_GROUP");
  }

  @Test
  void whatPointsToLostDataSaysWhatToDo() {
    dropHeartbeat(3, DropReason.LOST_STATE);
    assertThat(written())
        .hasSize(1)
        .allSatisfy(
            line ->
                assertThat(line)
                    .endsWith(
                        ": this node, or node 3, has lost data that it had acknowledged: remove it"
                            + " from the group and let it join under a new id with an empty"
                            + " directory"));
  }

  @Test
  void whatIsHarmlessIsNoLine() {
    dropHeartbeat(3, DropReason.STALE_TERM);
    assertThat(written()).isEmpty();
  }

  @Test
  void whatAnOperatorWantsToKnowIsALine() {
    events.onEvent(new RaftEvent.RoleChanged(3, RoleName.FOLLOWER, RoleName.PRE_CANDIDATE));
    events.onEvent(new RaftEvent.RoleChanged(4, RoleName.FOLLOWER, RoleName.FOLLOWER));
    events.onEvent(new RaftEvent.LeaderChanged(4, 2));
    events.onEvent(new RaftEvent.LeaderChanged(5, ID));
    events.onEvent(new RaftEvent.ReplicationChanged(2, State.PROBE, State.SNAPSHOT));
    events.onEvent(new RaftEvent.ReplicationChanged(2, State.SNAPSHOT, State.PROBE));
    events.onEvent(new RaftEvent.VoteAnswered(6, 2, true));
    events.onEvent(new RaftEvent.PersistOverdue(1, 10));
    assertThat(written())
        .containsExactly(
            "node 7001: pre-candidate in term 3, was follower",
            "node 7001: leader 2 in term 4",
            "node 7001: replication to 2: snapshot, was probe",
            "node 7001: persisting overdue: 1 Readys outstanding, the oldest for 10 ticks");
  }

  @Test
  void aNodeThatIsRemovedSaysThatItCanBeStopped() {
    ConfState without = ConfState.newBuilder().addVoters(1).addVoters(2).build();
    events.onEvent(new RaftEvent.ConfigurationChanged(without.toBuilder().addLearners(ID).build()));
    removed = true;
    events.onEvent(new RaftEvent.ConfigurationChanged(without));
    assertThat(written())
        .containsExactly(
            "node 7001: configuration in effect: voters {1,2} learners {7001}",
            "node 7001: configuration in effect: voters {1,2}",
            "node 7001: removed from the group for good, serves no clients: stop it, and delete its"
                + " directory");
  }

  @Test
  void whatADiskHasLostAndWhatCannotBeSentIsALine() {
    events.onEvent(new RaftEvent.StateLost(2, 5, 9));
    events.onEvent(new RaftEvent.StateRegained(9));
    events.onEvent(new RaftEvent.SnapshotTooLarge(3, new LogId(2, 7), Integer.MAX_VALUE));
    assertThat(written())
        .containsExactly(
            "node 7001: lost entries: the log ends at 5, leader 2 has seen it reach 9: no votes, no"
                + " campaign, no reads until it reaches 9",
            "node 7001: lost entries regained: the log reaches 9",
            "node 7001: snapshot (2,7) too large for 3: no message can carry its 2147483647 bytes");
  }
}
