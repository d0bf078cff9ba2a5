package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import java.util.List;

/**
 * If two logs ever held an entry with the same index and term, they were identical up to it (Raft
 * paper, figure 3, Log Matching).
 */
public final class LogMatching implements Oracle {

  private final GhostLogs logs;

  /**
   * Judges by what others remember.
   *
   * @param logs told of each event before this
   */
  public LogMatching(GhostLogs logs) {
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
                + " that, or whose past, is not that of the first entry of that name");
      }
    }
  }
}
