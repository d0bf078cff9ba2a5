package io.tickraft.testkit.explore;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import io.tickraft.testkit.sim.SimHost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the promises of the protocol ask of one node's state. Nodes are positions here, from 0, and
 * sets of nodes are bits.
 *
 * @param drained whether the host has taken all entries of the log
 * @param leads whether it is the leader of its term
 * @param term its term
 * @param commit its commit index
 * @param log the log as it is written
 * @param disk the log that surely survives a crash
 * @param matches the match index of each node if it leads, else empty
 * @param voters the voters of the configuration in effect
 * @param outgoing the outgoing voters of a joint configuration, else 0
 */
record Facts(
    boolean drained,
    boolean leads,
    long term,
    int commit,
    Log log,
    Log disk,
    int[] matches,
    int voters,
    int outgoing) {

  private static final int[] NONE = {};

  /** Gathers the facts of a node. */
  static Facts of(SimHost host, List<Log> known, int nodes) {
    Status status = host.status();
    Log log = Log.of(host.disk(), known);
    Log disk = Log.of(host.disk().durable(), List.of(log));
    boolean leads = status.role() == RoleName.LEADER;
    ConfState members = status.confState();
    return new Facts(
        !host.node().hasReady(),
        leads,
        status.term(),
        (int) status.commitIndex(),
        log,
        disk,
        leads ? matches(status, nodes) : NONE,
        bits(members.getVotersList()),
        bits(members.getVotersOutgoingList()));
  }

  private static int[] matches(Status status, int nodes) {
    int[] matches = new int[nodes];
    for (PeerStatus peer : status.peers()) {
      matches[(int) peer.id() - 1] = (int) peer.matchIndex();
    }
    return matches;
  }

  private static int bits(List<Long> ids) {
    int bits = 0;
    for (long id : ids) {
      bits |= 1 << (int) (id - 1);
    }
    return bits;
  }

  /** {@return whether these nodes include a majority of the voters, and of the outgoing ones} */
  boolean hasQuorum(int nodes) {
    return hasMajority(voters, nodes) && (outgoing == 0 || hasMajority(outgoing, nodes));
  }

  private static boolean hasMajority(int voters, int nodes) {
    return 2 * Integer.bitCount(voters & nodes) > Integer.bitCount(voters);
  }

  /** {@return the term in which it leads; 0: it does not lead} */
  static long leadingTerm(@Nullable Facts facts) {
    return facts != null && facts.leads ? facts.term : 0;
  }
}
