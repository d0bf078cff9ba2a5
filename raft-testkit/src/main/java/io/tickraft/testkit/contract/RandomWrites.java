package io.tickraft.testkit.contract;

import io.tickraft.testkit.sim.Choices;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Writes of all kinds in any order, in a session with a tested store. */
final class RandomWrites {

  private enum Kind {
    APPEND,
    REPLACE,
    COMMIT,
    VOTE,
    INSTALL,
    COMPACT,
    RESTART,
    LOSE,
    CRASH
  }

  private static final List<String> LABELS =
      Stream.of(Kind.values()).map(kind -> kind.name().toLowerCase(Locale.ROOT)).toList();
  private static final int[] WEIGHTS = {30, 15, 20, 8, 5, 8, 4, 8, 4};

  private final StorageSession session;

  /** Whether the last writes were not synced, and are not acknowledged to the node. */
  private boolean isAhead;

  private boolean canCompact = true;
  private boolean canRestart = true;
  private boolean canCrash = true;
  private boolean canLose = true;

  RandomWrites(StorageSession session) {
    this.session = session;
  }

  void step(Choices choices) {
    int chosen = choices.oneOf(LABELS, WEIGHTS);
    if (chosen >= 0) {
      write(possible(Kind.values()[chosen]), choices);
    }
  }

  private Kind possible(Kind kind) {
    if (kind == Kind.CRASH) {
      return kind;
    }
    if (session.last() == 0 && kind != Kind.RESTART) {
      return Kind.INSTALL;
    }
    // What is not synced yet is either lost or followed by more of it.
    return isAhead ? Kind.LOSE : kind;
  }

  private void write(Kind kind, Choices choices) {
    int count = choices.between("count", 1, 6);
    int size = choices.of("size", List.of(0, 10, 100, 1_000));
    switch (kind) {
      case APPEND -> session.append(count, size);
      case REPLACE -> {
        session.nextTerm();
        session.appendAfter(previous(choices, session.commit()), count, size);
      }
      case COMMIT -> session.commitTo(previous(choices, session.commit()));
      case VOTE -> session.vote(choices.between("candidate", 2, 3));
      case INSTALL -> {
        session.nextTerm();
        session.install(session.commit() + choices.between("distance", 1, 12));
      }
      case COMPACT -> compact();
      case RESTART -> restart();
      case LOSE -> lose(previous(choices, session.commit()), count, size);
      case CRASH -> crash();
    }
  }

  private long previous(Choices choices, long from) {
    return session.last() - choices.next("back", (int) (session.last() - from) + 1);
  }

  private void compact() {
    if (canCompact && session.applied() >= session.first()) {
      try {
        session.compact();
      } catch (NotOffered e) {
        canCompact = false;
      }
    }
  }

  private void restart() {
    if (canRestart) {
      try {
        session.restart();
      } catch (NotOffered e) {
        canRestart = false;
      }
    }
  }

  private void lose(long prev, int count, int size) {
    if (canLose && canCrash) {
      try {
        session.nextTerm();
        session.writeWithoutSync(prev, count, size);
        isAhead = true;
      } catch (NotOffered e) {
        canLose = false;
      }
    }
  }

  private void crash() {
    if (canCrash) {
      try {
        session.crash();
        isAhead = false;
      } catch (NotOffered e) {
        canCrash = false;
      }
    }
  }
}
