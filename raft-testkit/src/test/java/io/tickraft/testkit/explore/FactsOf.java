package io.tickraft.testkit.explore;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * States and steps of nodes made by hand: a follower of three voters, unless something else is
 * said. Immutable; each method returns a copy.
 */
final class FactsOf {

  /** All steps have different numbers, as those of a real exploration. */
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final int node;
  private final Facts facts;

  private FactsOf(int node, Facts facts) {
    this.node = node;
    this.facts = facts;
  }

  /** Begins with the node at a position. */
  static FactsOf node(int node) {
    return new FactsOf(
        node, new Facts(true, false, 1, 0, Log.EMPTY, Log.EMPTY, new int[0], 0b111, 0, 0, 0));
  }

  private FactsOf with(boolean drained, boolean leads, long term, int commit, int[] matches) {
    return new FactsOf(
        node,
        new Facts(
            drained,
            leads,
            term,
            commit,
            facts.log(),
            facts.disk(),
            matches,
            facts.voters(),
            facts.outgoing(),
            facts.applied(),
            facts.state()));
  }

  private FactsOf with(Log log, Log disk, int voters, int outgoing) {
    return new FactsOf(
        node,
        new Facts(
            facts.drained(),
            facts.leads(),
            facts.term(),
            facts.commit(),
            log,
            disk,
            facts.matches(),
            voters,
            outgoing,
            facts.applied(),
            facts.state()));
  }

  /** Its state machine has applied all entries up to an index, and is in a state. */
  FactsOf applied(long index, long state) {
    return new FactsOf(
        node,
        new Facts(
            facts.drained(),
            facts.leads(),
            facts.term(),
            facts.commit(),
            facts.log(),
            facts.disk(),
            facts.matches(),
            facts.voters(),
            facts.outgoing(),
            index,
            state));
  }

  FactsOf term(long term) {
    return with(facts.drained(), facts.leads(), term, facts.commit(), facts.matches());
  }

  FactsOf commit(int commit) {
    return with(facts.drained(), facts.leads(), facts.term(), commit, facts.matches());
  }

  /** It has a Ready that its host has not taken. */
  FactsOf notDrained() {
    return with(false, facts.leads(), facts.term(), facts.commit(), facts.matches());
  }

  /** It leads; the match index of each node is 0. */
  FactsOf leads(long term) {
    return with(facts.drained(), true, term, facts.commit(), new int[3]);
  }

  FactsOf matches(int... matches) {
    return with(facts.drained(), facts.leads(), facts.term(), facts.commit(), matches);
  }

  /** The log is written, and on the disk. */
  FactsOf durable(String text) {
    Log log = Logs.log(text);
    return with(log, log, facts.voters(), facts.outgoing());
  }

  FactsOf log(String text) {
    return with(Logs.log(text), facts.disk(), facts.voters(), facts.outgoing());
  }

  FactsOf disk(String text) {
    return with(facts.log(), Logs.log(text), facts.voters(), facts.outgoing());
  }

  /** Sets the voters, as bits. */
  FactsOf voters(int voters, int outgoing) {
    return with(facts.log(), facts.disk(), voters, outgoing);
  }

  Facts facts() {
    return facts;
  }

  /** {@return the state, with a host that has nothing to do} */
  LocalState state() {
    return new LocalState(
        NUMBERS.getAndIncrement(),
        node,
        1,
        facts,
        new LocalState.Work(false, false, false, 0),
        new int[0],
        Log.EMPTY,
        0,
        new long[6]);
  }

  /** Returns the step from this state to another one. */
  LocalStep to(FactsOf after, int changes) {
    return to(after, changes, false);
  }

  LocalStep asksRead() {
    return to(this, LocalStep.READS, true);
  }

  /** Returns the step in which reads end: the number of each, and its read index. */
  LocalStep endsReads(int... reads) {
    LocalState state = state();
    return new LocalStep(
        NUMBERS.getAndIncrement(),
        state,
        state,
        new int[0],
        reads,
        false,
        LocalStep.READS,
        new long[6]);
  }

  private LocalStep to(FactsOf after, int changes, boolean asksRead) {
    return new LocalStep(
        NUMBERS.getAndIncrement(),
        state(),
        after.state(),
        new int[0],
        new int[0],
        asksRead,
        changes,
        new long[6]);
  }
}
