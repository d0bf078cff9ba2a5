package io.tickraft.core.raft;

import io.tickraft.core.progress.Progress;
import io.tickraft.core.quorum.Majority;
import io.tickraft.core.quorum.Voters;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * The progress of the voters of a configuration, and what a quorum of them has reached. Each
 * acknowledgement asks for that, so the voters are looked up only once.
 */
final class VotersProgress {

  /** No voters. */
  static final VotersProgress NONE =
      new VotersProgress(
          new Voters(Majority.EMPTY, Majority.EMPTY), new Progress[0], new Progress[0]);

  private final Voters voters;

  // The progress of the voters of each half, in the order of their ids, and room for a number each.
  private final Progress[] incoming;
  private final Progress[] outgoing;
  private final long[] ofIncoming;
  private final long[] ofOutgoing;

  /** Looks up the voters, who are all members. */
  VotersProgress(Voters voters, Replication members) {
    this(voters, find(voters.incoming(), members), find(voters.outgoing(), members));
  }

  private VotersProgress(Voters voters, Progress[] incoming, Progress[] outgoing) {
    this.voters = voters;
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.ofIncoming = new long[incoming.length];
    this.ofOutgoing = new long[outgoing.length];
  }

  private static Progress[] find(Majority half, Replication members) {
    Progress[] progress = new Progress[half.size()];
    for (int i = 0; i < progress.length; i++) {
      progress[i] =
          Objects.requireNonNull(
              members.of(half.voter(i)), "invariant: a voter that is not a member");
    }
    return progress;
  }

  Voters voters() {
    return voters;
  }

  /** Returns the highest number that a quorum has reached, of a number that each member has. */
  long reachedByQuorum(ToLongFunction<Progress> number) {
    collect(number, incoming, ofIncoming);
    collect(number, outgoing, ofOutgoing);
    return voters.reachedByQuorum(ofIncoming, ofOutgoing);
  }

  private static void collect(ToLongFunction<Progress> number, Progress[] half, long[] numbers) {
    for (int i = 0; i < half.length; i++) {
      numbers[i] = number.applyAsLong(half[i]);
    }
  }
}
