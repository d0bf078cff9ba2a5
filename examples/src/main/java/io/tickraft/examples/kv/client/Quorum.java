package io.tickraft.examples.kv.client;

import io.tickraft.core.PeerStatus;
import io.tickraft.proto.ConfState;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks on the leader whether the voters that it hears are a majority after a membership change.
 *
 * <p>Raft makes such a change anyway: a change takes effect when it is appended, and its own entry
 * needs the new majority. A group that has lost it can neither commit the change nor take it back.
 */
public final class Quorum {

  /** The silence, in ticks, from which on a member may be down. It is heard every tick. */
  private static final long MAX_SILENT_TICKS = 10;

  private final ConfState configuration;
  private final Set<Long> heard;

  /**
   * Creates it.
   *
   * @param configuration the configuration in effect
   * @param heard the members that the leader has heard, itself included
   */
  Quorum(ConfState configuration, Set<Long> heard) {
    this.configuration = configuration;
    this.heard = heard;
  }

  /** {@return whether the leader has heard a member in the last election timeout} */
  public static boolean isHeard(PeerStatus member) {
    return member.ticksSinceHeard() <= MAX_SILENT_TICKS;
  }

  /** {@return why a new voter cannot be added; empty if it can} */
  Optional<String> problemWith(long id) {
    TreeSet<Long> voters = new TreeSet<>(configuration.getVotersList());
    voters.add(id);
    return problem(voters, " after this change", heard, "")
        .map(why -> why + "; RAFT.ADDLEARNER and RAFT.PROMOTE add a voter that answers")
        .map(Quorum::orForce);
  }

  /** {@return why a voter cannot be removed; empty if it can} */
  Optional<String> problemAfterRemoval(long id) {
    TreeSet<Long> voters = new TreeSet<>(configuration.getVotersList());
    voters.remove(id);
    return problem(voters, " after this change", heard, "").map(Quorum::orForce);
  }

  /**
   * {@return why a voter cannot be cut off, until it is started at its new address; empty if it
   * can}
   */
  Optional<String> problemWithout(long id) {
    TreeSet<Long> others = new TreeSet<>(heard);
    others.remove(id);
    TreeSet<Long> voters = new TreeSet<>(configuration.getVotersList());
    return problem(voters, "", others, " or are cut off by the new address").map(Quorum::orForce);
  }

  /** In a joint configuration both halves need a majority (Raft paper, section 6). */
  private Optional<String> problem(
      Collection<Long> voters, String when, Set<Long> reached, String orElse) {
    return half(voters, when, reached, orElse)
        .or(() -> half(configuration.getVotersOutgoingList(), "", reached, orElse));
  }

  private static Optional<String> half(
      Collection<Long> voters, String when, Set<Long> reached, String orElse) {
    TreeSet<Long> silent = new TreeSet<>(voters);
    silent.removeAll(reached);
    // Without voters there is nothing to lose: a group that is not joint has no second half.
    return voters.isEmpty() || silent.size() * 2 < voters.size()
        ? Optional.empty()
        : Optional.of(
            "the group would have no majority: of its voters "
                + voters
                + when
                + ", "
                + silent
                + " were not heard in the last "
                + MAX_SILENT_TICKS
                + " ticks"
                + orElse);
  }

  private static String orForce(String problem) {
    return problem + "; FORCE at the end makes the change anyway";
  }
}
