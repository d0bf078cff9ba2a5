package io.tickraft.core.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.Bootstrap;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Append;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.proto.VoteResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes arrive as a message, they do not hurt a node in any role.
 *
 * <p>In every build the inputs that are kept are run again. To search for new ones:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 ./mvnw -Dgates.skip -pl raft-core -am test \
 *     -Dtest=MessageBytesFuzzTest -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 *
 * An input that breaks something is written to {@code
 * raft-core/src/test/resources/io/tickraft/core/fuzz/MessageBytesFuzzTestInputs}, from where it is
 * run from then on.
 */
class MessageBytesFuzzTest {

  private static final long ID = 1;

  private static final ConfState THREE = Bootstrap.snapshot(1, 2, 3).getMetadata().getConfState();

  /** Valid messages of all kinds to begin with. */
  static Stream<Arguments> messages() {
    List<Message> messages = new ArrayList<>();
    PlausibleMessages plausible =
        new PlausibleMessages(new Dice(1), ID, 0, List.of(2L, 3L), List.of(THREE), 0);
    for (FuzzedNode node : nodes()) {
      for (int i = 0; i < 40; i++) {
        messages.add(plausible.next(node.now(), node.log()));
      }
    }
    return messages.stream().map(Message::toByteArray).map(Arguments::of);
  }

  @MethodSource("messages")
  @FuzzTest(maxDuration = "5m") // The last annotation, or Jazzer refuses.
  void noBytesHurtANode(byte[] bytes) {
    Message message;
    try {
      message = Message.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return; // Never gets past the host's decoder.
    }
    for (FuzzedNode node : nodes()) {
      node.step(message);
      node.drain();
      node.tick();
      node.step(message);
      node.drain();
    }
  }

  /** A node in each role, in the order in which they get there. */
  private static List<FuzzedNode> nodes() {
    FuzzedNode waiting = node(Optional.of(Bootstrap.snapshot(1, 2, 3)));
    FuzzedNode following = node(Optional.of(Bootstrap.snapshot(1, 2, 3)));
    follow(following);
    FuzzedNode behind = node(Optional.of(Bootstrap.snapshot(1, 2, 3)));
    follow(behind);
    behind.take(); // which is never written before the message
    FuzzedNode campaigning = node(Optional.of(Bootstrap.snapshot(1, 2, 3)));
    campaigning.campaign();
    campaigning.drain();
    FuzzedNode leading = node(Optional.of(Bootstrap.snapshot(1, 2, 3)));
    lead(leading);
    FuzzedNode alone = node(Optional.of(Bootstrap.snapshot(1)));
    alone.campaign();
    alone.drain();
    alone.propose(List.of(ByteString.copyFromUtf8("a"), ByteString.EMPTY));
    FuzzedNode joining = node(Optional.empty());
    FuzzedNode learning =
        node(
            Optional.of(
                snapshot(
                    ConfState.newBuilder().addVoters(2).addVoters(3).addLearners(ID).build())));
    follow(learning);
    return List.of(waiting, following, behind, campaigning, leading, alone, joining, learning);
  }

  private static FuzzedNode node(Optional<Snapshot> snapshot) {
    return new FuzzedNode(
        () ->
            RaftConfig.builder(ID)
                .preVote(false)
                .checkQuorum(false)
                .maxUnstableBytes(100)
                .maxAppendBytes(50)
                .maxInflightAppends(2)
                .maxUncommittedBytes(100)
                .maxCommittedBytesPerReady(50)
                .maxOutboxMessages(8),
        snapshot,
        snapshot.isEmpty() ? HardState.getDefaultInstance() : Bootstrap.hardState());
  }

  private static Snapshot snapshot(ConfState confState) {
    return Snapshot.newBuilder()
        .setMetadata(SnapshotMetadata.newBuilder().setIndex(1).setTerm(1).setConfState(confState))
        .build();
  }

  /** Node 2 leads in term 2; the entries 2 to 4 are there, and 2 is committed. */
  private static void follow(FuzzedNode node) {
    Append.Builder append =
        Append.newBuilder().setPrev(EntryId.newBuilder().setIndex(1).setTerm(1));
    for (long index = 2; index <= 4; index++) {
      append.addEntries(
          Entry.newBuilder()
              .setTerm(2)
              .setIndex(index)
              .setType(EntryType.ENTRY_TYPE_COMMAND)
              .setData(ByteString.copyFromUtf8("data")));
    }
    node.step(
        Message.newBuilder()
            .setFrom(2)
            .setTo(ID)
            .setTerm(2)
            .setAppend(append.setCommit(2))
            .build());
  }

  /** The node leads in term 2, with entries that it has sent and that are not acknowledged. */
  private static void lead(FuzzedNode node) {
    node.campaign();
    node.drain();
    node.step(
        Message.newBuilder()
            .setFrom(2)
            .setTo(ID)
            .setTerm(2)
            .setVoteResponse(
                VoteResponse.newBuilder().setGranted(VoteResponse.Granted.getDefaultInstance()))
            .build());
    node.propose(List.of(ByteString.copyFromUtf8("a"), ByteString.copyFromUtf8("b")));
    node.drain();
    if (node.now().role() != RoleName.LEADER) {
      throw new AssertionError("not elected: " + node.now());
    }
  }
}
