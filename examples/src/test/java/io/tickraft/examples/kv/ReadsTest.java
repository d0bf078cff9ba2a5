package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.command.KvMap;
import io.tickraft.examples.kv.command.Lookup;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;
import io.tickraft.proto.ReadAbortReason;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** How each read of a client ends on a follower, with a real Raft node; the test is its leader. */
class ReadsTest {

  private static final long TIMEOUT_MILLIS = 60_000;
  private static final long LEADER = 2;
  private static final long TERM = 5;

  private final MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
  private final RawNode node = RawNode.open(RaftConfig.builder(1).build(), storage);
  private final List<RequestId> asked = new ArrayList<>();
  private long applied = 1;

  /** A map of which only the size shows, by which a test knows when it was read. */
  private final KvMap map =
      new KvMap() {
        @Override
        public Optional<ByteString> get(ByteString key) {
          return Optional.empty();
        }

        @Override
        public OptionalInt length(ByteString key) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void visitKeys(Optional<ByteString> after, Predicate<ByteString> visitor) {
          throw new UnsupportedOperationException();
        }

        @Override
        public long size() {
          return applied;
        }
      };

  /** Without a pause between two attempts. */
  private final Reads reads = new Reads(map, () -> applied, () -> {}, TIMEOUT_MILLIS, 0);

  private Answer read() {
    Answer answer = new Answer(() -> {});
    reads.read(new Lookup.Size(), answer);
    return answer;
  }

  /** As the loop does. */
  private void work() {
    reads.askOn(RaftNode.of(node));
    while (node.hasReady()) {
      Ready ready = node.ready();
      storage.persist(ready);
      for (Message message : ready.messages()) {
        if (message.hasReadIndex()) {
          asked.add(message.getReadIndex().getRequest());
        }
      }
      for (Entry entry : ready.committedEntries()) {
        applied = entry.getIndex();
      }
      reads.complete(ready.readStates());
      node.advance(ready);
    }
    reads.answer();
  }

  private void step(Message.Builder message) {
    node.step(message.setFrom(LEADER).setTo(1).build());
    work();
  }

  private void follow() {
    step(Message.newBuilder().setTerm(TERM).setHeartbeat(Heartbeat.newBuilder().setRound(1)));
  }

  private void append(long index) {
    step(
        Message.newBuilder()
            .setTerm(TERM)
            .setAppend(
                Append.newBuilder()
                    .setPrev(
                        EntryId.newBuilder().setIndex(index - 1).setTerm(storage.term(index - 1)))
                    .addEntries(
                        Entry.newBuilder()
                            .setIndex(index)
                            .setTerm(TERM)
                            .setType(EntryType.ENTRY_TYPE_NO_OP))
                    .setCommit(index)));
  }

  private void confirm(RequestId request, long index) {
    step(
        Message.newBuilder()
            .setReadIndexResponse(
                ReadIndexResponse.newBuilder()
                    .setRequest(request)
                    .setReady(ReadIndexResponse.Ready.newBuilder().setIndex(index))));
  }

  private static String error(Answer answer) {
    return ((Reply.Failure) answer.reply().orElseThrow()).text();
  }

  private void expire(long afterMillis) {
    reads.expire(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(afterMillis));
  }

  @Test
  void readsThatWaitTogetherShareOneQuestionAndAreAnsweredWhenItsIndexIsApplied() {
    follow();
    Answer one = read();
    Answer two = read();
    work();
    assertThat(asked).hasSize(1);
    confirm(asked.get(0), 3);
    append(2);
    assertThat(one.reply()).isEmpty();
    append(3);
    assertThat(one.reply()).contains(new Reply.Int(3));
    assertThat(two.reply()).contains(new Reply.Int(3));
  }

  @Test
  void whatIsAppliedAlreadyIsReadAtOnce() {
    follow();
    append(2);
    Answer read = read();
    work();
    confirm(asked.get(0), 2);
    assertThat(read.reply()).contains(new Reply.Int(2));
  }

  @Test
  void aReadThatComesLaterIsNotServedByAnEarlierQuestion() {
    follow();
    Answer early = read();
    work();
    Answer late = read();
    work();
    assertThat(asked).hasSize(2);
    confirm(asked.get(0), 1);
    assertThat(early.reply()).isPresent();
    assertThat(late.reply()).isEmpty();
    confirm(asked.get(1), 1);
    assertThat(late.reply()).isPresent();
  }

  @Test
  void anAbortedReadIsTriedAgain() {
    follow();
    Answer read = read();
    work();
    step(
        Message.newBuilder()
            .setReadIndexResponse(
                ReadIndexResponse.newBuilder()
                    .setRequest(asked.get(0))
                    .setAborted(
                        ReadIndexResponse.Aborted.newBuilder()
                            .setReason(ReadAbortReason.READ_ABORT_REASON_NOT_LEADER)
                            .setLeader(LEADER))));
    assertThat(read.reply()).isEmpty();
    work();
    assertThat(asked).hasSize(2);
    confirm(asked.get(1), 1);
    assertThat(read.reply()).contains(new Reply.Int(1));
  }

  @Test
  void aReadWithoutALeaderWaitsForOne() {
    Answer read = read();
    work();
    expire(0);
    assertThat(read.reply()).isEmpty();
    follow();
    assertThat(asked).hasSize(1);
    confirm(asked.get(0), 1);
    assertThat(read.reply()).contains(new Reply.Int(1));
  }

  @Test
  void withoutALeaderForTooLongTheClusterIsDown() {
    Answer read = read();
    work();
    expire(TIMEOUT_MILLIS);
    assertThat(error(read)).isEqualTo("CLUSTERDOWN No leader is known");
  }

  @Test
  void withoutAnAnswerForTooLongTheReadTimesOutAndOnlyOnce() {
    follow();
    Answer read = read();
    work();
    expire(TIMEOUT_MILLIS);
    assertThat(error(read)).isEqualTo("NOTAPPLIED timed out before the read could be answered");
    confirm(asked.get(0), 1);
    assertThat(error(read)).startsWith("NOTAPPLIED timed out");
  }

  @Test
  void whoStillWaitsAtTheEndIsToldSo() {
    follow();
    Answer underWay = read();
    work();
    Answer arrived = read();
    reads.close();
    assertThat(error(underWay)).startsWith("NOTAPPLIED the node stopped");
    assertThat(error(arrived)).startsWith("NOTAPPLIED the node stopped");
  }
}
