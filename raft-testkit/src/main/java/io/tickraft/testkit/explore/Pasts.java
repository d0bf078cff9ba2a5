package io.tickraft.testkit.explore;

import io.tickraft.testkit.oracle.OracleViolation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All pasts, by number, and the next past after each local step. Checks the promises that concern
 * one node and the past of the whole group: election safety, leader completeness, state-machine
 * safety and linearizable reads (Raft paper, figure 3 and section 8).
 */
final class Pasts {

  private static final int[] NONE = {};

  private final Symmetry symmetry;
  private final LongTable numbers = new LongTable();
  private final List<Past> pasts = new ArrayList<>();

  /** The next past by past and local step. */
  private final LongTable next = new LongTable();

  Pasts(Symmetry symmetry) {
    this.symmetry = symmetry;
  }

  Past get(int number) {
    return pasts.get(number);
  }

  /** {@return the past of a group that has just started: only its bootstrap is committed} */
  Past first(Facts facts) {
    Log committed = facts.log().to(facts.commit());
    return past(NONE, committed, new long[committed.last() + 1], facts, facts, NONE);
  }

  /**
   * Returns the past after a step.
   *
   * @throws OracleViolation if the step breaks a promise
   */
  Past after(Past past, LocalStep step, int event) {
    long key = (long) past.number() << Integer.SIZE | step.number();
    int known = next.get(key);
    if (known != LongTable.NONE) {
      return pasts.get(known);
    }
    Past after = make(past, step, event);
    next.put(key, after.number());
    return after;
  }

  private Past make(Past past, LocalStep step, int event) {
    Facts facts = step.to().facts();
    int node = step.to().node();
    int[] leaders = past.leaders();
    if (step.has(LocalStep.LEADS)) {
      leaders = elected(past, facts, node);
    }
    boolean crashes = Event.kind(event) == EventKind.CRASH;
    if (step.has(LocalStep.LOG) && !crashes) {
      keeps("log", past, step.from().facts().log(), facts.log(), facts.term(), node);
    }
    if (step.has(LocalStep.DISK)) {
      keeps("disk", past, step.from().facts().disk(), facts.disk(), facts.term(), node);
    }
    Log committed = past.committed();
    long[] byTerm = past.byTerm();
    Facts before = past.before();
    Facts after = past.after();
    if (step.has(LocalStep.COMMITS)) {
      checkCommit(past, facts, node);
      if (facts.commit() > committed.last()) {
        committed = facts.log().to(facts.commit());
        before = step.from().facts();
        after = facts;
      }
      byTerm = byTerm(byTerm, facts);
    }
    int[] floors = past.floors();
    if (step.has(LocalStep.READS)) {
      floors = reads(past, step, event);
    }
    return past(leaders, committed, byTerm, before, after, floors);
  }

  private static int[] elected(Past past, Facts facts, int node) {
    int term = (int) facts.term();
    int[] leaders = Arrays.copyOf(past.leaders(), Math.max(past.leaders().length, term + 1));
    if (leaders[term] != 0 && leaders[term] != node + 1) {
      throw new OracleViolation(
          "election safety",
          "term " + term + " has leaders " + leaders[term] + " and " + (node + 1));
    }
    leaders[term] = node + 1;
    int last = past.lastBefore(term);
    if (!facts.log().holds(past.committed(), last)) {
      throw new OracleViolation(
          "leader completeness",
          "leader "
              + (node + 1)
              + " of term "
              + term
              + " lacks entry "
              + last
              + " or one before it, which were committed in earlier terms");
    }
    return leaders;
  }

  /** Checks that a node removes no entry that was committed in its term or a lower one. */
  private static void keeps(String where, Past past, Log before, Log after, long term, int node) {
    for (int index = past.lastIn(term); index > 0; index--) {
      if (before.holds(past.committed(), index)) {
        if (!after.holds(past.committed(), index)) {
          throw new OracleViolation(
              "committed entries stay",
              "node "
                  + (node + 1)
                  + " removes the committed entry "
                  + index
                  + " from its "
                  + where);
        }
        return;
      }
    }
  }

  private static void checkCommit(Past past, Facts facts, int node) {
    int common = Math.min(facts.commit(), past.committed().last());
    if (facts.commit() > facts.log().last()) {
      throw new OracleViolation(
          "log contiguity",
          "node " + (node + 1) + " has committed " + facts.commit() + " beyond its log");
    }
    if (!facts.log().holds(past.committed(), common)) {
      throw new OracleViolation(
          "state-machine safety",
          "node "
              + (node + 1)
              + " has committed an entry of term "
              + facts.log().term(common)
              + " at index "
              + common
              + ", where the committed one has term "
              + past.committed().term(common)
              + ", or an entry before it differs");
    }
  }

  /** Adds the commit index of a node: it has committed that entry and all entries before it. */
  private static long[] byTerm(long[] before, Facts facts) {
    long[] byTerm = Arrays.copyOf(before, Math.max(before.length, facts.commit() + 1));
    for (int index = facts.commit(); index > 0; index--) {
      if (index >= before.length || byTerm[index] > facts.term()) {
        byTerm[index] = facts.term();
      }
    }
    return byTerm;
  }

  private static int[] reads(Past past, LocalStep step, int event) {
    int[] floors = past.floors();
    if (step.asksRead()) {
      int read = Event.argument(event);
      floors = Arrays.copyOf(floors, Math.max(floors.length, read + 1));
      floors[read] = past.committed().last();
    }
    for (int i = 0; i < step.reads().length; i += 2) {
      int read = step.reads()[i];
      int index = step.reads()[i + 1];
      if (read < floors.length && index < floors[read]) {
        throw new OracleViolation(
            "linearizable reads",
            "node "
                + (step.to().node() + 1)
                + " confirms a read at index "
                + index
                + ", though "
                + floors[read]
                + " was committed when it was asked for");
      }
    }
    return floors;
  }

  private Past past(
      int[] leaders, Log committed, long[] byTerm, Facts before, Facts after, int[] floors) {
    long[] hashes = new long[symmetry.size()];
    for (int naming = 0; naming < hashes.length; naming++) {
      long hash = committed.shape();
      for (int term = 0; term < leaders.length; term++) {
        if (leaders[term] != 0) {
          hash += Log.mix(term, symmetry.names(naming).applyAsLong(leaders[term]));
        }
      }
      hash = hash(hash, byTerm);
      for (int floor : floors) {
        hash = Log.mix(hash, floor);
      }
      hashes[naming] = hash;
    }
    // The number depends on the data of the entries and on the voters, the hashes do not.
    long key = Log.mix(hashes[0], committed.hash(committed.last()));
    for (Facts facts : List.of(before, after)) {
      key = Log.mix(Log.mix(key, facts.voters()), facts.outgoing());
    }
    int known = numbers.get(key);
    if (known != LongTable.NONE) {
      return pasts.get(known);
    }
    Past past = new Past(pasts.size(), leaders, committed, byTerm, before, after, floors, hashes);
    numbers.put(key, past.number());
    pasts.add(past);
    return past;
  }

  private static long hash(long before, long[] numbers) {
    long hash = before;
    for (long number : numbers) {
      hash = Log.mix(hash, number);
    }
    return hash;
  }
}
