package io.tickraft.testkit.fuzz;

import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.oracle.Oracles;
import java.util.List;

/** Runs that fail as long as there is a bug. Public, so that a generated test can name them. */
public final class PlantedBug {

  /** Objects to the third command that a group applies, as long as there is the bug. */
  public static final Fuzz FUZZ =
      Fuzz.ofAnyGroup()
          .steps(30)
          .oracles(() -> new Oracles(List.of(Oracles.all(), new ThirdCommand())));

  private static boolean isThere = true;

  private PlantedBug() {}

  static void set(boolean bug) {
    isThere = bug;
  }

  /** An oracle that sees a bug where there is none. */
  private static final class ThirdCommand implements Oracle {
    private int commands;

    @Override
    public void applied(long node, Entry entry) {
      if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND && ++commands == 3 && isThere) {
        throw new OracleViolation("two commands at most", "node " + node + " applies a third one");
      }
    }
  }
}
