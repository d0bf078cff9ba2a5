package io.tickraft.testkit.assertion;

import io.tickraft.core.RaftText;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.Arrays;
import java.util.List;

/** Assertions about a log, or a part of one. */
public final class LogAssert extends RaftAssert<LogAssert, List<Entry>> {

  LogAssert(List<Entry> actual) {
    super(actual, LogAssert.class);
  }

  @Override
  String text(List<Entry> whole) {
    return whole.isEmpty()
        ? "no entries"
        : String.join("\n", whole.stream().map(RaftText::of).toList());
  }

  /**
   * Checks all entries.
   *
   * @param expected all entries, in order
   * @return this
   */
  public LogAssert isExactly(Entry... expected) {
    return isExactly(Arrays.asList(expected));
  }

  /**
   * Checks all entries.
   *
   * @param expected all entries, in order, for example another node's log
   * @return this
   */
  public LogAssert isExactly(List<Entry> expected) {
    isNotNull();
    return hasList("log", expected, actual, RaftText::of);
  }

  /**
   * Checks that there are no entries.
   *
   * @return this
   */
  public LogAssert isEmpty() {
    return isExactly();
  }

  /**
   * Checks only the terms of all entries.
   *
   * @param expected the term of each entry, in order
   * @return this
   */
  public LogAssert hasTerms(long... expected) {
    isNotNull();
    return hasList(
        "terms of the log",
        Arrays.stream(expected).boxed().toList(),
        actual.stream().map(Entry::getTerm).toList(),
        String::valueOf);
  }

  /**
   * Checks the data of the commands. No-ops and membership changes are ignored.
   *
   * @param expected the data of each command, which is encoded as UTF-8, in order
   * @return this
   */
  public LogAssert hasCommands(String... expected) {
    isNotNull();
    return hasList(
        "commands",
        Arrays.asList(expected),
        actual.stream()
            .filter(entry -> entry.getType() == EntryType.ENTRY_TYPE_COMMAND)
            .map(entry -> entry.getData().toStringUtf8())
            .toList(),
        command -> "\"" + command + "\"");
  }
}
