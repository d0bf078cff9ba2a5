package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The map from one node to another, and where crashes may fall meanwhile. */
class SnapshotTest {

  private static final int KEYS = 500;

  @TempDir Path dir;

  private Path leaderDir = Path.of("");
  private Path followerDir = Path.of("");

  @BeforeEach
  void setUp() {
    leaderDir = dir.resolve("leader");
    followerDir = dir.resolve("follower");
  }

  private static void fill(StoredNode leader) {
    for (int i = 0; i < KEYS; i++) {
      leader.set("key" + i, "value " + i + "x".repeat(i));
    }
    leader.run(
        new Command.Set(ByteString.EMPTY, ByteString.EMPTY, Command.Condition.ALWAYS, false));
  }

  private static SnapshotStaging stage(MapView view, StoredNode follower) throws IOException {
    SnapshotStaging staging = follower.store.machine().stage();
    for (ByteString chunk = view.nextChunk(1_000);
        !chunk.isEmpty();
        chunk = view.nextChunk(1_000)) {
      staging.add(chunk);
    }
    return staging;
  }

  private static Message install(Snapshot snapshot, ByteString data) {
    return Message.newBuilder()
        .setFrom(2)
        .setTo(1)
        .setGroup(1)
        .setTerm(9)
        .setInstallSnapshot(
            InstallSnapshot.newBuilder()
                .setAttempt(1)
                .setSnapshot(snapshot.toBuilder().setData(data)))
        .build();
  }

  private static Snapshot snapshot(StoredNode leader) {
    return ((Storage.SnapshotResult.Available) leader.store.log().snapshot()).snapshot();
  }

  @Test
  void aFollowerComesToTheSameMapAndKeepsIt() throws IOException {
    try (StoredNode leader = StoredNode.leader(leaderDir);
        StoredNode follower = new StoredNode(followerDir, 1, 2)) {
      fill(leader);
      Snapshot snapshot = snapshot(leader);
      try (MapView view = leader.store.machine().view()) {
        // What comes later does not show.
        leader.set("later", "x");
        SnapshotStaging staging = stage(view, follower);
        assertThat(staging.size()).isEqualTo(KEYS + 1);
        follower.node.step(install(snapshot, staging.complete(snapshot.getData())));
        follower.work();
        follower.store.machine().discardUnlessRestored(staging);
      }
      assertThat(follower.store.machine().size()).isEqualTo(KEYS + 1);
      assertThat(follower.store.machine().members()).isEqualTo(leader.store.machine().members());
      assertThat(follower.digest()).isNotEqualTo(leader.digest());
      leader.run(new Command.Delete(List.of(ByteString.copyFromUtf8("later"))));
      assertThat(follower.digest()).isEqualTo(leader.digest());
      assertThat(follower.store.log().firstIndex())
          .isEqualTo(snapshot.getMetadata().getIndex() + 1);
      assertThat(follower.store.machine().applied().index())
          .isEqualTo(snapshot.getMetadata().getIndex());
    }
    try (StoredNode leader = StoredNode.leader(leaderDir);
        StoredNode follower = new StoredNode(followerDir, 1, 2)) {
      assertThat(follower.digest()).isEqualTo(leader.digest());
      assertThat(follower.store.machine().size()).isEqualTo(KEYS + 1);
    }
  }

  @Test
  void aCrashBeforeTheWriteLeavesTheOldStateAndNoRest() throws IOException {
    try (StoredNode leader = StoredNode.leader(leaderDir)) {
      fill(leader);
      String empty;
      try (StoredNode follower = new StoredNode(followerDir, 1, 2);
          MapView view = leader.store.machine().view()) {
        empty = follower.digest();
        SnapshotStaging staging = stage(view, follower);
        follower.node.step(install(snapshot(leader), staging.complete(snapshot(leader).getData())));
        assertThat(follower.node.ready().snapshot()).isPresent();
      }
      try (StoredNode follower = new StoredNode(followerDir, 1, 2)) {
        assertThat(follower.digest()).isEqualTo(empty);
        assertThat(follower.store.machine().applied().index()).isEqualTo(1);
        assertThat(follower.store.log().lastIndex()).isEqualTo(1);
      }
      NodeDatabase database = NodeDatabase.open(followerDir);
      assertThat(database.lastGeneration()).isZero();
      database.close();
    }
  }

  @Test
  void aCrashAfterTheWriteAndBeforeTheMachineGoesOnLeavesTheNewState() throws IOException {
    try (StoredNode leader = StoredNode.leader(leaderDir)) {
      fill(leader);
      Path image = dir.resolve("image");
      try (StoredNode follower = new StoredNode(followerDir, 1, 2);
          MapView view = leader.store.machine().view()) {
        SnapshotStaging staging = stage(view, follower);
        follower.node.step(install(snapshot(leader), staging.complete(snapshot(leader).getData())));
        Ready ready = follower.node.ready();
        follower.store.log().persist(ready);
        StoredNode.image(followerDir, image);
      }
      try (StoredNode follower = new StoredNode(image, 1, 2)) {
        assertThat(follower.digest()).isEqualTo(leader.digest());
        assertThat(follower.store.machine().applied()).isEqualTo(leader.store.machine().applied());
        assertThat(follower.store.log().firstIndex())
            .isEqualTo(leader.store.machine().applied().index() + 1);
      }
    }
  }

  @Test
  void aSnapshotThatTheNodeHasNoUseForIsDropped() throws IOException {
    try (StoredNode leader = StoredNode.leader(leaderDir);
        StoredNode follower = new StoredNode(followerDir, 1, 2)) {
      fill(leader);
      Snapshot snapshot = snapshot(leader);
      for (int i = 0; i < 2; i++) {
        try (MapView view = leader.store.machine().view()) {
          SnapshotStaging staging = stage(view, follower);
          follower.node.step(install(snapshot, staging.complete(snapshot.getData())));
          follower.work();
          follower.store.machine().discardUnlessRestored(staging);
        }
        assertThat(follower.digest()).isEqualTo(leader.digest());
      }
    }
    NodeDatabase database = NodeDatabase.open(followerDir);
    assertThat(database.lastGeneration()).isEqualTo(1);
    database.close();
  }

  @Test
  void whoReadsTheOldMapMayReadItToTheEnd() throws IOException {
    try (StoredNode leader = StoredNode.leader(leaderDir);
        StoredNode other = StoredNode.leader(dir.resolve("other"));
        StoredNode follower = new StoredNode(followerDir, 1, 2)) {
      fill(leader);
      for (int i = 0; i < 2; i++) {
        leader.set("again", "x" + i);
        try (MapView old = follower.store.machine().view();
            MapView view = leader.store.machine().view()) {
          String before = follower.digest();
          SnapshotStaging staging = stage(view, follower);
          follower.node.step(
              install(snapshot(leader), staging.complete(snapshot(leader).getData())));
          follower.work();
          assertThat(follower.digest()).isNotEqualTo(before);
          assertThat(old.digest()).isEqualTo(before);
        }
      }
      assertThat(other.store.machine().size()).isZero();
    }
  }

  @Test
  void aDamagedChunkIsRefused() {
    try (StoredNode follower = new StoredNode(followerDir, 1, 2)) {
      SnapshotStaging staging = follower.store.machine().stage();
      assertThatThrownBy(() -> staging.add(ByteString.copyFrom(new byte[] {5, 1})))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> staging.add(ByteString.copyFrom(new byte[] {1, 1})))
          .isInstanceOf(IOException.class);
      staging.abandon();
    }
  }

  @Test
  void theDigestSaysWhatIsThereAndNotHowItCame() {
    try (StoredNode one = StoredNode.leader(leaderDir);
        StoredNode two = StoredNode.leader(followerDir)) {
      one.set("a", "1");
      one.set("b", "2");
      two.set("c", "3");
      two.set("b", "2");
      two.set("a", "0");
      two.set("a", "1");
      assertThat(one.digest()).isNotEqualTo(two.digest());
      one.set("c", "3");
      assertThat(one.digest()).isEqualTo(two.digest());
      one.set("ab", "");
      two.set("a", "b");
      assertThat(one.digest()).isNotEqualTo(two.digest());
    }
  }
}
