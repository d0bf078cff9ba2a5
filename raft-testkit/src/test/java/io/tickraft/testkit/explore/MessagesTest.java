package io.tickraft.testkit.explore;

import static io.tickraft.testkit.explore.Logs.log;
import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.installSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import org.junit.jupiter.api.Test;

class MessagesTest {

  private final Messages messages = new Messages(Symmetry.among(3, 3));

  private static Message message(long from, long to, long term) {
    return append(fromNode(from).to(to).term(term)).prev(1, 1).commit(1).build();
  }

  private int number(Message message) {
    return messages.numberOf(message, Log.EMPTY);
  }

  @Test
  void equalMessagesAreOne() {
    int first = number(message(1, 2, 2));
    int other = number(message(1, 3, 2));
    assertThat(number(message(1, 2, 2))).isEqualTo(first);
    assertThat(number(message(1, 2, 3))).isNotIn(first, other);
    assertThat(messages.size()).isEqualTo(3);
    assertThat(messages.message(other)).isEqualTo(message(1, 3, 2));
    assertThat(messages.to(other)).isEqualTo(2);
  }

  @Test
  void aHashUnderANamingIsThatOfTheRenamedMessage() {
    Symmetry symmetry = Symmetry.among(3, 3);
    long[] hashes = messages.hashes(number(message(1, 2, 2)));
    assertThat(hashes).hasSize(6).doesNotHaveDuplicates();
    for (int naming = 0; naming < hashes.length; naming++) {
      long from = symmetry.names(naming).applyAsLong(1);
      long to = symmetry.names(naming).applyAsLong(2);
      assertThat(hashes[naming]).isEqualTo(messages.hashes(number(message(from, to, 2)))[0]);
    }
  }

  // Snapshots.

  private static Message snapshot(long voter) {
    ConfState members = ConfState.newBuilder().addVoters(voter).addVoters(3).build();
    Snapshot snapshot =
        Snapshot.newBuilder()
            .setMetadata(SnapshotMetadata.newBuilder().setIndex(2).setTerm(1).setConfState(members))
            .build();
    return installSnapshot(fromNode(1).to(2).term(2), snapshot).attempt(1).build();
  }

  @Test
  void theVotersInASnapshotAreRenamedToo() {
    Symmetry symmetry = Symmetry.among(3, 3);
    long[] hashes = messages.hashes(number(snapshot(1)));
    for (int naming = 1; naming < hashes.length; naming++) {
      if (symmetry.names(naming).applyAsLong(2) == 2) {
        // Voters 1 and 3 become voters 3 and 1.
        Message swapped = snapshot(1).toBuilder().setFrom(3).build();
        assertThat(hashes[naming]).isEqualTo(messages.hashes(number(swapped))[0]);
        Message otherVoters = snapshot(2).toBuilder().setFrom(3).build();
        assertThat(hashes[naming]).isNotEqualTo(messages.hashes(number(otherVoters))[0]);
        return;
      }
    }
    throw new AssertionError("no naming swaps nodes 1 and 3");
  }

  @Test
  void aSnapshotGoesWithTheLogOfItsSender() {
    Log log = log("1a 1b");
    int number = messages.numberOf(snapshot(1), log);
    assertThat(messages.log(number)).isSameAs(log);
    assertThat(messages.numberOf(snapshot(1), log("1a 1b"))).isEqualTo(number);
    // The snapshot is the same, but it covers other entries.
    assertThat(messages.numberOf(snapshot(1), log("1x 1b"))).isNotEqualTo(number);
  }

  @Test
  void anotherMessageGoesWithoutALog() {
    int number = messages.numberOf(message(1, 2, 2), log("1a"));
    assertThat(messages.log(number)).isSameAs(Log.EMPTY);
    assertThat(messages.numberOf(message(1, 2, 2), log("1a 1b"))).isEqualTo(number);
  }
}
