package io.tickraft.testkit.labs.tinykv;

import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.testkit.fixture.InstantNetwork;
import io.tickraft.testkit.fixture.NodeFixture;
import io.tickraft.testkit.fixture.NodeSetup;
import java.util.stream.LongStream;

/**
 * What the tests of TinyKV's Projects 2 and 3 share.
 *
 * <p>The course starts from nothing, at (term 0, index 0). A group of this library starts from its
 * bootstrap, at (1,1). So all terms and indexes in these tests are one higher than in the course's,
 * unless a test says otherwise, and where the course has (0,0) there is (1,1).
 *
 * <p>The course's local messages are calls: {@code MsgHup} is {@code campaign()}, {@code MsgBeat} a
 * tick of a leader with a heartbeat interval of 1, {@code MsgPropose} is {@code propose()}.
 */
final class Lab {

  /** The election timeout, in ticks. */
  static final int ELECTION_TICKS = 10;

  private Lab() {}

  /** The ids from 1 to {@code size}. */
  static long[] ids(int size) {
    return LongStream.rangeClosed(1, size).toArray();
  }

  /** As in the course, where terms disrupt: without pre-vote and quorum check. */
  private static RaftConfig.Builder disruptive(RaftConfig.Builder knobs) {
    return knobs.preVote(false).checkQuorum(false);
  }

  /** A node as in the course. */
  static NodeSetup node(long id) {
    return NodeFixture.node(id).config(Lab::disruptive);
  }

  /** Node 1 of a group of some size. */
  static NodeSetup nodeOf(int size) {
    return node(1).voters(ids(size));
  }

  /** Brings a setup to a role; a follower follows node 2. */
  static NodeFixture as(RoleName role, NodeSetup setup) {
    return switch (role) {
      case FOLLOWER -> setup.asFollower(2);
      case CANDIDATE -> setup.asCandidate();
      case LEADER -> setup.asLeader();
      case PRE_CANDIDATE -> throw new IllegalArgumentException("the course has no pre-vote");
    };
  }

  /** Which nodes are dead, in a table. */
  static long[] dead(long... ids) {
    return ids;
  }

  /** A group of some size, of which some nodes are dead. */
  static InstantNetwork network(int size, long... dead) {
    InstantNetwork network = InstantNetwork.of(Lab::disruptive, ids(size));
    for (long id : dead) {
      network.isolate(id);
    }
    return network;
  }
}
