package io.tickraft.examples.kv.net;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits how often the same line is logged: the first time, and then at most once a minute, with
 * the number of lines that it stands for.
 */
public final class RepeatedLines {

  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** The number of different lines that are remembered. A forgotten line counts as new. */
  private static final int MAX_LINES = 100;

  private static final class Line {
    long writtenAtNanos;
    long count;
  }

  private final LongSupplier nanoClock;

  private final Map<Object, Line> lines =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Line> eldest) {
          return size() > MAX_LINES;
        }
      };

  /** Creates it with the time in nanoseconds. */
  public RepeatedLines(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
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
    Line line = lines.get(what);
    if (line == null) {
      line = new Line();
      lines.put(what, line);
    } else if (now - line.writtenAtNanos < PERIOD_NANOS) {
      line.count++;
      return 0;
    }
    long count = line.count + 1;
    line.count = 0;
    line.writtenAtNanos = now;
    return count;
  }
}
