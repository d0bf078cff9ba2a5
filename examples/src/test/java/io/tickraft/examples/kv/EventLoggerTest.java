package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tickraft.core.DropReason;
import io.tickraft.core.RaftEvent;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What an operator reads of what a node drops. */
class EventLoggerTest {

  /** No node of another test, which may run at the same time, has this id. */
  private static final long ID = 7_001;

  private final Logger logger = (Logger) LoggerFactory.getLogger(EventLogger.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private long nanos;
  private final EventLogger events = new EventLogger(ID, () -> nanos);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false); // They point to trouble, and there is none.
  }

  @AfterEach
  void hangUp() {
    logger.detachAppender(lines);
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
            "node 7001: dropped a HEARTBEAT from node 3: SECOND_LEADER",
            "node 7001: dropped a HEARTBEAT from node 3, 600 times since the last such line:"
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
            "node 7001: dropped a HEARTBEAT from node 2: SECOND_LEADER",
            "node 7001: dropped a HEARTBEAT from node 3: SECOND_LEADER",
            "node 7001: dropped a HEARTBEAT from node 3: OTHER_GROUP");
  }

  @Test
  void whatPointsToLostDataSaysWhatToDo() {
    dropHeartbeat(3, DropReason.LOST_STATE);
    dropHeartbeat(3, DropReason.CONTRADICTS_COMMITTED);
    assertThat(written())
        .hasSize(2)
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
}
