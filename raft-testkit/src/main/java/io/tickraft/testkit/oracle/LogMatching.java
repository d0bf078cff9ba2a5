package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import java.util.List;

/**
 * If two logs have an entry with the same index and term, they are identical up to that entry (Raft
 * paper, figure 3, Log Matching). Logs of the past count too.
 */
final class LogMatching implements Oracle {

  private final GhostLogs logs;

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   */
  LogMatching(GhostLogs logs) {
    this.logs = logs;
  }

  @Override
  public void opened(long node, Storage storage) {
    if (storage.lastIndex() >= storage.firstIndex()
        && storage.entries(storage.firstIndex(), storage.lastIndex() + 1, Long.MAX_VALUE)
            instanceof Storage.EntriesResult.Available available) {
      appended(node, available.entries());
    }
  }

  @Override
  public void appended(long node, List<Entry> entries) {
    for (Entry entry : entries) {
      GhostLogs.Prefix here = logs.at(node, entry.getIndex());
      GhostLogs.Prefix first = logs.first(entry.getIndex(), entry.getTerm());
      if (!here.equals(first)) {
        throw new OracleViolation(
            "log matching",
            "node "
                + node
                + " has an entry at index "
                + entry.getIndex()
                + " of term "
                + entry.getTerm()
                + " that differs from the first one of this index and term,"
                + " or an entry before it does");
      }
    }
  }
}
