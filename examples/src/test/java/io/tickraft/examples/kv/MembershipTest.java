package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.examples.kv.client.ClientLimits;
import io.tickraft.examples.kv.net.HostAndPort;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** Changes of the membership and of the leader, asked for by Jedis. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MembershipTest {

  @TempDir Path dir;

  private static int other(int id) {
    return id % 3 + 1;
  }

  private static void set(TestCluster cluster, int count) throws InterruptedException {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      values.put("key" + i, "value" + i);
    }
    cluster.setAll(values);
  }

  private static void add(TestCluster cluster, String command, int id) throws InterruptedException {
    cluster.order(command, Integer.toString(id), cluster.peerAddress(id).toString());
    cluster.awaitMember(id);
  }

  private static void remove(TestCluster cluster, int id) throws InterruptedException {
    cluster.order("RAFT.REMOVENODE", Integer.toString(id));
  }

  @Test
  void readsOnFollowersSeeWhatWasAcknowledgedAndLeaveNothingInTheLog() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      int leader = cluster.awaitLeader();
      try (Jedis writer = cluster.client(leader);
          Jedis one = cluster.client(other(leader));
          Jedis two = cluster.client(other(other(leader)))) {
        writer.set("key", "0");
        Status before = cluster.status(leader);
        for (int i = 1; i <= 200; i++) {
          String value = Integer.toString(i);
          writer.set("key", value);
          assertThat(one.get("key")).isEqualTo(value);
          assertThat(two.get("key")).isEqualTo(value);
          assertThat(writer.get("key")).isEqualTo(value);
        }
        assertThat(one.mget("key", "none")).containsExactly("200", null);
        assertThat(two.dbSize()).isEqualTo(1);
        Status after = cluster.status(leader);
        if (after.term() == before.term()) {
          assertThat(after.last().index()).isEqualTo(before.last().index() + 200);
        }
      }
    }
  }

  @Test
  void aNodeWithAnEmptyDirectoryJoinsThroughASnapshotLearnsVotesAndLeads() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, 4, TestCluster.LIMITS)) {
      set(cluster, 100);
      cluster.start(4);
      add(cluster, "RAFT.ADDLEARNER", 4);
      // What is written meanwhile comes after the snapshot.
      set(cluster, 100);
      Client.Digest digest = cluster.awaitSameDigest();
      Status learner = cluster.status(4);
      assertThat(learner.firstIndex()).isGreaterThan(2);
      assertThat(learner.confState().getLearnersList()).containsExactly(4L);
      try (Jedis jedis = cluster.client(4)) {
        assertThat(jedis.get("key99")).isEqualTo("value99");
        assertThat(Client.digest(jedis)).isEqualTo(digest);
      }
      cluster.order("RAFT.PROMOTE", "4");
      cluster.order("RAFT.TRANSFER", "4");
      assertThat(cluster.awaitLeader()).isEqualTo(4);
      try (Jedis jedis = cluster.client(4)) {
        String status = Client.send(jedis, "RAFT.STATUS");
        assertThat(status)
            .contains("role:leader\r\n", "leader:4\r\n", "voters:[1, 2, 3, 4]\r\n")
            .contains("peer1:state=")
            .contains(
                "node4:peers=" + cluster.peerAddress(4) + ",clients=127.0.0.1:" + cluster.port(4));
      }
      cluster.onLeader(jedis -> assertThat(jedis.set("key", "value")).isEqualTo("OK"));
      cluster.awaitSameDigest();
    }
  }

  @Test
  void aPromotionWaitsUntilTheLearnerHasCaughtUp() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, 4, TestCluster.LIMITS)) {
      set(cluster, 10);
      cluster.order("RAFT.ADDLEARNER", "4", cluster.peerAddress(4).toString());
      CompletableFuture<Void> promoted =
          CompletableFuture.runAsync(
              () -> {
                try {
                  cluster.order("RAFT.PROMOTE", "4", "WAIT", "2500");
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      cluster.start(4);
      promoted.get();
      TestCluster.await(
          "node 4 to vote", () -> cluster.status(4).confState().getVotersList().contains(4L));
    }
  }

  /** Ctrl-C of whoever waits means no. */
  @Test
  void nobodyIsPromotedAfterTheClientThatWaitedIsGone() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, 4, TestCluster.LIMITS)) {
      set(cluster, 10);
      cluster.order("RAFT.ADDLEARNER", "4", cluster.peerAddress(4).toString());
      int leader = cluster.awaitLeader();
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), cluster.port(leader))) {
        client
            .getOutputStream()
            .write("RAFT.PROMOTE 4 WAIT 60000\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      cluster.start(4);
      cluster.awaitMember(4);
      cluster.awaitSameDigest();
      Thread.sleep(10L * TestCluster.LIMITS.tickMillis());
      assertThat(cluster.status(4).confState().getLearnersList()).containsExactly(4L);
      // With a client that waits, it would have been.
      cluster.order("RAFT.PROMOTE", "4", "WAIT", "2500");
    }
  }

  @Test
  void theLeaderIsReplacedAndARestartGoesByTheStoredAddresses() throws Exception {
    Map<Long, HostAndPort> nobody = new TreeMap<>();
    for (long id = 1; id <= 3; id++) {
      nobody.put(id, new HostAndPort("127.0.0.1", Ports.free(1).get(0)));
    }
    try (TestCluster cluster = TestCluster.started(dir, 4, TestCluster.LIMITS)) {
      set(cluster, 10);
      cluster.start(4);
      add(cluster, "RAFT.ADDNODE", 4);
      int leader = cluster.awaitLeader();
      remove(cluster, leader);
      TestCluster.await(
          "the removed leader to step down",
          () -> cluster.status(leader).role() == RoleName.FOLLOWER);
      set(cluster, 20);
      cluster.awaitSameDigest();
      cluster.stop(leader);
      for (int id = 1; id <= 4; id++) {
        if (id != leader) {
          cluster.stop(id);
        }
      }
      // What the command line says of the others does not matter any more.
      for (int id = 1; id <= 4; id++) {
        if (id != leader) {
          NodeSettings first = cluster.settings(id);
          cluster.start(
              new NodeSettings(
                  first.identity(),
                  first.dir(),
                  id == 4 ? Map.of() : nobody,
                  first.peers(),
                  first.clients(),
                  first.security(),
                  first.limits()));
        }
      }
      set(cluster, 30);
      cluster.onLeader(jedis -> assertThat(jedis.dbSize()).isEqualTo(30));
      assertThat(cluster.status(4).confState().getVotersList())
          .hasSize(3)
          .doesNotContain((long) leader);
    }
  }

  @Test
  void aNodeThatWasAwayWhenItWasRemovedIsNotLetInAndDisturbsNobody() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      int leader = cluster.awaitLeader();
      int removed = other(leader);
      cluster.stop(removed);
      remove(cluster, removed);
      long term = cluster.status(cluster.awaitLeader()).term();
      cluster.start(removed);
      // It does not know that it was removed.
      TestCluster.await(
          "a campaign", () -> cluster.status(removed).role() == RoleName.PRE_CANDIDATE);
      assertThat(cluster.status(removed).leader()).isZero();
      cluster.stop(removed);
      assertThat(cluster.status(cluster.awaitLeader()).term()).isEqualTo(term);
    }
  }

  @Test
  void aNodeThatIsRemovedWhileItRunsSaysSoAtOnceWhateverItIsAsked() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      int removed = other(cluster.awaitLeader());
      try (Jedis jedis = cluster.client(removed)) {
        assertThat(Client.send(jedis, "RAFT.STATUS")).contains("\r\nremoved:false\r\n");
        remove(cluster, removed);
        TestCluster.await(
            "the removed node to know",
            () -> Client.send(jedis, "RAFT.STATUS").contains("\r\nremoved:true\r\n"));
        String problem = "node " + removed + " was removed from the group";
        long start = System.nanoTime();
        for (String request :
            List.of("GET key", "SET key value", "RAFT.REMOVENODE 1", "RAFT.TRANSFER 1")) {
          assertRefused(jedis, problem, request.split(" ", -1));
        }
        // Far less than the time after which a read is given up.
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
      }
    }
  }

  @Test
  void anAddressThatWasMistypedIsCorrected() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, 5, TestCluster.LIMITS)) {
      String mistyped = "127.0.0.1:" + Ports.free(1).get(0);
      cluster.order("RAFT.ADDLEARNER", "4", mistyped);
      cluster.start(4);
      add(cluster, "RAFT.ADDLEARNER", 4);
      cluster.awaitSameDigest();
      assertThat(cluster.status(4).confState().getLearnersList()).containsExactly(4L);

      cluster.order("RAFT.ADDNODE", "5", mistyped);
      cluster.start(5);
      add(cluster, "RAFT.ADDNODE", 5);
      cluster.awaitSameDigest();
      try (Jedis jedis = cluster.client(5)) {
        assertThat(Client.send(jedis, "RAFT.STATUS"))
            .contains("voters:[1, 2, 3, 5]\r\n", "learners:[4]\r\n")
            .contains("node4:peers=" + cluster.peerAddress(4) + ",")
            .contains("node5:peers=" + cluster.peerAddress(5) + ",");
      }
    }
  }

  @Test
  void theAddressesOfHealthyVotersAreChangedOneAfterTheOther() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      for (int id = 1; id <= 3; id++) {
        cluster.awaitLeader();
        HostAndPort moved = new HostAndPort("127.0.0.1", Ports.free(1).get(0));
        cluster.order("RAFT.ADDNODE", Integer.toString(id), moved.toString());
        cluster.stop(id);
        NodeSettings before = cluster.settings(id);
        cluster.start(
            new NodeSettings(
                before.identity(),
                before.dir(),
                Map.of(),
                moved,
                before.clients(),
                before.security(),
                before.limits()));
        cluster.awaitMember(id);
      }
      set(cluster, 10);
    }
  }

  @Test
  void aSecondAddressIsNotChangedBeforeTheFirstNodeListensAtIts() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      int leader = cluster.awaitLeader();
      assertOnlyTheFirstMoves(cluster, other(leader), other(other(leader)));
    }
  }

  @Test
  void aLeaderWhoseOwnAddressWasChangedChangesNoOther() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      int leader = cluster.awaitLeader();
      assertOnlyTheFirstMoves(cluster, leader, other(leader));
    }
  }

  /** The leader is asked at once, before it can miss the first node. */
  private static void assertOnlyTheFirstMoves(TestCluster cluster, int first, int second)
      throws InterruptedException {
    String free = "127.0.0.1:" + Ports.free(1).get(0);
    try (Jedis jedis = cluster.client(cluster.awaitLeader())) {
      assertThat(Client.send(jedis, "RAFT.ADDNODE", Integer.toString(first), free)).isEqualTo("OK");
      assertRefused(
          jedis,
          "the group would have no majority: of its voters [1, 2, 3], "
              + new TreeSet<>(List.of(first, second))
              + " were not heard in the last 10 ticks or are cut off by the new address;",
          "RAFT.ADDNODE",
          Integer.toString(second),
          "127.0.0.1:" + Ports.free(1).get(0));
    }
  }

  @Test
  void theLeaderIsFoundThoughTheFirstNodeWasRemoved() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      remove(cluster, 1);
      TestCluster.await(
          "the removed node to know no leader", () -> cluster.status(1).leader() == 0);
      int leader = cluster.awaitLeader();
      assertThat(Running.awaitLeader(cluster.running())).isEqualTo(leader);
    }
  }

  @Test
  void leadershipGoesToTheNodeThatIsNamedWhicheverIsAsked() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      int leader = cluster.awaitLeader();
      int follower = other(leader);
      // Asked first is node 1, whether it leads or not; each sees how it ends.
      cluster.order("RAFT.TRANSFER", Integer.toString(follower));
      assertThat(cluster.awaitLeader()).isEqualTo(follower);
    }
  }

  @Test
  void whatCannotBeDoneIsRefusedWithTheReason() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, 4, TestCluster.LIMITS)) {
      cluster.start(4);
      add(cluster, "RAFT.ADDLEARNER", 4);
      String four = cluster.peerAddress(4).toString();
      int leader = cluster.awaitLeader();
      try (Jedis jedis = cluster.client(leader)) {
        assertRefused(jedis, "node 4 is a learner already", "RAFT.ADDNODE", "4", four);
        assertRefused(jedis, four + " is the address of node 4", "RAFT.ADDNODE", "5", four);
        assertRefused(jedis, "node 1 is a voter already", "RAFT.PROMOTE", "1");
        assertRefused(jedis, "node 5 is not a member", "RAFT.REMOVENODE", "5");
        assertRefused(jedis, "node 4 is not a voter", "RAFT.TRANSFER", "4");
        assertRefused(jedis, "node 5 is not a voter", "RAFT.TRANSFER", "5");
        assertRefused(
            jedis, "node " + leader + " leads already", "RAFT.TRANSFER", Integer.toString(leader));
      }
      for (int id : new int[] {other(leader), 4}) {
        try (Jedis jedis = cluster.client(id)) {
          assertThatThrownBy(() -> Client.send(jedis, "RAFT.REMOVENODE", "4"))
              .isInstanceOfSatisfying(
                  JedisMovedDataException.class,
                  e -> assertThat(e.getTargetNode().getPort()).isEqualTo(cluster.port(leader)));
          assertRefused(jedis, "node 4 is not a voter", "RAFT.TRANSFER", "4");
        }
      }
      remove(cluster, 4);
      cluster.onLeader(
          jedis ->
              assertRefused(
                  jedis,
                  "node 4 was removed, and its id is never used again",
                  "RAFT.ADDNODE",
                  "4",
                  four));
    }
  }

  @Test
  void aChangeThatLeavesNoMajorityIsRefusedUnlessItIsForced() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      int leader = cluster.awaitLeader();
      int healthy = other(leader);
      int silent = other(healthy);
      cluster.stop(silent);
      String noMajority = "the group would have no majority: of its voters ";
      cluster.onLeader(
          jedis ->
              assertRefused(
                  jedis,
                  noMajority
                      + new TreeSet<>(List.of(leader, silent))
                      + " after this change, ["
                      + silent
                      + "] were not heard",
                  "RAFT.REMOVENODE",
                  Integer.toString(healthy)));
      set(cluster, 10);
      cluster.order("RAFT.REMOVENODE", Integer.toString(silent));
      cluster.order("RAFT.REMOVENODE", Integer.toString(healthy), "FORCE");
    }
  }

  @Test
  void aSecondVoterThatDoesNotAnswerIsNotAdded() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, 2, TestCluster.LIMITS)) {
      cluster.start(1);
      cluster.onLeader(
          jedis ->
              assertRefused(
                  jedis,
                  "the group would have no majority: of its voters [1, 2] after this change, [2]",
                  "RAFT.ADDNODE",
                  "2",
                  cluster.peerAddress(2).toString()));
      set(cluster, 10);
    }
  }

  private static void assertRefused(Jedis jedis, String problem, String... words) {
    assertThatThrownBy(() -> Client.send(jedis, words))
        .isInstanceOf(JedisDataException.class)
        .hasMessageStartingWith("ERR " + problem);
  }

  @Test
  void theLastVoterStays() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, TestCluster.LIMITS)) {
      cluster.start(1);
      cluster.onLeader(
          jedis ->
              assertRefused(jedis, "the last voter cannot be removed", "RAFT.REMOVENODE", "1"));
    }
  }

  @Test
  void aNodeThatWaitsToBeAddedAnswersNobody() throws Exception {
    NodeSettings.Limits impatient =
        new NodeSettings.Limits(100, 300, ClientLimits.of(10_000), 64L << 20);
    try (TestCluster cluster = new TestCluster(dir, 1, 2, impatient)) {
      cluster.start(2);
      try (Jedis jedis = cluster.client(2)) {
        assertThatThrownBy(() -> jedis.get("key"))
            .isInstanceOf(JedisDataException.class)
            .hasMessage("CLUSTERDOWN No leader is known");
        assertThatThrownBy(() -> jedis.set("key", "value"))
            .isInstanceOf(JedisDataException.class)
            .hasMessage("CLUSTERDOWN No leader is known");
        assertThatThrownBy(() -> Client.send(jedis, "RAFT.REMOVENODE", "2"))
            .isInstanceOf(JedisDataException.class)
            .hasMessage("CLUSTERDOWN No leader is known");
        assertThat(Client.send(jedis, "RAFT.STATUS")).contains("voters:[]\r\n", "applied_index:0");
      }
      // A restart does not change that.
      cluster.stop(2);
      cluster.start(2);
      assertThat(cluster.status(2).confState().getVotersList()).isEmpty();
      cluster.start(1);
      add(cluster, "RAFT.ADDLEARNER", 2);
      cluster.order("RAFT.PROMOTE", "2", "WAIT", "2500");
      cluster.awaitSameDigest();
      assertThat(cluster.status(2).confState().getVotersList()).containsExactly(1L, 2L);
    }
  }
}
