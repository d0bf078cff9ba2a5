package io.tickraft.examples.kv.net;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits how often the same line is logged: the first times, and then not again in the same minute;
 * the next one comes with the number of lines that it stands for.
 *
 * <p>The number of different lines in a minute is limited, too: what a stranger sends may end up in
 * them. Not thread-safe.
 */
public final class RepeatedLines {

  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** The number of different lines in a minute. All further ones count as one line. */
  private static final int MAX_LINES = 100;

  private static final Object FURTHER = new Object();

  private static final class Line {
    /** When the line was first written in the current minute. */
    long writtenAtNanos;

    /** How often it was written in the current minute. */
    int written;

    /** How often it was left out since it was last written. */
    long count;
  }

  private final LongSupplier nanoClock;
  private final int linesInAMinute;

  /** The lines of the last minute, and older ones; the one that was written first is first. */
  private final Map<Object, Line> lines = new LinkedHashMap<>();

  /**
   * Creates it for one line a minute.
   *
   * @param nanoClock the time in nanoseconds
   */
  public RepeatedLines(LongSupplier nanoClock) {
    this(nanoClock, 1);
  }

  /**
   * Creates it.
   *
   * @param nanoClock the time in nanoseconds
   * @param linesInAMinute how often the same line is logged in a minute, at least once
   */
  public RepeatedLines(LongSupplier nanoClock, int linesInAMinute) {
    this.nanoClock = nanoClock;
    this.linesInAMinute = linesInAMinute;
  }

  /**
   * Counts a line.
   *
   * @param what identifies the line: equal for equal lines
   * @return the number of lines, this one included, that a line written now stands for; 0: do not
   *     write it
   */
  public long count(Object what) {
    long now = nanoClock.getAsLong();
    Object key = lines.containsKey(what) || hasRoom(now) ? what : FURTHER;
    Line line = lines.get(key);
    if (line == null || now - line.writtenAtNanos >= PERIOD_NANOS) {
      Line before = lines.remove(key); // The new one is the last that may be forgotten.
      line = new Line();
      line.writtenAtNanos = now;
      line.count = before == null ? 0 : before.count;
      lines.put(key, line);
    }
    line.count++;
    if (line.written == linesInAMinute) {
      return 0;
    }
    line.written++;
    long count = line.count;
    line.count = 0;
    return count;
  }

  /** Makes room for one more line if the oldest one may be written again anyway. */
  private boolean hasRoom(long now) {
    if (lines.size() < MAX_LINES) {
      return true;
    }
    Iterator<Line> oldest = lines.values().iterator();
    if (now - oldest.next().writtenAtNanos < PERIOD_NANOS) {
      return false;
    }
    oldest.remove();
    return true;
  }
}
