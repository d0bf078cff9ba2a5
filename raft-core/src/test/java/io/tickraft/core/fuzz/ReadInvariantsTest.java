package io.tickraft.core.fuzz;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.fuzz.ReadInvariants.Rule;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.ReadIndex;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows each rule of {@link ReadInvariants} breaking, with made-up observations of node 1. */
class ReadInvariantsTest {

  private static final ConfState VOTERS =
      ConfState.newBuilder().addVoters(1).addVoters(2).addVoters(3).build();
  private static final Observation LEADER = observation(RoleName.LEADER, 1);
  private static final Observation FOLLOWER = observation(RoleName.FOLLOWER, 2);
  private static final ByteString A = ByteString.copyFromUtf8("a");
  private static final ReadResult ACCEPTED = new ReadResult.Accepted();
  private static final RequestId REQUEST = RequestId.newBuilder().setSequence(7).build();

  private final ReadInvariants checker =
      new ReadInvariants(RaftConfig.builder(1).maxPendingReads(2).build());

  /** In term 2, with the log (1,1) to (1,3) and (2,4) to (2,6), of which 5 are committed. */
  private static Observation observation(RoleName role, long leader) {
    return new Observation(role, 2, 0, leader, 1, 6, 2, 6, 5, 5, VOTERS, List.of(), 0, 0, false);
  }

  private static NaiveLog log() {
    List<Entry> entries = new ArrayList<>();
    for (int index = 1; index <= 6; index++) {
      entries.add(Entry.newBuilder().setIndex(index).setTerm(index < 4 ? 1 : 2).build());
    }
    NaiveLog log = new NaiveLog();
    log.write(ready(entries, List.of(), List.of()));
    return log;
  }

  private static Taken ready(List<Entry> entries, List<ReadState> states, List<Message> messages) {
    return new Taken(
        1,
        Optional.empty(),
        entries,
        Optional.empty(),
        false,
        messages,
        List.of(),
        List.of(),
        Optional.empty(),
        states,
        List.of());
  }

  private void ends(ReadState... states) {
    checker.taken(ready(List.of(), List.of(states), List.of()), LEADER, log());
  }

  private void sends(Message.Builder... messages) {
    List<Message> sent = new ArrayList<>();
    for (Message.Builder message : messages) {
      sent.add(message.setFrom(1).build());
    }
    checker.taken(ready(List.of(), List.of(), sent), LEADER, log());
  }

  private static Message.Builder heartbeat(long round) {
    return Message.newBuilder()
        .setTo(2)
        .setTerm(2)
        .setHeartbeat(Heartbeat.newBuilder().setRound(round));
  }

  private static Message answer(long from, long round) {
    return Message.newBuilder()
        .setFrom(from)
        .setTerm(2)
        .setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(round))
        .build();
  }

  private static Message asked() {
    return Message.newBuilder()
        .setFrom(3)
        .setReadIndex(ReadIndex.newBuilder().setRequest(REQUEST))
        .build();
  }

  private static Message.Builder ready(long index) {
    return Message.newBuilder()
        .setTo(3)
        .setReadIndexResponse(
            ReadIndexResponse.newBuilder()
                .setRequest(REQUEST)
                .setReady(ReadIndexResponse.Ready.newBuilder().setIndex(index)));
  }

  private static ReadState confirmed(long index) {
    return new ReadState.Confirmed(A, index);
  }

  @Test
  void aReadThatAQuorumConfirmsBreaksNoRule() {
    sends(heartbeat(4));
    checker.read(A, ACCEPTED, LEADER);
    sends(heartbeat(5));
    checker.processed(answer(2, 5));
    ends(confirmed(5));
    checker.allEnded();
  }

  @Test
  void readsOfTheSameNameBreakNoRule() {
    checker.read(A, ACCEPTED, FOLLOWER);
    checker.read(A, ACCEPTED, FOLLOWER);
    ends(confirmed(99), new ReadState.Aborted(A, ReadState.Reason.TIMED_OUT, 0));
    checker.read(A, new ReadResult.Rejected(ReadResult.Reason.NO_LEADER, 0), FOLLOWER);
    checker.allEnded();
  }

  @Test
  void anAnswerToEachRequestBreaksNoRule() {
    checker.processed(asked());
    checker.processed(asked());
    sends(ready(5), ready(5));
  }

  @ParameterizedTest
  @EnumSource
  void breaks(Rule rule) {
    assertThatThrownBy(() -> provoke(rule))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(rule + ":");
  }

  private void provoke(Rule rule) {
    switch (rule) {
      case A_READ_ENDS_THAT_WAS_NOT_ACCEPTED -> {
        checker.read(A, ACCEPTED, FOLLOWER);
        ends(confirmed(5), confirmed(5));
      }
      case A_READ_NEVER_ENDS -> {
        checker.read(A, ACCEPTED, FOLLOWER);
        checker.allEnded();
      }
      case TOO_MANY_READS_WAIT -> {
        checker.read(A, ACCEPTED, FOLLOWER);
        checker.read(A, ACCEPTED, FOLLOWER);
        checker.read(A, ACCEPTED, FOLLOWER);
      }
      case A_READ_ACCEPTED_WITHOUT_A_LEADER ->
          checker.read(A, ACCEPTED, observation(RoleName.FOLLOWER, 0));
      case A_READ_OF_A_NODE_THAT_LOST_STATE -> {
        Observation lost =
            new Observation(
                RoleName.FOLLOWER, 2, 0, 2, 1, 6, 2, 6, 5, 5, VOTERS, List.of(), 0, 9, false);
        checker.read(A, ACCEPTED, lost);
      }
      case A_READ_OF_THE_PAST -> {
        checker.read(A, ACCEPTED, LEADER);
        checker.processed(answer(2, 1));
        ends(confirmed(4));
      }
      case A_READ_OF_THE_FUTURE -> {
        checker.read(A, ACCEPTED, LEADER);
        checker.processed(answer(2, 1));
        ends(confirmed(6));
      }
      case A_READ_BEFORE_A_COMMIT_OF_THE_TERM -> {
        Observation early =
            new Observation(
                RoleName.LEADER, 2, 1, 1, 1, 6, 2, 6, 3, 3, VOTERS, List.of(), 0, 0, false);
        checker.read(A, ACCEPTED, early);
        checker.processed(answer(2, 1));
        ends(confirmed(3));
      }
      case A_READ_WITHOUT_A_QUORUM -> {
        sends(heartbeat(4));
        checker.read(A, ACCEPTED, LEADER);
        checker.processed(answer(2, 4)); // Of a round from before.
        checker.processed(answer(4, 5)); // No voter.
        ends(confirmed(5));
      }
      case AN_ANSWER_THAT_WAS_NOT_ASKED_FOR -> {
        checker.processed(asked());
        sends(ready(5), ready(5));
      }
      case INDEX_OF_AN_ANSWER -> {
        checker.processed(asked());
        sends(ready(6));
      }
    }
  }
}
