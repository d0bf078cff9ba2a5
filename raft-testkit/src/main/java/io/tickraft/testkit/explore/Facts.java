package io.tickraft.testkit.explore;

import io.tickraft.core.Digest;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts about the state of one node that the checks of the protocol's promises need. A node is
 * a position from 0, and a set of nodes has a bit for each position.
 */
final class Facts {

  private final boolean drained;
  private final boolean leads;
  private final long term;
  private final int commit;
  private final Log log;
  private final Log disk;
  private final int[] matches;
  private final int voters;
  private final int outgoing;
  private final long applied;
  private final long state;

  Facts(
      boolean drained,
      boolean leads,
      long term,
      int commit,
      Log log,
      Log disk,
      int[] matches,
      int voters,
      int outgoing,
      long applied,
      long state) {
    this.drained = drained;
    this.leads = leads;
    this.term = term;
    this.commit = commit;
    this.log = log;
    this.disk = disk;
    this.matches = matches;
    this.voters = voters;
    this.outgoing = outgoing;
    this.applied = applied;
    this.state = state;
  }

  /** {@return whether the host has taken all entries of the log} */
  boolean drained() {
    return drained;
  }

  /** {@return whether it is the leader of its term} */
  boolean leads() {
    return leads;
  }

  /** {@return its term} */
  long term() {
    return term;
  }

  /** {@return its commit index} */
  int commit() {
    return commit;
  }

  /** {@return the log as it is written} */
  Log log() {
    return log;
  }

  /** {@return the part of the log that survives every crash} */
  Log disk() {
    return disk;
  }

  /** {@return the match index of each node if it leads, else empty} */
  int[] matches() {
    return matches;
  }

  /** {@return the voters of the configuration in effect} */
  int voters() {
    return voters;
  }

  /** {@return the outgoing voters of a joint configuration, else 0} */
  int outgoing() {
    return outgoing;
  }

  /** {@return the last index that its state machine has applied} */
  long applied() {
    return applied;
  }

  /** {@return a hash of the state of its state machine} */
  long state() {
    return state;
  }

  private static final int[] NONE = {};

  /**
   * Gathers the facts of a node.
   *
   * @param left what each possible crash leaves
   * @param known logs, one of which has the compacted entries
   */
  static Facts of(NodeHost host, List<Left> left, List<Log> known, int nodes) {
    Status status = host.status();
    Log log = Log.of(host.written(), known);
    Log disk = survives(left, log, known);
    boolean leads = status.role() == RoleName.LEADER;
    ConfState members = status.confState();
    return new Facts(
        host.isDrained(),
        leads,
        status.term(),
        (int) status.commitIndex(),
        log,
        disk,
        leads ? matches(status, nodes) : NONE,
        bits(members.getVotersList()),
        bits(members.getVotersOutgoingList()),
        host.appliedIndex(),
        new Digest(id -> id, 0).bytes(host.state()).value());
  }

  /** Returns the common part of the logs that the possible crashes leave. */
  private static Log survives(List<Left> left, Log log, List<Log> known) {
    List<Log> all = new ArrayList<>(known.size() + 1);
    all.add(log);
    all.addAll(known);
    Log survives = null;
    for (Left one : left) {
      if (one.log() != null) {
        Log its = Log.of(one.log(), all);
        survives = survives == null ? its : survives.common(its);
      }
    }
    // If every crash fails, the event of a crash reports the failure.
    return survives == null ? log : survives;
  }

  private static int[] matches(Status status, int nodes) {
    int[] matches = new int[nodes];
    for (PeerStatus peer : status.peers()) {
      // A change may add a member that does not exist in the group: it never answers.
      if (peer.id() <= nodes) {
        matches[(int) peer.id() - 1] = (int) peer.matchIndex();
      }
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

  /** {@return whether these nodes include a majority of the voters, and of the outgoing voters} */
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
