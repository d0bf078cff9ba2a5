package io.tickraft.testkit;

import static io.tickraft.testkit.assertion.RaftAssertions.assertThat;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThatLog;
import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.heartbeat;
import static io.tickraft.testkit.message.Messages.vote;
import static io.tickraft.testkit.message.Values.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ConfChanges;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import io.tickraft.proto.MessageCodec;
import io.tickraft.testkit.contract.HostWatch;
import io.tickraft.testkit.contract.StorageContract;
import io.tickraft.testkit.contract.TestedStore;
import io.tickraft.testkit.contract.WatchedNode;
import io.tickraft.testkit.fixture.InstantNetwork;
import io.tickraft.testkit.fixture.NodeFixture;
import io.tickraft.testkit.fuzz.CommandSource;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.FuzzTests;
import io.tickraft.testkit.message.Envelope;
import io.tickraft.testkit.picture.EventLog;
import io.tickraft.testkit.picture.Picture;
import io.tickraft.testkit.picture.PictureRecorder;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.CommandLog;
import io.tickraft.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of the Javadoc and of the README, as they stand there. */
final class DocumentedUseTest {

  @Test
  void ofNodeFixture() {
    NodeFixture node =
        NodeFixture.node(1).voters(1, 2, 3).log(1, 1, 2).term(3).commit(2).asFollower(2);

    node.step(append(fromNode(2).to(1).term(3)).prev(2, 4).entries(entry(3, 5, "a")).commit(5));

    assertThat(node.ready()).hasEntries(entry(3, 5, "a")).mustSync();
  }

  @Test
  void ofMembershipChanges() {
    NodeFixture node = NodeFixture.node(1).voters(1, 2, 3).log(1, 1).term(2).asLeader();
    ByteString address = ByteString.copyFromUtf8("4=host4:17004");

    ConfChange change = ConfChanges.addLearner(4).context(address).build();
    ConfChangeResult result = node.proposeConfChange(change);

    assertThat(result).isInstanceOf(ConfChangeResult.Accepted.class);
  }

  @Test
  void ofTheCodec() throws InvalidProtocolBufferException {
    NodeFixture node = NodeFixture.node(1).voters(1, 2, 3).asFollower(2);
    Message message = heartbeat(fromNode(2).to(1).term(1)).round(7).build();

    MessageCodec codec = new MessageCodec(); // Not thread-safe: one for each thread.

    byte[] frame = codec.encode(message);
    node.step(codec.parse(frame));

    assertThat(node.ready().messages()).hasSize(1);
  }

  @Test
  void ofPictures(@TempDir Path directory) throws IOException {
    Fuzz fuzz = Fuzz.ofAnyGroup().steps(3);
    Path page = directory.resolve("seed-7.html");

    Choices choices = Choices.random(7);
    PictureRecorder recorder = new PictureRecorder(choices);
    Picture picture = new Picture("seed 7", recorder);
    try {
      fuzz.run(choices, recorder);
    } catch (AssertionError failure) {
      picture = picture.failure(failure);
    }
    Files.writeString(page, picture.html());

    assertThat(page).content().contains("<title>seed 7</title>");
  }

  @Test
  void ofEventLogs() {
    LongSupplier clock = () -> 0;
    Appendable file = new StringBuilder();

    RaftConfig.Builder config = RaftConfig.builder(1).observer(new EventLog(1, clock, file));

    assertThat(config.build().observer()).isPresent();
  }

  @TestFactory
  Stream<DynamicTest> promisesHoldInAnyOrder() {
    Fuzz fuzz = Fuzz.ofAnyGroup().machines(CommandLog::new).commands(CommandSource.NUMBERED_TEXTS);
    return FuzzTests.of(fuzz).seeds(100).tests();
  }

  @Test
  void ofSimulation() {
    long seed = 1;

    Simulation group = Simulation.of(3).start(Choices.random(seed));
    group.run(3_000);
    group.network().disconnect(2);
    group.crash(1);

    assertThat(group.nodes()).hasSize(3);
  }

  @Nested
  final class MyStorageTest extends StorageContract {
    @Override
    protected TestedStore create(long... voters) {
      MemoryStorage storage =
          voters.length == 0 ? new MemoryStorage() : MemoryStorage.bootstrapped(voters);
      return new TestedStore() {
        @Override
        public Storage storage() {
          return storage;
        }

        @Override
        public void persist(Ready ready) {
          storage.persist(ready);
        }

        @Override
        public void close() {}
      };
    }
  }

  @Test
  void ofHostWatch() {
    RaftConfig config = RaftConfig.builder(1).incarnation(1).build();
    MemoryStorage storage = MemoryStorage.bootstrapped(1);

    HostWatch watch = new HostWatch(); // One for the whole test.

    WatchedNode node = watch.open(config, storage); // In place of RawNode.open(config, storage).
    node.campaign();
    while (node.hasReady()) {
      Ready ready = node.ready();
      ready.messages().forEach(node::sending);
      storage.persist(ready);
      node.written(ready, ready.mustSync());
      ready.messagesAfterPersist().forEach(node::sending);
      ready.committedEntries().forEach(node::applying);
      node.advance(ready);
    }

    watch.check(); // At the end of the test.
    assertThat(node.status()).isLeader();
  }

  @Test
  void ofInstantNetwork() {
    InstantNetwork network = InstantNetwork.of(1, 2, 3);
    network.campaign(1);
    network.isolate(3);
    network.propose(1, "a");
    assertThat(network.node(3).status()).hasCommit(2);
  }

  @Test
  void ofMessages() {
    Envelope fromLeader = fromNode(2).to(1).term(3);

    assertThat(
            Stream.of(
                append(fromLeader).prev(2, 5).entries(entry(3, 6, "a"), entry(3, 7, "b")).commit(4),
                heartbeat(fromLeader).commit(4).round(1),
                vote(fromNode(2).to(1).term(4)).last(3, 7)))
        .hasSize(3);
  }

  @Test
  void ofRaftAssertions() {
    NodeFixture node =
        NodeFixture.node(1).voters(1, 2, 3).log(1, 1, 2, 2).term(3).commit(2).asFollower(2);
    node.step(append(fromNode(2).to(1).term(3)).prev(2, 5).entries(entry(3, 6, "a")).commit(4));
    Ready ready = node.ready();

    assertThat(ready)
        .hasEntries(entry(3, 6, "a"))
        .mustSync()
        .sendsAfterPersist(appendResponse(fromNode(1).to(2).term(3)).accepted(6).commit(4));
    assertThat(node.status()).isFollowerOf(2).hasTerm(3).hasCommit(4);
    node.advance(ready);
    assertThatLog(node.log()).hasTerms(1, 1, 2, 2, 3);
  }
}
